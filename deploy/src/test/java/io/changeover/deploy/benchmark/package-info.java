/** How fast the parts are, each beside what limits it, on servers of this machine. Not in the plain build. */
@NullMarked
package io.changeover.deploy.benchmark;

import org.jspecify.annotations.NullMarked;
