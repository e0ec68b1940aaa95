package io.changeover.capture.value;

import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * The cells of dates and times, with the fraction digits of their column. Nothing passes through a calendar of Java, so that
 * zero and partial dates, the year 1582 and times beyond a day come through as they are.
 */
final class Temporal {

    private static final long MICRO_MASK = (1L << 24) - 1;
    private static final int[] SCALE_TO_MICROS = {1, 100_000, 10_000, 1_000, 100, 10, 1};

    private Temporal() {}

    static String date(RowBytes in) {
        int value = (int) in.little(3);
        StringBuilder text = new StringBuilder(10);
        day(text, value >> 9, value >> 5 & 15, value & 31);
        return text.toString();
    }

    static String year(RowBytes in) {
        long year = in.little(1);
        return year == 0 ? "0000" : Long.toString(1900 + year);
    }

    /** DATETIME of MySQL 5.6 and newer. */
    static String datetime(RowBytes in, int digits) {
        long value = in.big(5) - 0x8000000000L;
        long micros = fraction(in, digits);
        long month = value >> 22;
        StringBuilder text = new StringBuilder(26);
        day(text, month / 13, month % 13, value >> 17 & 31);
        text.append(' ');
        clock(text, value >> 12 & 31, value >> 6 & 63, value & 63, micros, digits);
        return text.toString();
    }

    /** TIMESTAMP of MySQL 5.6 and newer, in UTC; second 0 is the zero date. */
    static String timestamp(RowBytes in, int digits) {
        long seconds = in.big(4);
        return utc(seconds, fraction(in, digits), digits);
    }

    /** TIME of MySQL 5.6 and newer: as one two's complement number over seconds and fraction. */
    static String time(RowBytes in, int digits) {
        int fractionBytes = (digits + 1) / 2;
        int bits = 8 * (3 + fractionBytes);
        long value = in.big(3 + fractionBytes) - (1L << (bits - 1));
        boolean negative = value < 0;
        long magnitude = Math.abs(value);
        long seconds = magnitude >> (8 * fractionBytes);
        long fraction = magnitude & ((1L << (8 * fractionBytes)) - 1);
        long micros = fraction * SCALE_TO_MICROS[fractionBytes * 2];
        StringBuilder text = new StringBuilder(17);
        if (negative) {
            text.append('-');
        }
        clock(text, seconds >> 12 & 1023, seconds >> 6 & 63, seconds & 63, micros, digits);
        return text.toString();
    }

    /** DATETIME of tables that were made before MySQL 5.6: the decimal number yyyyMMddHHmmss. */
    static String oldDatetime(RowBytes in) {
        long value = in.little(8);
        long day = value / 1_000_000;
        StringBuilder text = new StringBuilder(19);
        day(text, day / 10_000, day / 100 % 100, day % 100);
        text.append(' ');
        clock(text, value / 10_000 % 100, value / 100 % 100, value % 100, 0, 0);
        return text.toString();
    }

    static String oldTimestamp(RowBytes in) {
        return utc(in.little(4), 0, 0);
    }

    static String oldTime(RowBytes in) {
        long value = in.littleSigned(3);
        long magnitude = Math.abs(value);
        StringBuilder text = new StringBuilder(10);
        if (value < 0) {
            text.append('-');
        }
        clock(text, magnitude / 10_000, magnitude / 100 % 100, magnitude % 100, 0, 0);
        return text.toString();
    }

    /** A DATE, DATETIME or TIME inside a JSON document: packed in eight bytes, always with six digits. */
    static String packed(long packed, boolean hasDay, boolean hasClock) {
        long magnitude = Math.abs(packed);
        long micros = magnitude & MICRO_MASK;
        long seconds = magnitude >> 24;
        StringBuilder text = new StringBuilder(26);
        if (!hasDay) {
            if (packed < 0) {
                text.append('-');
            }
            clock(text, seconds >> 12 & 1023, seconds >> 6 & 63, seconds & 63, micros, 6);
            return text.toString();
        }
        long month = seconds >> 22;
        day(text, month / 13, month % 13, seconds >> 17 & 31);
        if (hasClock) {
            text.append(' ');
            clock(text, seconds >> 12 & 31, seconds >> 6 & 63, seconds & 63, micros, 6);
        }
        return text.toString();
    }

    private static String utc(long seconds, long micros, int digits) {
        StringBuilder text = new StringBuilder(26);
        if (seconds == 0 && micros == 0) {
            day(text, 0, 0, 0);
            text.append(' ');
            clock(text, 0, 0, 0, 0, digits);
            return text.toString();
        }
        LocalDateTime utc = LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC);
        day(text, utc.getYear(), utc.getMonthValue(), utc.getDayOfMonth());
        text.append(' ');
        clock(text, utc.getHour(), utc.getMinute(), utc.getSecond(), micros, digits);
        return text.toString();
    }

    private static long fraction(RowBytes in, int digits) {
        int bytes = (digits + 1) / 2;
        return bytes == 0 ? 0 : in.big(bytes) * SCALE_TO_MICROS[bytes * 2];
    }

    private static void day(StringBuilder text, long year, long month, long day) {
        Digits.padded(text, year, 4);
        text.append('-');
        Digits.padded(text, month, 2);
        text.append('-');
        Digits.padded(text, day, 2);
    }

    private static void clock(StringBuilder text, long hour, long minute, long second, long micros, int digits) {
        Digits.padded(text, hour, 2);
        text.append(':');
        Digits.padded(text, minute, 2);
        text.append(':');
        Digits.padded(text, second, 2);
        if (digits > 0) {
            text.append('.');
            Digits.padded(text, micros / SCALE_TO_MICROS[digits], digits);
        }
    }
}
