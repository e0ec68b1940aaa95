/** The Kafka Streams side of apply: one application per source table, whose offset commits pass through a gate. */
@NullMarked
package io.changeover.apply.stream;

import org.jspecify.annotations.NullMarked;
