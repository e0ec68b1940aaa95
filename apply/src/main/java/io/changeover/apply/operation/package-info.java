/** What an operator does on a target while apply runs or not: plain statements, beside the guard and never around it. */
@NullMarked
package io.changeover.apply.operation;

import org.jspecify.annotations.NullMarked;
