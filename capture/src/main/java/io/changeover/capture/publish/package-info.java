/** The order in which a source is published: stream, chunks, position, in one fenced sequence. */
@NullMarked
package io.changeover.capture.publish;

import org.jspecify.annotations.NullMarked;
