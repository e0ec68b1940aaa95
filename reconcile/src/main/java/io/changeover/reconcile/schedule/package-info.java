/** When tables are compared, by whom of several, and what was found each time. */
@NullMarked
package io.changeover.reconcile.schedule;

import org.jspecify.annotations.NullMarked;
