@NullMarked
package io.changeover.deploy;

import org.jspecify.annotations.NullMarked;
