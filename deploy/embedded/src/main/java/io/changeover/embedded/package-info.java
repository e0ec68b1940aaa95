/** Real servers without Docker: a Kafka broker inside this JVM and {@code mysqld} processes that die with it. */
@NullMarked
package io.changeover.embedded;

import org.jspecify.annotations.NullMarked;
