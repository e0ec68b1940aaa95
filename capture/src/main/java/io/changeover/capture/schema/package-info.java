/** The schemas of the captured tables: one reading of DDL for the stream, the backfill and the checks. */
@org.jspecify.annotations.NullMarked
package io.changeover.capture.schema;
