package io.changeover.transport.event;

import java.sql.Types;

/** The {@code sqlType} codes of Canal: one per column type, and a wider one for an unsigned value above the signed range. */
public final class CanalTypes {

    private CanalTypes() {}

    /** The code of a full column type: {@code decimal(10,2)}, {@code bigint unsigned}. */
    public static int sqlType(String mysqlType) {
        return switch (new Column("", mysqlType, Types.OTHER).baseType()) {
            case "tinyint" -> Types.TINYINT;
            case "smallint" -> Types.SMALLINT;
            case "mediumint", "int", "integer", "enum" -> Types.INTEGER;
            case "bigint" -> Types.BIGINT;
            case "decimal", "numeric" -> Types.DECIMAL;
            case "float" -> Types.REAL;
            case "double", "real" -> Types.DOUBLE;
            case "bit", "set" -> Types.BIT;
            case "date" -> Types.DATE;
            case "datetime", "timestamp" -> Types.TIMESTAMP;
            case "time" -> Types.TIME;
            case "char" -> Types.CHAR;
            case "tinytext", "text", "mediumtext", "longtext" -> Types.CLOB;
            case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "vector" -> Types.BLOB;
            case "geometry", "point", "linestring", "polygon" -> Types.BLOB;
            case "multipoint", "multilinestring", "multipolygon", "geomcollection", "geometrycollection" -> Types.BLOB;
            default -> Types.VARCHAR; // varchar, year, json, and what later versions of MySQL bring
        };
    }

    /** Largest value that the column's own code can stand for, in digits; empty when no value needs a wider one. */
    static String signedMaximum(Column column) {
        if (!column.unsigned()) {
            return "";
        }
        return switch (column.baseType()) {
            case "tinyint" -> "127";
            case "smallint" -> "32767";
            case "mediumint" -> "8388607";
            case "int", "integer" -> "2147483647";
            case "bigint" -> "9223372036854775807";
            default -> "";
        };
    }

    /** The code of an unsigned value above the signed range: the next wider type. */
    static int promoted(Column column) {
        return switch (column.baseType()) {
            case "tinyint" -> Types.SMALLINT;
            case "smallint", "mediumint" -> Types.INTEGER;
            case "int", "integer" -> Types.BIGINT;
            default -> Types.DECIMAL;
        };
    }
}
