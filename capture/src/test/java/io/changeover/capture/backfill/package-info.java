/** Tests of {@code backfill}. */
@org.jspecify.annotations.NullMarked
package io.changeover.capture.backfill;
