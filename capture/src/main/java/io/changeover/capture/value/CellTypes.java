package io.changeover.capture.value;

import com.github.shyiko.mysql.binlog.event.deserialization.ColumnType;
import io.changeover.capture.schema.ServerTraits;
import io.changeover.transport.event.Column;
import org.jspecify.annotations.Nullable;

/**
 * Chooses how the cells of a column are read: by the type and metadata that stand before the rows in the binlog, and by what
 * only the table's schema knows (sign, character set, padding).
 */
final class CellTypes {

    private CellTypes() {}

    /**
     * @param type the type code of the table map event
     * @param meta its metadata, byte order as the binlog library gives it
     * @throws IllegalArgumentException when the binlog's type and the schema's cannot be the same column
     */
    static Cell cell(int type, int meta, Column column, @Nullable String charset, ServerTraits server) {
        int code = type;
        int length = meta;
        if (type == ColumnType.STRING.getCode() && meta >= 256) {
            // two more bits of the length hide in the type's byte; ENUM and SET travel as STRING, too
            int high = meta >> 8;
            length = meta & 0xFF;
            if ((high & 0x30) != 0x30) {
                code = high | 0x30;
                length |= ((high & 0x30) ^ 0x30) << 4;
            } else if (high == ColumnType.ENUM.getCode() || high == ColumnType.SET.getCode()) {
                code = high;
            }
        }
        ColumnType known = ColumnType.byCode(code);
        if (known == null) {
            throw mismatch("type " + code, column);
        }
        return cell(known, meta, length, column, charset, server);
    }

    private static Cell cell(
            ColumnType type, int meta, int length, Column column, @Nullable String charset, ServerTraits server) {
        String base = column.baseType();
        return switch (type) {
            case TINY -> integer(1, column, base.equals("tinyint"));
            case SHORT -> integer(2, column, base.equals("smallint"));
            case INT24 -> integer(3, column, base.equals("mediumint"));
            case LONG -> integer(4, column, base.equals("int"));
            case LONGLONG -> integer(8, column, base.equals("bigint"));
            case FLOAT -> in -> Float.toString(Float.intBitsToFloat((int) in.little(4)));
            case DOUBLE -> in -> Double.toString(Double.longBitsToDouble(in.little(8)));
            case NEWDECIMAL -> new DecimalCell(meta & 0xFF, meta >> 8);
            case BIT -> bits((meta >> 8) + ((meta & 0xFF) > 0 ? 1 : 0));
            case YEAR -> Temporal::year;
            case DATE -> Temporal::date;
            case TIME -> Temporal::oldTime;
            case DATETIME -> Temporal::oldDatetime;
            case TIMESTAMP -> Temporal::oldTimestamp;
            case TIME_V2 -> in -> Temporal.time(in, meta);
            case DATETIME_V2 -> in -> Temporal.datetime(in, meta);
            case TIMESTAMP_V2 -> in -> Temporal.timestamp(in, meta);
            case ENUM, SET -> {
                if (!base.equals("enum") && !base.equals("set")) {
                    throw mismatch(type.toString(), column);
                }
                yield in -> Long.toUnsignedString(in.little(length));
            }
            case STRING, VARCHAR, VAR_STRING -> text(length < 256 ? 1 : 2, column, charset);
            case BLOB -> text(meta, column, charset);
            case JSON -> in -> JsonText.of(in.takeCounted(meta), server.shortDoubles());
            case GEOMETRY, VECTOR -> in -> TextCharset.bytesAsText(in, in.count(meta));
            default -> throw mismatch(type.toString(), column);
        };
    }

    private static Cell integer(int bytes, Column column, boolean fits) {
        if (!fits) {
            throw mismatch("integer of " + bytes + " bytes", column);
        }
        if (!column.unsigned()) {
            return in -> Long.toString(in.littleSigned(bytes));
        }
        return in -> Long.toUnsignedString(in.little(bytes));
    }

    private static Cell bits(int bytes) {
        return in -> Long.toUnsignedString(in.big(bytes));
    }

    private static Cell text(int lengthBytes, Column column, @Nullable String charset) {
        if (charset != null) {
            TextCharset decoder = TextCharset.of(charset, column.name());
            return in -> decoder.decode(in, in.count(lengthBytes));
        }
        if (column.baseType().equals("binary")) {
            int width = ColumnText.length(column);
            // the binlog leaves out the zeros at the end, a SELECT shows them
            return in -> padded(TextCharset.bytesAsText(in, in.count(lengthBytes)), width);
        }
        return in -> TextCharset.bytesAsText(in, in.count(lengthBytes));
    }

    private static String padded(String text, int width) {
        return text.length() >= width ? text : text + "\0".repeat(width - text.length());
    }

    private static IllegalArgumentException mismatch(String found, Column column) {
        return new IllegalArgumentException(
                "the binlog has " + found + " where the schema has column " + column.name() + " " + column.mysqlType());
    }
}
