package io.changeover.capture.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes worked out from the format of the binlog; the values from a server are in {@code TypesIT}. */
class TemporalTest {

    @ParameterizedTest
    @CsvSource({"000000, 0000-00-00", "00c80f, 2020-00-00", "21c80f, 2020-01-01", "9f1f4e, 9999-12-31"})
    void date_keepsZeroAndPartialDates(String bytes, String text) {
        assertThat(Temporal.date(bytes(bytes))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "800000, 0, 00:00:00",
        "819042, 0, 25:01:02",
        "4b9105, 0, -838:59:59",
        "b46efb, 0, 838:59:59",
        "7ffffff6, 1, -00:00:00.1",
        "7fffffffffff, 6, -00:00:00.000001",
    })
    void time_isOneNumberWithItsFraction(String bytes, int digits, String text) {
        assertThat(Temporal.time(bytes(bytes), digits)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"00, 0000", "01, 1901", "ff, 2155"})
    void year_zeroIsNot1900(String bytes, String text) {
        assertThat(Temporal.year(bytes(bytes))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "00000000, 0, 0000-00-00 00:00:00",
        "7fffffff, 0, 2038-01-19 03:14:07",
        "00000001, 0, 1970-01-01 00:00:01"
    })
    void timestamp_isUtc(String bytes, int digits, String text) {
        assertThat(Temporal.timestamp(bytes(bytes), digits)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"8000000000, 0, 0000-00-00 00:00:00", "fef3ff7efb0f423f, 6, 9999-12-31 23:59:59.999999"})
    void datetime_isPlain(String bytes, int digits, String text) {
        assertThat(Temporal.datetime(bytes(bytes), digits)).isEqualTo(text);
    }

    private static RowBytes bytes(String hex) {
        return new RowBytes(HexFormat.of().parseHex(hex));
    }
}
