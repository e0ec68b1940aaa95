@NullMarked
package io.changeover.embedded;

import org.jspecify.annotations.NullMarked;
