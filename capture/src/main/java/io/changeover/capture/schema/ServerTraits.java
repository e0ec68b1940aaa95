package io.changeover.capture.schema;

/**
 * What servers do one way or another.
 *
 * @param caseInsensitive whether it takes table names without regard to case
 * @param inlineReferences whether {@code parent_id INT REFERENCES parent (id)} makes a foreign key; before MySQL 9.0 it is
 *     read and forgotten
 * @param shortDoubles whether a whole double in a JSON document is printed as {@code 100}; since MySQL 8.0 it is {@code 100.0}
 */
public record ServerTraits(boolean caseInsensitive, boolean inlineReferences, boolean shortDoubles) {}
