@NullMarked
package io.changeover.capture;

import org.jspecify.annotations.NullMarked;
