/** Where each image of one row is, from the old table to the new. */
@NullMarked
package io.changeover.deploy.explain;

import org.jspecify.annotations.NullMarked;
