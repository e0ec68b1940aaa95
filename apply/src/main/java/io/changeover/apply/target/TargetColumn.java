package io.changeover.apply.target;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A column of a new table, as information_schema tells it.
 *
 * @param type the type's name in lower case: {@code bigint}, {@code varchar}
 * @param fullType with parameters: {@code bigint unsigned}, {@code varchar(20)}
 * @param padSpace whether its collation takes trailing blanks for nothing
 * @param length of characters or bytes; 0 where there is none
 */
public record TargetColumn(
        String name,
        String type,
        String fullType,
        @Nullable String charset,
        @Nullable String collation,
        boolean padSpace,
        long length,
        boolean nullable,
        boolean hasDefault,
        boolean generated) {

    private static final Set<String> INTEGERS = Set.of("tinyint", "smallint", "mediumint", "int", "bigint");
    private static final Set<String> BINARIES =
            Set.of("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob");
    private static final Set<String> GEOMETRIES = Set.of(
            "geometry",
            "point",
            "linestring",
            "polygon",
            "multipoint",
            "multilinestring",
            "multipolygon",
            "geometrycollection",
            "geomcollection");

    public boolean isInteger() {
        return INTEGERS.contains(type);
    }

    public boolean isNumber() {
        return isInteger() || type.equals("decimal") || type.equals("float") || type.equals("double");
    }

    /** Bytes without a character set. */
    public boolean isBinary() {
        return BINARIES.contains(type) || isGeometry();
    }

    public boolean isGeometry() {
        return GEOMETRIES.contains(type);
    }

    /** Text in a character set: CHAR, TEXT, ENUM and the like. */
    public boolean isText() {
        return charset != null && !type.equals("json");
    }

    public boolean isUnsigned() {
        return fullType.contains("unsigned");
    }

    /** Whether equal texts are the only ones that the collation takes for equal, but for trailing blanks. */
    public boolean isExactText() {
        return collation != null && collation.endsWith("_bin");
    }

    /** Whether texts that differ, beyond the blanks that CHAR itself drops, may be one value as a key. */
    public boolean hasSpellings() {
        return isText() && (!isExactText() || (padSpace && !type.equals("char")));
    }
}
