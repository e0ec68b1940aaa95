@NullMarked
package io.changeover.reconcile;

import org.jspecify.annotations.NullMarked;
