/** What is handed to consumers works: {@code deploy/samples}. */
@NullMarked
package io.changeover.deploy.samples;

import org.jspecify.annotations.NullMarked;
