/** What the command prints: data on stdout, as a table or JSON; talk on stderr. */
@NullMarked
package io.changeover.deploy.output;

import org.jspecify.annotations.NullMarked;
