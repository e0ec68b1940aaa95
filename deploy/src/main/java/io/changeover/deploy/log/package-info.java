/** Where the log goes: JSON lines for workers, short lines for people. */
@NullMarked
package io.changeover.deploy.log;

import org.jspecify.annotations.NullMarked;
