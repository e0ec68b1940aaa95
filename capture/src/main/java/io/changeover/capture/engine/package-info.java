/** Reads the binlog through the engine and hands on rows, commits and schema changes in its order. */
@org.jspecify.annotations.NullMarked
package io.changeover.capture.engine;
