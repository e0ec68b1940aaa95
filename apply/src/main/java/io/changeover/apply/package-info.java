@NullMarked
package io.changeover.apply;

import org.jspecify.annotations.NullMarked;
