/** A whole migration on one machine: embedded servers, an order system that goes on working, and the proof at the end. */
@NullMarked
package io.changeover.deploy.quickstart;

import org.jspecify.annotations.NullMarked;
