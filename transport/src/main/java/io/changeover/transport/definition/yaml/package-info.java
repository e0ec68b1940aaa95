/** Reads the pipeline definition from YAML: strictly, and with all problems at once, each with its line. */
@NullMarked
package io.changeover.transport.definition.yaml;

import org.jspecify.annotations.NullMarked;
