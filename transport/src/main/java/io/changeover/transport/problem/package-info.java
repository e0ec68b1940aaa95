/** What can go wrong, where, and what to do about it. */
@NullMarked
package io.changeover.transport.problem;

import org.jspecify.annotations.NullMarked;
