/** What changed: the change event, its version, its table's schema, and its Canal JSON text. */
@NullMarked
package io.changeover.transport.event;

import org.jspecify.annotations.NullMarked;
