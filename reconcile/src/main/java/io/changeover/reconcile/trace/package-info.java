/** Who wrote rows of the new tables, as the binlogs of their servers tell. */
@NullMarked
package io.changeover.reconcile.trace;

import org.jspecify.annotations.NullMarked;
