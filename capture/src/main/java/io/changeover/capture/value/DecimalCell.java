package io.changeover.capture.value;

/**
 * DECIMAL as MySQL stores it: groups of nine digits in four bytes, big-endian, the sign in the first bit, everything
 * inverted when negative. Written in plain notation with exactly {@code scale} digits.
 */
record DecimalCell(int precision, int scale) implements Cell {

    private static final int GROUP = 9;
    private static final int[] BYTES = {0, 1, 1, 2, 2, 3, 3, 4, 4, 4};

    @Override
    public String read(RowBytes in) {
        int whole = precision - scale;
        byte[] bytes = in.take(length(whole) + length(scale));
        boolean negative = (bytes[0] & 0x80) == 0;
        bytes[0] ^= (byte) 0x80;
        if (negative) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) ~bytes[i];
            }
        }
        RowBytes digits = new RowBytes(bytes);
        StringBuilder text = new StringBuilder(precision + 3);
        group(digits, whole % GROUP, text);
        for (int i = 0; i < whole / GROUP; i++) {
            group(digits, GROUP, text);
        }
        int zeros = 0;
        while (zeros < text.length() && text.charAt(zeros) == '0') {
            zeros++;
        }
        text.delete(0, zeros);
        if (text.length() == 0) {
            text.append('0');
        }
        if (scale > 0) {
            text.append('.');
            for (int i = 0; i < scale / GROUP; i++) {
                group(digits, GROUP, text);
            }
            group(digits, scale % GROUP, text);
        }
        return negative ? text.insert(0, '-').toString() : text.toString();
    }

    private static int length(int digits) {
        return digits / GROUP * 4 + BYTES[digits % GROUP];
    }

    private static void group(RowBytes in, int digits, StringBuilder text) {
        if (digits > 0) {
            Digits.padded(text, in.big(BYTES[digits]), digits);
        }
    }
}
