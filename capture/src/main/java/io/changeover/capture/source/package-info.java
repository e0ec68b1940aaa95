/** What the source server must be and have: settings, GTIDs, the schemas to begin with. */
@org.jspecify.annotations.NullMarked
package io.changeover.capture.source;
