package io.changeover.transport.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelsTest {

    private static Labels labels(String type) {
        return Labels.of(Column.of("c", type));
    }

    @Test
    void members_areReadWithTheirEscapes() {
        assertThat(labels("enum('a','it''s','back\\\\slash','b,c','','\u540d\ud83d\ude00','\"','new\\nline',')')")
                        .all())
                .containsExactly("a", "it's", "back\\slash", "b,c", "", "\u540d\ud83d\ude00", "\"", "new\nline", ")");
        assertThat(labels("SET('','\\'')").all()).containsExactly("", "'");
    }

    @Test
    void quoted_isReadBack() {
        for (String label : new String[] {"", "it's", "''", "\\", "\\'", "a\\", "\n\r\0", "\"", "\u001a", "%_"}) {
            assertThat(labels("enum('x'," + Labels.quoted(label) + ")").all()).containsExactly("x", label);
            assertThat(Labels.unquoted(Labels.quoted(label))).isEqualTo(label);
        }
        assertThat(Labels.unquoted("\"it's \"\"so\"\"\"")).isEqualTo("it's \"so\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"enum", "enum(", "enum()", "enum('a'", "enum('a)", "enum('a',0x61)", "enum('a'),", "int"})
    void otherText_isRefused(String type) {
        assertThatThrownBy(() -> labels(type))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("column c has no list of members");
    }

    @Test
    void numbers_haveLabels() {
        Labels labels = labels("enum('a','b')");
        assertThat(labels.ofIndex("0")).isEmpty();
        assertThat(labels.ofIndex("2")).isEqualTo("b");
        assertThatThrownBy(() -> labels.ofIndex("3")).isInstanceOf(IllegalArgumentException.class);
        assertThat(labels.ofBits("0")).isEmpty();
        assertThat(labels.ofBits("3")).isEqualTo("a,b");
        assertThatThrownBy(() -> labels.ofBits("4")).isInstanceOf(IllegalArgumentException.class);
    }
}
