/** Connections to MySQL servers, the same for every part, and what their errors mean. */
@NullMarked
package io.changeover.transport.mysql;

import org.jspecify.annotations.NullMarked;
