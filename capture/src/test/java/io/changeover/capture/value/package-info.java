/** Tests of {@code value}. */
@org.jspecify.annotations.NullMarked
package io.changeover.capture.value;
