/** What must be right about a target before anything is written to it. */
@NullMarked
package io.changeover.apply.preflight;

import org.jspecify.annotations.NullMarked;
