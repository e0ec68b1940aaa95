package io.changeover.capture.schema;

/**
 * How a server takes DDL.
 *
 * @param caseInsensitive whether it takes table names without regard to case
 * @param inlineReferences whether {@code parent_id INT REFERENCES parent (id)} makes a foreign key; before MySQL 9.0 it is
 *     read and forgotten
 */
public record ServerTraits(boolean caseInsensitive, boolean inlineReferences) {}
