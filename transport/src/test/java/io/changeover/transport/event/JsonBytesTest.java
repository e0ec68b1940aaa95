package io.changeover.transport.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBytesTest {

    private final JsonBytes json = new JsonBytes();

    @Test
    void string_isWrittenAsJacksonWritesIt_whateverTheCharacter() throws Exception {
        JsonMapper jackson = JsonMapper.builder()
                .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                .build();
        for (int point = 0; point <= Character.MAX_CODE_POINT; point += point < 0x3000 ? 1 : 97) {
            if (point <= Character.MAX_VALUE && Character.isSurrogate((char) point)) {
                continue;
            }
            String text = "a" + Character.toString(point) + "z";
            assertThat(written(text)).isEqualTo(new String(jackson.writeValueAsBytes(text), UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud83d", "\ude00", "a\ud83dz", "\ude00\ud83d", "\u00e4\ud83d"})
    void halfOfASurrogatePair_isRefused(String text) {
        assertThatThrownBy(() -> json.clear().string(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void string_ofWorstCharacters_growsTheBuffer() {
        String text = "\u0001".repeat(300_000);
        assertThat(written(text)).isEqualTo('"' + "\\u0001".repeat(300_000) + '"');
        assertThat(written("\u540d".repeat(2000))).isEqualTo('"' + "\u540d".repeat(2000) + '"');
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 7, 9, 10, 11, 99, 100, 1795311322000000L, Long.MAX_VALUE, -1, -10, Long.MIN_VALUE})
    void number_isDecimal(long value) {
        assertThat(new String(json.clear().number(value).toByteArray(), UTF_8)).isEqualTo(Long.toString(value));
    }

    @Test
    void hex_isLowerCaseWithLeadingZeros() {
        assertThat(new String(json.clear().hex(-1, 8).hex(0xAB, 4).toByteArray(), UTF_8))
                .isEqualTo(HexFormat.of().toHexDigits(-1) + "00ab");
    }

    private String written(String text) {
        return new String(json.clear().string(text).toByteArray(), UTF_8);
    }
}
