package io.changeover.transport.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.changeover.transport.event.MessageForm.BinaryForm;
import io.changeover.transport.event.MessageForm.EnumForm;
import io.changeover.transport.event.UndecodableMessage.Reason;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageFormTest {

    private static final TableSchema T = new TableSchema(
            new TableName("d", "t"),
            List.of(
                    Column.of("id", "binary(2)"),
                    Column.of("state", "enum('','it''s','b,c')"),
                    Column.of("flags", "set('r','\u540d')"),
                    Column.of("raw", "blob"),
                    Column.of("name", "text")),
            List.of("id"),
            1);
    private static final Version VERSION = new Version(1, 1, 1, 0);
    private static final Provenance FROM = Provenance.read("legacy", Origin.REFRESH, 1);
    private static final MessageForm FORM = new MessageForm(EnumForm.LABEL, BinaryForm.BASE64);

    private final CanalJsonEncoder encoder = new CanalJsonEncoder(InstantSource.fixed(Instant.EPOCH), FORM);
    private final CanalJsonDecoder decoder = new CanalJsonDecoder();

    /** The label is the same before and after; that it changed is told by the row, and told back by the numbers. */
    @Test
    void update_showsLabelsAndBase64_withTheNumbersBeside() throws UndecodableMessage {
        ChangeEvent event = ChangeEvent.updated(
                T, Row.of("\0\u00ff", "0", "2", null, "n"), Row.of("\0\u00ff", "1", "3", "\u0080", "n"), VERSION, FROM);
        assertThat(text(event))
                .startsWith("{\"data\":[{\"id\":\"AP8=\",\"state\":\"\",\"flags\":\"r,\u540d\",\"raw\":\"gA==\","
                        + "\"name\":\"n\"}],")
                .contains("\"old\":[{\"state\":\"\",\"flags\":\"\u540d\",\"raw\":null}],")
                .contains("\"sqlType\":{\"id\":2004,\"state\":12,\"flags\":12,\"raw\":2004,\"name\":2005},")
                .endsWith(",\"schema\":1,\"enum\":\"label\",\"binary\":\"base64\","
                        + "\"numbers\":{\"state\":\"1\",\"flags\":\"3\"},"
                        + "\"oldNumbers\":{\"state\":\"0\",\"flags\":\"2\"}}}");
        assertThat(decoder.decode(encoder.encode(event, 1))).isEqualTo(event);
    }

    /** Most columns have one; a column of which it is not known must not be taken for one of them. */
    @Test
    void collations_comeAlong() throws UndecodableMessage {
        TableSchema known = collated("utf8mb4_bin", "latin1_bin", "utf8mb4_bin");
        assertThat(text(ChangeEvent.inserted(known, Row.of("1", "b", "c"), VERSION, FROM)))
                .endsWith(",\"schema\":1,\"collation\":\"utf8mb4_bin\",\"collations\":{\"b\":\"latin1_bin\"}}}");
        for (TableSchema schema : List.of(
                known,
                collated("utf8mb4_bin", "latin1_bin", null),
                collated("utf8mb4_bin", "utf8mb4_bin", "utf8mb4_bin"),
                collated(null, null, null))) {
            ChangeEvent event = ChangeEvent.inserted(schema, Row.of("1", "b", "c"), VERSION, FROM);
            assertThat(decoder.decode(encoder.encode(event, 1)).schema()).isEqualTo(schema);
        }
    }

    private static TableSchema collated(@Nullable String a, @Nullable String b, @Nullable String c) {
        return new TableSchema(
                new TableName("d", "t"),
                List.of(
                        Column.of("a", "varchar(3)").collated(a),
                        Column.of("b", "text").collated(b),
                        Column.of("c", "char(3)").collated(c)),
                List.of("a"),
                1);
    }

    @Test
    void key_isTheSameInEveryForm() {
        ChangeEvent event = ChangeEvent.inserted(T, Row.of("\0\u00ff", "0", "2", null, "n"), VERSION, FROM);
        assertThat(new String(encoder.key(event), UTF_8)).isEqualTo("{\"id\":\"\\u0000\u00ff\"}");
    }

    @Test
    void deleteOfARefresh_hasNoNumbers() throws UndecodableMessage {
        ChangeEvent event = ChangeEvent.deleted(T, Row.of("ab", null, null, null, null), VERSION, FROM);
        assertThat(text(event)).endsWith(",\"enum\":\"label\",\"binary\":\"base64\",\"numbers\":{}}}");
        assertThat(decoder.decode(encoder.encode(event, 1))).isEqualTo(event);
    }

    @Test
    void tableWithoutSuchColumns_hasCanalsMessages() {
        TableSchema plain = new TableSchema(new TableName("d", "p"), List.of(Column.of("id", "int")), List.of("id"), 1);
        ChangeEvent event = ChangeEvent.inserted(plain, Row.of("1"), VERSION, FROM);
        assertThat(text(event))
                .isEqualTo(
                        new String(new CanalJsonEncoder(InstantSource.fixed(Instant.EPOCH)).encode(event, 1), UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'enum':'label'|'enum':'numeral'",
                "'binary':'base64'|'binary':'hex'",
                "'enum':'label'|'enum':null",
                "'raw':'gA=='|'raw':'g='",
                "'numbers':{'state':'1',|'numbers':{",
                "'numbers':{'state':'1',|'numbers':{'state':1,",
                ",'numbers':{'state':'1','flags':'3'}|",
                "'oldNumbers':{|'oldNumber':{",
                "'oldNumbers':{'state':'0','flags':'2'}|'oldNumbers':[]"
            })
    void damagedForm_isMalformed(String damage) {
        String message = text(ChangeEvent.updated(
                T, Row.of("ab", "0", "2", null, "n"), Row.of("ab", "1", "3", "\u0080", "n"), VERSION, FROM));
        String[] change = damage.replace('\'', '"').split("\\|", -1);
        assertThat(message).contains(change[0]);
        byte[] damaged = message.replace(change[0], change[1]).getBytes(UTF_8);
        assertThatThrownBy(() -> decoder.decode(damaged))
                .asInstanceOf(type(UndecodableMessage.class))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.MALFORMED));
    }

    private String text(ChangeEvent event) {
        return new String(encoder.encode(event, 1), UTF_8);
    }
}
