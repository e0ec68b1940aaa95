/** What integration tests of all modules share: real servers, child processes, waiting, and a check for leaks. */
@NullMarked
package io.changeover.transport.testing;

import org.jspecify.annotations.NullMarked;
