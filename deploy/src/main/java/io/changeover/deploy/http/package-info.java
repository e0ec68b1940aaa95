/** What a process tells orchestrators and Prometheus of itself. */
@NullMarked
package io.changeover.deploy.http;

import org.jspecify.annotations.NullMarked;
