/** The messages of the topics as JSON Schemas, for who reads them. */
@NullMarked
package io.changeover.transport.contract;

import org.jspecify.annotations.NullMarked;
