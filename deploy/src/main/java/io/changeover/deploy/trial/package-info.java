/** A mapping run over all rows of the old tables without writing one: what would be refused, changed, or collide. */
@NullMarked
package io.changeover.deploy.trial;

import org.jspecify.annotations.NullMarked;
