/** The pipeline definition: the YAML file that a platform team writes, read strictly. */
@NullMarked
package io.changeover.transport.definition;

import org.jspecify.annotations.NullMarked;
