package io.changeover.capture.publish;

import java.util.Locale;

/** Equality of keys that is never finer than any collation of MySQL: may say yes too often, never no too often. */
final class CoarseKey {

    private CoarseKey() {}

    static boolean mayBeEqual(String key, String other) {
        return key.equals(other)
                || !isAscii(key)
                || !isAscii(other)
                || fold(key).equals(fold(other));
    }

    private static boolean isAscii(String text) {
        // JSON escapes hide characters, also control characters that collations ignore
        return text.chars().allMatch(c -> c >= ' ' && c < 127 && c != '\\');
    }

    /**
     * Letters and digits only: case, blanks and punctuation differ in weight between collations. Roman collations take i for j
     * and u for v, Baltic ones i for y, Nordic ones v for w.
     */
    private static String fold(String text) {
        return text.replaceAll("[^0-9A-Za-z]", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[jy]", "i")
                .replaceAll("[vw]", "u");
    }
}
