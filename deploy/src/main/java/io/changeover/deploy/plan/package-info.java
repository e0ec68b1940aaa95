/** What a pipeline will do, before it does anything. */
@NullMarked
package io.changeover.deploy.plan;

import org.jspecify.annotations.NullMarked;
