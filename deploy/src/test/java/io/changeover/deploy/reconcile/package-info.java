/** The comparison of both sides under load, and of what goes wrong on purpose. */
@NullMarked
package io.changeover.deploy.reconcile;

import org.jspecify.annotations.NullMarked;
