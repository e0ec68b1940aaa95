/** What a comparison found, as lines of JSON and as a page, and the files they go to. */
@NullMarked
package io.changeover.deploy.report;

import org.jspecify.annotations.NullMarked;
