package io.changeover.deploy.plan;

/** Types whose values are taken alike. */
enum TypeFamily {
    INTEGER,
    DECIMAL,
    FLOAT,
    BIT,
    YEAR,
    DATE,
    MOMENT,
    TIME,
    TEXT,
    ENUM,
    SET,
    BYTES,
    JSON,
    GEOMETRY,
    VECTOR;

    /** @param base a type's first word in lower case */
    static TypeFamily of(String base) {
        return switch (base) {
            case "tinyint", "smallint", "mediumint", "int", "bigint" -> INTEGER;
            case "decimal" -> DECIMAL;
            case "float", "double" -> FLOAT;
            case "bit" -> BIT;
            case "year" -> YEAR;
            case "date" -> DATE;
            case "datetime", "timestamp" -> MOMENT;
            case "time" -> TIME;
            case "enum" -> ENUM;
            case "set" -> SET;
            case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob" -> BYTES;
            case "json" -> JSON;
            case "vector" -> VECTOR;
            case "char", "varchar", "tinytext", "text", "mediumtext", "longtext" -> TEXT;
            default -> GEOMETRY;
        };
    }
}
