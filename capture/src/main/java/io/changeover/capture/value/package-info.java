/** Turns cells of the binlog, and of a SELECT, into the one text that the message contract gives a value. */
@org.jspecify.annotations.NullMarked
package io.changeover.capture.value;
