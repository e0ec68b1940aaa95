/** One table of both sides: what is read, how it is found again on the other side, how values are compared. */
@NullMarked
package io.changeover.reconcile.table;

import org.jspecify.annotations.NullMarked;
