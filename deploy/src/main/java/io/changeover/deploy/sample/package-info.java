/** An old shop, its orders and the schema that it moves to: what the quickstart and the containers show a migration with. */
@NullMarked
package io.changeover.deploy.sample;

import org.jspecify.annotations.NullMarked;
