/** Requests to a running capture: refresh, pause, resume, throttle. */
@NullMarked
package io.changeover.transport.signal;

import org.jspecify.annotations.NullMarked;
