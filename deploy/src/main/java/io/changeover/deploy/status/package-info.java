/** How far a pipeline is, read from what is durable: topics and target servers. So it can be told from any machine. */
@NullMarked
package io.changeover.deploy.status;

import org.jspecify.annotations.NullMarked;
