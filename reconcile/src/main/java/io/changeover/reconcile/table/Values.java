package io.changeover.reconcile.table;

import io.changeover.reconcile.table.ColumnType.Family;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.temporal.ChronoField;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether a mapped old value and a stored new one are the same value. Equal texts are equal; different texts are equal only
 * where the new column's type cannot tell them apart. What cannot be understood is different: never the other way round.
 */
final class Values {

    private Values() {}

    static boolean same(@Nullable String mapped, @Nullable String stored, ColumnType old, ColumnType type) {
        if (Objects.equals(mapped, stored)) {
            return true;
        }
        if (mapped == null || stored == null) {
            return false;
        }
        return same(mapped, stored, type)
                || (old.isFloating() && !type.isFloating() && same(messageText(mapped, old), stored, type));
    }

    private static boolean same(String mapped, String stored, ColumnType type) {
        try {
            return switch (type.family()) {
                case EXACT -> mapped.equals(stored);
                case NUMBER ->
                    new BigDecimal(mapped)
                                    .setScale(type.digits(), RoundingMode.HALF_UP)
                                    .compareTo(new BigDecimal(stored))
                            == 0;
                // which tells -0 from 0
                case FLOAT ->
                    Float.compare((float) Double.parseDouble(mapped), (float) Double.parseDouble(stored)) == 0;
                case DOUBLE -> Double.compare(Double.parseDouble(mapped), Double.parseDouble(stored)) == 0;
                case TEMPORAL -> sameMoment(mapped, stored, type);
                case JSON -> JsonValues.same(mapped, stored);
                case PADDED ->
                    stored.startsWith(mapped)
                            && stored.chars().skip(mapped.length()).allMatch(b -> b == 0);
                case SET -> labels(mapped).equals(labels(stored));
            };
        } catch (NumberFormatException | DateTimeException e) {
            return false;
        }
    }

    /** A floating point number as messages have it, and so a column that is none. */
    private static String messageText(String number, ColumnType type) {
        double value = Double.parseDouble(number);
        return type.family() == Family.FLOAT ? Float.toString((float) value) : Double.toString(value);
    }

    private static List<String> labels(String set) {
        return Arrays.stream(set.split(",")).sorted().toList();
    }

    /** The text by which the rows of both sides find each other. */
    static String keyText(@Nullable String raw, ColumnType type) {
        if (raw == null) {
            return "";
        }
        return switch (type.family()) {
            case NUMBER -> number(raw);
            case TEMPORAL -> withoutZeroFraction(raw);
            case SET -> String.join(",", labels(raw));
            case EXACT, FLOAT, DOUBLE, JSON, PADDED -> raw;
        };
    }

    /** A key value for people; bytes as hex. */
    static String shown(String raw, ColumnType type) {
        byte[] bytes = raw.getBytes(StandardCharsets.ISO_8859_1);
        boolean binary = type.base().endsWith("binary") || type.base().endsWith("blob");
        return binary ? "0x" + HexFormat.of().formatHex(bytes) : new String(bytes, StandardCharsets.UTF_8);
    }

    private static String number(String raw) {
        boolean plain = raw.indexOf('.') < 0 && (raw.isEmpty() || raw.charAt(0) != '0');
        return plain ? raw : new BigDecimal(raw).stripTrailingZeros().toPlainString();
    }

    private static boolean sameMoment(String mapped, String stored, ColumnType type) {
        String shorter = withoutZeroFraction(mapped);
        if (shorter.equals(withoutZeroFraction(stored))) {
            return true;
        }
        if ((type.base().equals("datetime") || type.base().equals("timestamp")) && shorter.indexOf(' ') < 0) {
            return withoutZeroFraction(stored).equals(shorter + " 00:00:00"); // a date becomes its midnight
        }
        if (type.base().equals("date")) {
            return mapped.length() > stored.length() && mapped.startsWith(stored + " ");
        }
        boolean finer = mapped.length() - mapped.indexOf('.') - 1 > type.digits() && mapped.indexOf('.') >= 0;
        if (!finer) {
            return false;
        }
        return type.base().equals("time")
                ? seconds(mapped).setScale(type.digits(), RoundingMode.HALF_UP).compareTo(seconds(stored)) == 0
                : rounded(mapped, type.digits()).equals(rounded(stored, type.digits()));
    }

    private static LocalDateTime rounded(String text, int digits) {
        long step = BigDecimal.TEN.pow(9 - digits).longValueExact();
        LocalDateTime moment = LocalDateTime.parse(text.replace(' ', 'T')).plusNanos(step / 2);
        return moment.minusNanos(moment.getLong(ChronoField.NANO_OF_SECOND) % step);
    }

    private static BigDecimal seconds(String time) {
        boolean negative = time.startsWith("-");
        String[] parts = (negative ? time.substring(1) : time).split(":");
        if (parts.length != 3) {
            throw new NumberFormatException("not a time");
        }
        BigDecimal seconds = new BigDecimal(Integer.parseInt(parts[0]) * 3600 + Integer.parseInt(parts[1]) * 60)
                .add(new BigDecimal(parts[2]));
        return negative ? seconds.negate() : seconds;
    }

    private static String withoutZeroFraction(String text) {
        int point = text.indexOf('.');
        if (point < 0) {
            return text;
        }
        int end = text.length();
        while (end > point && (text.charAt(end - 1) == '0' || end - 1 == point)) {
            end--;
        }
        return text.substring(0, end);
    }
}
