package io.changeover.capture.schema;

/**
 * What servers do one way or another.
 *
 * @param caseInsensitive whether it takes table names without regard to case
 * @param inlineReferences whether {@code parent_id INT REFERENCES parent (id)} makes a foreign key; before MySQL 9.0 it is
 *     read and forgotten
 * @param shortDoubles whether a whole double in a JSON document is printed as {@code 100}; since MySQL 8.0 it is {@code 100.0}
 * @param utf8mb4Collation of utf8mb4 where a statement names none
 */
public record ServerTraits(
        boolean caseInsensitive, boolean inlineReferences, boolean shortDoubles, String utf8mb4Collation) {

    /** As before MySQL 8.0, whose {@code SHOW CREATE TABLE} names any other one. */
    static final String OLD_UTF8MB4 = "utf8mb4_general_ci";

    public ServerTraits(boolean caseInsensitive, boolean inlineReferences, boolean shortDoubles) {
        this(caseInsensitive, inlineReferences, shortDoubles, "utf8mb4_0900_ai_ci");
    }
}
