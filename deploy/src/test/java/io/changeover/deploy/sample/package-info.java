@NullMarked
package io.changeover.deploy.sample;

import org.jspecify.annotations.NullMarked;
