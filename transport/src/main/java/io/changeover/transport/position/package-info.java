/** Where a source is: GTIDs, timelines, and the position that capture publishes with every batch. */
@NullMarked
package io.changeover.transport.position;

import org.jspecify.annotations.NullMarked;
