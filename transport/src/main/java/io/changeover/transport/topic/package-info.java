/** The topics of a pipeline: their names and their set-up. */
@NullMarked
package io.changeover.transport.topic;

import org.jspecify.annotations.NullMarked;
