/** The subcommands: each reads the definition, does one thing, prints, and gives its exit code. */
@NullMarked
package io.changeover.deploy.command;

import org.jspecify.annotations.NullMarked;
