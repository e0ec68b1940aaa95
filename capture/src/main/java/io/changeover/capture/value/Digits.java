package io.changeover.capture.value;

/** Numbers with leading zeros. */
final class Digits {

    private Digits() {}

    /** Appends {@code value}, which is not negative, with at least {@code width} digits. */
    static void padded(StringBuilder text, long value, int width) {
        long limit = 10;
        int digits = 1;
        while (digits < width && value >= limit) {
            digits++;
            limit *= 10;
        }
        for (int i = digits; i < width; i++) {
            text.append('0');
        }
        text.append(value);
    }
}
