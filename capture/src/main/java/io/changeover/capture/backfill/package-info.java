/** Reads rows as of now, in chunks that the stream overtakes safely. */
@org.jspecify.annotations.NullMarked
package io.changeover.capture.backfill;
