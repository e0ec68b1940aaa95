/** Capture against real servers: stream, backfill, restarts. */
@org.jspecify.annotations.NullMarked
package io.changeover.capture;
