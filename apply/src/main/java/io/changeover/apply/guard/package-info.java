/** The decisions of apply, free of SQL: what is newer, what is held, what one target transaction does. */
@NullMarked
package io.changeover.apply.guard;

import org.jspecify.annotations.NullMarked;
