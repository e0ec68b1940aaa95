/** The privileges that each part needs on each server, as GRANT statements, and whether they are there. */
@NullMarked
package io.changeover.deploy.grants;

import org.jspecify.annotations.NullMarked;
