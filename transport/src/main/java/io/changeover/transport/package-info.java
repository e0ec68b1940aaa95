/** The contract between the parts: change events, positions, topics, signals and the pipeline definition. */
@NullMarked
package io.changeover.transport;

import org.jspecify.annotations.NullMarked;
