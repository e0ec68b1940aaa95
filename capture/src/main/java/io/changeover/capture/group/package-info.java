/** The instances that capture one source: who of them leads, and who stands by. */
@NullMarked
package io.changeover.capture.group;

import org.jspecify.annotations.NullMarked;
