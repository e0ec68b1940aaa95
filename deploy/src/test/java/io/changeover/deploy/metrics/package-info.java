/** What is exported, what is said of it, and what alerts make of it. */
@org.jspecify.annotations.NullMarked
package io.changeover.deploy.metrics;
