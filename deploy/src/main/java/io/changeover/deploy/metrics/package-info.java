/** What Prometheus reads of a process: what its workers count, and what can be seen of its pipeline from anywhere. */
@NullMarked
package io.changeover.deploy.metrics;

import org.jspecify.annotations.NullMarked;
