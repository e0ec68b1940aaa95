/** The slow suite: processes killed and frozen under load. Run it with {@code mvn -B verify -Pfault}. */
@NullMarked
package io.changeover.deploy.fault;

import org.jspecify.annotations.NullMarked;
