package io.changeover.reconcile.trace;

import io.changeover.transport.event.Column;
import io.changeover.transport.event.Labels;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One text for a key's value, whether a server sent it as a text or a binlog has it: two values that the column takes for one
 * give the same.
 */
final class KeyForm {

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT);
    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private final String type;
    private final List<String> labels;
    private final Charset charset;
    private final String collation;

    private KeyForm(String type, List<String> labels, Charset charset, String collation) {
        this.type = type;
        this.labels = labels;
        this.charset = charset;
        this.collation = collation;
    }

    /**
     * The form of a column's values; null where they are not recognised: BIT, TIME and what is no usual key.
     *
     * @param type the first word of {@code declared}, in lower case
     */
    static @Nullable KeyForm of(String type, String declared, @Nullable String charset, @Nullable String collation) {
        String java = charset == null ? null : java(charset);
        boolean isKnown = bits(type) > 0
                || switch (type) {
                    case "year", "decimal", "float", "double", "date", "datetime", "timestamp", "enum", "set" -> true;
                    case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob" -> true;
                    default -> java != null;
                };
        if (!isKnown) {
            return null;
        }
        boolean isLabelled = type.equals("enum") || type.equals("set");
        return new KeyForm(
                type,
                isLabelled ? Labels.of(Column.of("key", declared)).all() : List.of(),
                java == null ? StandardCharsets.ISO_8859_1 : Charset.forName(java),
                collation == null ? "" : collation);
    }

    /** The character sets that keys are in; null for another one. */
    private static @Nullable String java(String charset) {
        return switch (charset) {
            case "utf8mb4", "utf8mb3", "utf8" -> "UTF-8";
            case "ascii" -> "US-ASCII";
            case "latin1" -> "windows-1252";
            case "latin2" -> "ISO-8859-2";
            case "cp1250" -> "windows-1250";
            case "cp1251" -> "windows-1251";
            case "koi8r" -> "KOI8-R";
            case "ucs2", "utf16" -> "UTF-16BE";
            case "gbk" -> "GBK";
            case "gb2312" -> "GB2312";
            case "gb18030" -> "GB18030";
            case "big5" -> "Big5";
            case "sjis", "cp932" -> "windows-31j";
            case "euckr" -> "x-windows-949";
            default -> null;
        };
    }

    private static int bits(String type) {
        return switch (type) {
            case "tinyint" -> 8;
            case "smallint" -> 16;
            case "mediumint" -> 24;
            case "int" -> 32;
            case "bigint" -> 64;
            default -> 0;
        };
    }

    /** Of a value that was sent as a text, a character for each byte. */
    String ofText(String raw) {
        if (bits(type) > 0) {
            return whole(new BigDecimal(raw).toBigInteger());
        }
        return switch (type) {
            case "year" -> String.valueOf(Integer.parseInt(raw));
            case "decimal" -> number(new BigDecimal(raw));
            case "float" -> Float.toString((float) Double.parseDouble(raw));
            case "double" -> Double.toString(Double.parseDouble(raw));
            case "date", "datetime", "timestamp" -> withoutZeroFraction(raw);
            case "enum" -> String.valueOf(labels.indexOf(utf8(raw)) + 1);
            case "set" -> String.valueOf(set(utf8(raw)));
            case "binary" -> hex(raw.getBytes(StandardCharsets.ISO_8859_1)).replaceAll("(00)+$", "");
            case "varbinary", "tinyblob", "blob", "mediumblob", "longblob" ->
                hex(raw.getBytes(StandardCharsets.ISO_8859_1));
            default -> text(utf8(raw));
        };
    }

    /** Of a value as the binlog's reader gives it. */
    String ofBinlog(Serializable value) {
        if (bits(type) > 0) {
            return whole(BigInteger.valueOf(((Number) value).longValue()));
        }
        return switch (type) {
            case "year", "enum", "set" -> String.valueOf(((Number) value).longValue());
            case "decimal" -> number((BigDecimal) value);
            case "float", "double" -> value.toString();
            case "date" -> DATE.format(moment((Long) value));
            case "datetime", "timestamp" -> {
                long micros = (Long) value;
                String fraction = String.format(Locale.ROOT, ".%06d", Math.floorMod(micros, 1_000_000L));
                yield withoutZeroFraction(SECONDS.format(moment(micros)) + fraction);
            }
            case "binary" -> hex((byte[]) value).replaceAll("(00)+$", "");
            case "varbinary", "tinyblob", "blob", "mediumblob", "longblob" -> hex((byte[]) value);
            default -> text(new String((byte[]) value, charset));
        };
    }

    /** Whether it has a sign is not in the binlog: as many bits as the type has tell the same of both. */
    private String whole(BigInteger number) {
        return number.and(BigInteger.ONE.shiftLeft(bits(type)).subtract(BigInteger.ONE))
                .toString();
    }

    private static String number(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }

    private static LocalDateTime moment(long micros) {
        return LocalDateTime.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), 0, ZoneOffset.UTC);
    }

    private static String withoutZeroFraction(String moment) {
        return moment.indexOf('.') < 0 ? moment : moment.replaceAll("\\.?0+$", "");
    }

    private long set(String members) {
        long bits = 0;
        for (String member : members.isEmpty() ? new String[0] : members.split(",")) {
            bits |= 1L << labels.indexOf(member);
        }
        return bits;
    }

    /** What the collation does not tell apart is the same. */
    private String text(String value) {
        String text = value.replaceAll(" +$", "");
        if (!collation.endsWith("_ci")) {
            return text;
        }
        if (!collation.contains("_as_")) {
            text = Normalizer.normalize(text, Normalizer.Form.NFKD).replaceAll("\\p{M}", "");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    private static String utf8(String raw) {
        return new String(raw.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
