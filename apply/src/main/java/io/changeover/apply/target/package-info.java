/** The target MySQL server: the schema {@code changeover} on it, the new tables, and what one transaction does there. */
@NullMarked
package io.changeover.apply.target;

import org.jspecify.annotations.NullMarked;
