/** What must be right on a source before capture begins. */
@org.jspecify.annotations.NullMarked
package io.changeover.capture.preflight;
