package io.changeover.capture.value;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.shyiko.mysql.binlog.event.deserialization.AbstractRowsEventDataDeserializer;
import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the library's own decoder, which is right and slow. */
class DecimalCellTest {

    private static final int[] BYTES = {0, 1, 1, 2, 2, 3, 3, 4, 4, 4};

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void text_isThatOfTheLibrary(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            int precision = 1 + random.nextInt(65);
            int scale = random.nextInt(Math.min(30, precision) + 1);
            byte[] stored = stored(random, precision, scale);
            BigDecimal expected = AbstractRowsEventDataDeserializer.asBigDecimal(precision, scale, stored.clone());
            String text = new DecimalCell(precision, scale).read(new RowBytes(stored));
            assertThat(text)
                    .as("decimal(%s,%s)", precision, scale)
                    .isEqualTo((isNegativeZero(text) ? "-" : "")
                            + expected.setScale(scale).toPlainString());
        }
    }

    /** Random digits can make a negative zero, which MySQL never stores. */
    private static boolean isNegativeZero(String text) {
        return text.startsWith("-") && new BigDecimal(text).signum() == 0;
    }

    private static byte[] stored(Random random, int precision, int scale) {
        int whole = precision - scale;
        StringBuilder hex = new StringBuilder();
        group(hex, random, whole % 9);
        for (int i = 0; i < whole / 9 + scale / 9; i++) {
            group(hex, random, 9);
        }
        group(hex, random, scale % 9);
        byte[] bytes = java.util.HexFormat.of().parseHex(hex);
        if (random.nextBoolean()) {
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) ~bytes[i];
            }
        }
        bytes[0] ^= (byte) 0x80;
        return bytes;
    }

    private static void group(StringBuilder hex, Random random, int digits) {
        if (digits > 0) {
            long value = random.nextInt(4) == 0 ? 0 : random.nextLong((long) Math.pow(10, digits));
            hex.append(String.format("%0" + 2 * BYTES[digits] + "x", value));
        }
    }
}
