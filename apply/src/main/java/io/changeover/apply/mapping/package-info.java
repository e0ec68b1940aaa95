/** From a change event to a row of the new table: columns that are taken over, and expressions that MySQL evaluates. */
@NullMarked
package io.changeover.apply.mapping;

import org.jspecify.annotations.NullMarked;
