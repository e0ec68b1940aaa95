package io.changeover.transport.event;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.changeover.transport.event.UndecodableMessage.Reason;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanalJsonTest {

    private static final TableSchema T = new TableSchema(
            new TableName("d", "t"),
            List.of(Column.of("id", "int"), Column.of("name", "varchar(50)"), Column.of("note", "text")),
            List.of("id"),
            3);
    private static final Version VERSION = new Version(1, 2, 77, 5);
    private static final Provenance STREAM = new Provenance(
            "legacy",
            Origin.STREAM,
            "3e11fa47-71ca-11e1-9e33-c80aa9429562:77",
            "binlog.000002",
            194,
            0,
            1795311322000000L);
    private static final String OURS = ",\"changeover\":{\"version\":\"0001000200000000000000"
            + "4d00000005\",\"gtid\":\"3e11fa47-71ca-11e1-9e33-c80aa9429562:77\",\"source\":\"legacy\",\"op\":\"stream\","
            + "\"file\":\"binlog.000002\",\"pos\":194,\"row\":0,\"commit\":1795311322000000,\"schema\":3}}";

    private final CanalJsonEncoder encoder =
            new CanalJsonEncoder(InstantSource.fixed(Instant.ofEpochMilli(1795311487548L)));
    private final CanalJsonDecoder decoder = new CanalJsonDecoder();

    @Test
    void insert_isCanalsText() {
        assertThat(text(ChangeEvent.inserted(T, Row.of("3", "third", null), VERSION, STREAM), 224))
                .isEqualTo("{\"data\":[{\"id\":\"3\",\"name\":\"third\",\"note\":null}],\"database\":\"d\","
                        + "\"es\":1795311322000,\"gtid\":\"\",\"id\":224,\"isDdl\":false,"
                        + "\"mysqlType\":{\"id\":\"int\",\"name\":\"varchar(50)\",\"note\":\"text\"},\"old\":null,"
                        + "\"pkNames\":[\"id\"],\"sql\":\"\",\"sqlType\":{\"id\":4,\"name\":12,\"note\":2005},"
                        + "\"table\":\"t\",\"ts\":1795311487548,\"type\":\"INSERT\"" + OURS);
    }

    @Test
    void update_showsTheOldValuesOfChangedColumnsAlsoWhereTheyWereNull() {
        ChangeEvent event = ChangeEvent.updated(T, Row.of("1", "a", null), Row.of("1", "b", "x"), VERSION, STREAM);
        assertThat(text(event, 223))
                .isEqualTo("{\"data\":[{\"id\":\"1\",\"name\":\"b\",\"note\":\"x\"}],\"database\":\"d\","
                        + "\"es\":1795311322000,\"gtid\":\"\",\"id\":223,\"isDdl\":false,"
                        + "\"mysqlType\":{\"id\":\"int\",\"name\":\"varchar(50)\",\"note\":\"text\"},"
                        + "\"old\":[{\"name\":\"a\",\"note\":null}],\"pkNames\":[\"id\"],\"sql\":\"\","
                        + "\"sqlType\":{\"id\":4,\"name\":12,\"note\":2005},\"table\":\"t\",\"ts\":1795311487548,"
                        + "\"type\":\"UPDATE\"" + OURS);
        assertThat(text(ChangeEvent.updated(T, Row.of("1", "a", null), Row.of("1", "a", null), VERSION, STREAM), 1))
                .contains("\"old\":[{}]");
    }

    @Test
    void delete_showsTheRowBefore() {
        assertThat(text(ChangeEvent.deleted(T, Row.of("3", "three!", ""), VERSION, STREAM), 529))
                .startsWith("{\"data\":[{\"id\":\"3\",\"name\":\"three!\",\"note\":\"\"}],\"database\":\"d\"")
                .contains("\"old\":null", "\"type\":\"DELETE\"");
    }

    @Test
    void tableWithoutKey_hasNullPkNames() {
        TableSchema keyless = new TableSchema(new TableName("shop", "u"), List.of(Column.of("u", "int")), List.of(), 1);
        assertThat(text(ChangeEvent.inserted(keyless, Row.of("1"), VERSION, STREAM), 1))
                .contains("\"pkNames\":null");
    }

    @Test
    void ddl_isCanalsText() {
        byte[] message = encoder.encodeDdl("shop", "t_trunc", "TRUNCATE", "TRUNCATE TABLE t_trunc", STREAM, 260);
        assertThat(new String(message, UTF_8))
                .startsWith("{\"data\":null,\"database\":\"shop\",\"es\":1795311322000,\"gtid\":\"\",\"id\":260,"
                        + "\"isDdl\":true,\"mysqlType\":null,\"old\":null,\"pkNames\":null,"
                        + "\"sql\":\"TRUNCATE TABLE t_trunc\",\"sqlType\":null,\"table\":\"t_trunc\","
                        + "\"ts\":1795311487548,\"type\":\"TRUNCATE\"");
        assertUndecodable(message, Reason.DDL);
    }

    @Test
    void unsigned_isPromotedByValue() throws IOException {
        TableSchema numbers = new TableSchema(
                new TableName("d", "n"),
                List.of(
                        Column.of("a", "tinyint unsigned"),
                        Column.of("b", "smallint unsigned"),
                        Column.of("c", "mediumint unsigned"),
                        Column.of("d", "int unsigned"),
                        Column.of("e", "bigint unsigned"),
                        Column.of("f", "enum(' unsigned')")),
                List.of("a"),
                1);
        assertThat(sqlTypes(numbers, Row.of("127", "32767", "8388607", "2147483647", "9223372036854775807", "9")))
                .isEqualTo("{\"a\":-6,\"b\":5,\"c\":4,\"d\":4,\"e\":-5,\"f\":4}");
        assertThat(sqlTypes(numbers, Row.of("128", "32768", "8388608", "2147483648", "9223372036854775808", null)))
                .isEqualTo("{\"a\":5,\"b\":4,\"c\":4,\"d\":-5,\"e\":3,\"f\":4}");
        assertThat(sqlTypes(numbers, Row.of("9", null, "16777215", "10", "18446744073709551615", "1")))
                .isEqualTo("{\"a\":-6,\"b\":5,\"c\":4,\"d\":4,\"e\":3,\"f\":4}");
    }

    @Test
    void update_thatChangesTheKeyIsRefused() {
        ChangeEvent event = ChangeEvent.updated(T, Row.of("1", "a", null), Row.of("2", "a", null), VERSION, STREAM);
        assertThatThrownBy(() -> encoder.encode(event, 1)).hasMessage("update changes the key of d.t");
    }

    @Test
    void schema_isSharedUntilItChanges() throws UndecodableMessage {
        ChangeEvent event = ChangeEvent.inserted(T, Row.of("3", "third", null), VERSION, STREAM);
        TableSchema first = decoder.decode(encoder.encode(event, 1)).schema();
        assertThat(first).isEqualTo(T);
        assertThat(decoder.decode(encoder.encode(event, 2)).schema()).isSameAs(first);

        TableSchema wider = new TableSchema(
                T.name(),
                List.of(Column.of("id", "bigint"), Column.of("name", "varchar(50)"), Column.of("note", "text")),
                List.of("id"),
                3);
        ChangeEvent later = ChangeEvent.inserted(wider, Row.of("3", "third", null), VERSION, STREAM);
        assertThat(decoder.decode(encoder.encode(later, 3))).isEqualTo(later);
        assertThat(decoder.decode(encoder.encode(event, 4))).isEqualTo(event);
    }

    @Test
    void unknownFields_areIgnoredAndOrderDoesNotMatter() throws UndecodableMessage {
        String message = "{\"changeover\":{\"later\":{\"a\":[1]},\"version\":\"" + VERSION + "\",\"op\":\"backfill\","
                + "\"schema\":3},\"Type\":\"X\",\"_ext\":{\"data\":[[{}]],\"type\":\"Y\"},\"type\":\"UPDATE\","
                + "\"table\":\"t\",\"pkNames\":[\"id\"],\"old\":[{\"note\":null}],\"isDdl\":false,"
                + "\"mysqlType\":{\"id\":\"int\",\"name\":\"varchar(50)\",\"note\":\"text\"},\"database\":\"d\","
                + "\"data\":[{\"note\":\"n\",\"id\":\"1\",\"name\":\"b\"}]}";
        assertThat(decoder.decode(message.getBytes(UTF_8)))
                .isEqualTo(ChangeEvent.updated(
                        T,
                        Row.of("1", "b", null),
                        Row.of("1", "b", "n"),
                        VERSION,
                        new Provenance("", Origin.BACKFILL, "", "", 0, 0, 0)));
    }

    @Test
    void canalsOwnMessage_isForeign() {
        String multi = "{\"data\":[{\"u\":\"1\",\"b\":\"a\"},{\"u\":\"2\",\"b\":\"b\"}],\"database\":\"shop\","
                + "\"es\":1795311348000,\"gtid\":\"\",\"id\":391,\"isDdl\":false,\"mysqlType\":{\"u\":\"int\",\"b\":"
                + "\"varchar(20)\"},\"old\":null,\"pkNames\":null,\"sql\":\"\",\"sqlType\":{\"u\":4,\"b\":12},\"table\":"
                + "\"t_unique_no_pk\",\"ts\":1795311488321,\"type\":\"INSERT\"";
        assertUndecodable((multi + "}").getBytes(UTF_8), Reason.FOREIGN);
        assertUndecodable((multi + ",\"changeover\":{}}").getBytes(UTF_8), Reason.SEVERAL_ROWS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "[]",
                "null",
                "{",
                "{}x",
                "{\"data\":[{\"id\":\"1",
                "{\"data\":secret}",
                "{\"a\":1}{\"a\":1}",
                "\uFEFF{\"a\":1}"
            })
    void otherText_isNotJson(String text) {
        assertUndecodable(text.getBytes(UTF_8), Reason.NOT_JSON);
    }

    @Test
    void otherEncodingsAndDepths_areNotJson() {
        assertUndecodable("{\"a\":1}".getBytes(UTF_16BE), Reason.NOT_JSON);
        assertUndecodable(new byte[] {'{', '"', (byte) 0xFF, '"', ':', '1', '}'}, Reason.NOT_JSON);
        assertUndecodable(("{\"a\":" + "[".repeat(100_000)).getBytes(UTF_8), Reason.NOT_JSON);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'data':[{'id':'1','name':'b','note':null}]|'data':null",
                "'data':[{'id':'1','name':'b','note':null}]|'data':[]",
                "'data':[{'id':'1','name':'b','note':null}]|'data':{}",
                "'data':[{'id':'1','name':'b','note':null}]|'data':[1]",
                "'note':null|'note':1",
                "'note':null|'note':{'a':1}",
                "'note':null|'id':'2'",
                "'note':null|'extra':null",
                ",'note':null|",
                "'old':[{'name':'a'}]|'old':null",
                "'old':[{'name':'a'}]|'old':[{'name':'a'},{}]",
                "'old':[{'name':'a'}]|'old':[{'other':'a'}]",
                "'type':'UPDATE'|'type':'TRUNCATE'",
                "'type':'UPDATE'|'type':null",
                "'type':'UPDATE'|'typo':'UPDATE'",
                "'pkNames':['id']|'pkNames':['no']",
                "'pkNames':['id']|'pkNames':'id'",
                "'table':'t'|'table':''",
                "'note':'text'|'note':5",
                "'version':'0001|'version':'01",
                "'op':'stream'|'op':'ROW'",
                "'op':'stream'|'op':null",
                "'pos':194|'pos':99999999999999999999",
                "'schema':3|'schema':4294967296"
            })
    void damagedField_isMalformed(String damage) {
        String message = text(
                        ChangeEvent.updated(T, Row.of("1", "a", null), Row.of("1", "b", null), VERSION, STREAM), 1)
                .replace('"', '\'');
        String[] change = damage.split("\\|", -1);
        assertThat(message).contains(change[0]);
        byte[] damaged =
                message.replace(change[0], change[1]).replace('\'', '"').getBytes(UTF_8);
        assertUndecodable(damaged, Reason.MALFORMED);
    }

    private void assertUndecodable(byte[] message, Reason reason) {
        assertThatThrownBy(() -> decoder.decode(message))
                .asInstanceOf(type(UndecodableMessage.class))
                .satisfies(e -> {
                    assertThat(e.reason()).isEqualTo(reason);
                    assertThat(e.getMessage()).doesNotContain("secret");
                });
    }

    private String sqlTypes(TableSchema schema, Row row) throws IOException {
        JsonNode message =
                new JsonMapper().readTree(encoder.encode(ChangeEvent.inserted(schema, row, VERSION, STREAM), 1));
        return message.get("sqlType").toString();
    }

    private String text(ChangeEvent event, long id) {
        return new String(encoder.encode(event, id), UTF_8);
    }
}
