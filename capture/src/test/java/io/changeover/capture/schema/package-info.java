/** Tests of {@code schema}. */
@org.jspecify.annotations.NullMarked
package io.changeover.capture.schema;
