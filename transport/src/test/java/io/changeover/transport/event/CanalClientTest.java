package io.changeover.transport.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.alibaba.fastjson2.JSON;
import com.alibaba.otter.canal.protocol.FlatMessage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changeover.transport.event.MessageForm.BinaryForm;
import io.changeover.transport.event.MessageForm.EnumForm;
import io.changeover.transport.testing.TypeConcern;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Our messages, read by Canal's own class for them, with the call that its {@code KafkaCanalConnector} makes for each
 * record. (The connector itself does not run with our Kafka client: it calls a {@code poll} that is gone since 4.0.)
 */
class CanalClientTest {

    private static final TableSchema T = new TableSchema(
            new TableName("d b", "t\u00e4"),
            List.of(
                    Column.of("id", "bigint unsigned"),
                    Column.of("n", "int(8) unsigned zerofill"),
                    Column.of("d", "decimal(65,30)"),
                    Column.of("f", "float"),
                    Column.of("b", "bit(64)"),
                    Column.of("at", "timestamp(6)"),
                    Column.of("lasted", "time(6)"),
                    Column.of("y", "year"),
                    Column.of("s", "varchar(50)"),
                    Column.of("doc", "json"),
                    Column.of("raw", "longblob"),
                    Column.of("place", "point"),
                    Column.of("state", "enum('it''s','b,c')"),
                    Column.of("flags", "set('r','w')"),
                    Column.of("$ref", "text"),
                    Column.of("@type", "text"),
                    Column.of("data", "text")),
            List.of("id"),
            1);
    private static final Row FULL = Row.of(
            "18446744073709551615",
            "42",
            "-12345678901234567890123456789012345.123456789012345678901234567890",
            "3.4028235E38",
            "18446744073709551615",
            "0000-00-00 00:00:00.000000",
            "-838:59:58.999999",
            "0000",
            "it's \"\\\ud83d\ude00\u2028\u0000\n",
            "{\"a\": [1, null]}",
            "\u0000\u00ff\u0080A",
            "\u0000\u0000\u0000\u0000",
            "2",
            "3",
            "$.x",
            "java.lang.Object",
            "[{}]");
    private static final Row SPARSE = new Row(new @Nullable String[] {
        "18446744073709551615",
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        "",
        null,
        null,
        null,
        "0",
        "0",
        null,
        null,
        null
    });
    private static final Version VERSION = new Version(1, 1, 7, 0);
    private static final Provenance FROM = new Provenance("legacy", Origin.STREAM, "g:7", "b.1", 4, 0, 7_000_000);

    private static final JsonMapper MAPPER = new JsonMapper();

    private final CanalJsonEncoder encoder = encoder(MessageForm.CANAL);

    private static CanalJsonEncoder encoder(MessageForm form) {
        return new CanalJsonEncoder(InstantSource.fixed(Instant.ofEpochMilli(8000)), form);
    }

    private static FlatMessage read(byte[] message) {
        return JSON.parseObject(new String(message, UTF_8), FlatMessage.class);
    }

    private static Map<String, @Nullable String> values(Row row) {
        Map<String, @Nullable String> values = new LinkedHashMap<>();
        for (int i = 0; i < row.size(); i++) {
            values.put(T.columns().get(i).name(), row.get(i));
        }
        return values;
    }

    @Test
    void rowChange_isAFlatMessage() {
        FlatMessage read = read(encoder.encode(ChangeEvent.inserted(T, FULL, VERSION, FROM), 5));
        assertThat(read.getData()).containsExactly(values(FULL));
        assertThat(read.getOld()).isNull();
        assertThat(read.getType()).isEqualTo("INSERT");
        assertThat(read.getDatabase()).isEqualTo("d b");
        assertThat(read.getTable()).isEqualTo("t\u00e4");
        assertThat(read.getPkNames()).containsExactly("id");
        assertThat(read.getIsDdl()).isFalse();
        assertThat(read.getEs()).isEqualTo(7000);
        assertThat(read.getTs()).isEqualTo(8000);
        assertThat(read.getId()).isEqualTo(5);
        assertThat(read.getSql()).isEmpty();
        assertThat(read.getGtid()).isEmpty();
        for (Column column : T.columns()) {
            assertThat(read.getMysqlType()).containsEntry(column.name(), column.mysqlType());
            assertThat(read.getSqlType()).containsKey(column.name());
        }
        assertThat(read.getSqlType()).containsEntry("id", 3).containsEntry("raw", 2004);
    }

    @Test
    void update_hasTheOldValuesOfWhatChanged_nullsIncluded() {
        FlatMessage read = read(encoder.encode(ChangeEvent.updated(T, SPARSE, FULL, VERSION, FROM), 5));
        Map<String, @Nullable String> changed = values(SPARSE);
        changed.remove("id");
        assertThat(read.getOld()).containsExactly(changed);
        assertThat(read.getData()).containsExactly(values(FULL));
    }

    @Test
    void delete_isTheRowBefore() {
        FlatMessage read = read(encoder.encode(ChangeEvent.deleted(T, FULL, VERSION, FROM), 5));
        assertThat(read.getType()).isEqualTo("DELETE");
        assertThat(read.getData()).containsExactly(values(FULL));
        assertThat(read.getOld()).isNull();
    }

    @Test
    void otherForms_areReadAsWell() {
        byte[] message = encoder(new MessageForm(EnumForm.LABEL, BinaryForm.BASE64))
                .encode(ChangeEvent.updated(T, SPARSE, FULL, VERSION, FROM), 5);
        assertThat(read(message).getData().get(0)).containsEntry("state", "b,c").containsEntry("raw", "AP+AQQ==");
    }

    /** Whatever capture writes of any type: the messages of the type matrix, which it is held to. */
    @ParameterizedTest
    @MethodSource("io.changeover.transport.testing.TypeConcern#all")
    void everyType_isReadAsItIsWritten(TypeConcern concern) throws IOException {
        for (ObjectNode message : concern.messages()) {
            message.put("database", "d").put("es", 1).put("ts", 2).put("id", 3);
            FlatMessage read = read(MAPPER.writeValueAsBytes(message));
            assertThat(MAPPER.<JsonNode>valueToTree(read.getData())).isEqualTo(message.path("data"));
            assertThat(MAPPER.<JsonNode>valueToTree(read.getOld())).isEqualTo(message.path("old"));
            assertThat(MAPPER.<JsonNode>valueToTree(read.getMysqlType())).isEqualTo(message.path("mysqlType"));
            assertThat(MAPPER.<JsonNode>valueToTree(read.getSqlType())).isEqualTo(message.path("sqlType"));
            assertThat(MAPPER.<JsonNode>valueToTree(read.getPkNames())).isEqualTo(message.path("pkNames"));
            assertThat(read.getType()).isEqualTo(message.path("type").asText());
            assertThat(read.getTable()).isEqualTo(concern.table());
        }
    }

    @Test
    void ddl_isAFlatMessage() {
        FlatMessage read = read(encoder.encodeDdl("d", "t", "ALTER", "ALTER TABLE t ADD x INT", FROM, 5));
        assertThat(read.getIsDdl()).isTrue();
        assertThat(read.getType()).isEqualTo("ALTER");
        assertThat(read.getSql()).isEqualTo("ALTER TABLE t ADD x INT");
        assertThat(read.getData()).isNull();
        assertThat(read.getMysqlType()).isNull();
    }
}
