/** How a long-running part is started, watched and stopped, whatever it does. */
@NullMarked
package io.changeover.transport.worker;

import org.jspecify.annotations.NullMarked;
