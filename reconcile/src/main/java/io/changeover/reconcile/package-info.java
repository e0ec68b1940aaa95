/** Proves that the new tables hold what the mapping makes of the old ones. */
@NullMarked
package io.changeover.reconcile;

import org.jspecify.annotations.NullMarked;
