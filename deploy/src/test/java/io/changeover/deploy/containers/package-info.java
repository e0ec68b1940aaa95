/** `docker-compose.yml`, run for real. Needs a Docker engine with Compose: {@code mvn -B verify -Pdocker}. */
@NullMarked
package io.changeover.deploy.containers;

import org.jspecify.annotations.NullMarked;
