package io.changeover.transport.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.changeover.transport.event.CanalJsonEncoder;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Column;
import io.changeover.transport.event.MessageForm;
import io.changeover.transport.event.MessageForm.BinaryForm;
import io.changeover.transport.event.MessageForm.EnumForm;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.Provenance;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.TableSchema;
import io.changeover.transport.event.Version;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The schemas take our messages and nothing that only looks like them. Real messages of every type: {@code TypesIT}. */
class MessageSchemasTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final MessageForm FORM = new MessageForm(EnumForm.LABEL, BinaryForm.BASE64);
    private static final TableSchema T = new TableSchema(
            new TableName("d", "t"),
            List.of(
                    Column.of("kind", "enum('x','y')"),
                    Column.of("id", "bigint unsigned"),
                    Column.of("amount", "decimal(5,2)"),
                    Column.of("at", "datetime(3)"),
                    Column.of("flags", "set('r.w','(','\u540d')"),
                    Column.of("raw", "varbinary(3)"),
                    Column.of("name", "varchar(3)")),
            List.of("kind", "id"),
            3);
    private static final Row FULL = Row.of(
            "1", "18446744073709551615", "-999.99", "2024-02-29 23:59:59.120", "7", "\0\u00ff1", "\ud83d\ude00ab");
    private static final Row SPARSE = Row.of("1", "18446744073709551615", null, null, "0", "", null);
    private static final Row KEY_ONLY = Row.of("2", "1", null, null, null, null, null);
    private static final Version VERSION = new Version(1, 1, 7, 0);
    private static final Provenance STREAM = new Provenance("legacy", Origin.STREAM, "g:7", "b.1", 4, 0, 1000);
    private static final Provenance REFRESH = Provenance.read("legacy", Origin.REFRESH, 1000);

    private static JsonNode rows(MessageForm form) {
        return new MessageSchemas("legacy", form).rows("p.legacy.d.t", T);
    }

    private static Set<ValidationMessage> errors(JsonNode schema, String json) throws IOException {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(schema)
                .validate(JSON.readTree(json));
    }

    private static String update(MessageForm form) {
        return text(form, ChangeEvent.updated(T, FULL, SPARSE, VERSION, STREAM));
    }

    private static String text(MessageForm form, ChangeEvent event) {
        return new String(new CanalJsonEncoder(InstantSource.fixed(Instant.EPOCH), form).encode(event, 1), UTF_8);
    }

    @Test
    void everyMessage_isValid_inEveryForm() throws IOException {
        for (MessageForm form : List.of(
                MessageForm.CANAL,
                FORM,
                new MessageForm(EnumForm.LABEL, BinaryForm.LATIN1),
                new MessageForm(EnumForm.NUMBER, BinaryForm.BASE64))) {
            for (ChangeEvent event : List.of(
                    ChangeEvent.inserted(T, FULL, VERSION, STREAM),
                    ChangeEvent.updated(T, FULL, SPARSE, VERSION, STREAM),
                    ChangeEvent.updated(T, SPARSE, FULL, VERSION, STREAM),
                    ChangeEvent.deleted(T, FULL, VERSION, STREAM),
                    ChangeEvent.inserted(T, SPARSE, VERSION, REFRESH),
                    ChangeEvent.deleted(T, KEY_ONLY, VERSION, REFRESH))) {
                assertThat(errors(rows(form), text(form, event)))
                        .as(form + " " + event)
                        .isEmpty();
            }
        }
    }

    @Test
    void messageOfAnotherForm_isRefused() throws IOException {
        assertThat(errors(rows(FORM), update(MessageForm.CANAL))).isNotEmpty();
        assertThat(errors(rows(MessageForm.CANAL), update(FORM))).isNotEmpty();
    }

    @Test
    void fieldsOfLaterVersions_areAllowed() throws IOException {
        String later = update(FORM)
                .replaceFirst("\\{", "{\"later\":[1],")
                .replace("\"data\":[{", "\"data\":[{\"added\":\"1\",")
                .replace("\"changeover\":{", "\"changeover\":{\"later\":{},");
        assertThat(errors(rows(FORM), later)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'amount':null|'amount':1",
                "'amount':null|'amount':'1.5'",
                "'amount':null|'amount':'1234.50'",
                "'at':null|'at':'2024-02-29T23:59:59.120'",
                "'at':null|'at':'2024-02-29 23:59:59'",
                "'flags':''|'flags':'0'",
                "'flags':''|'flags':'r-w'",
                "'flags':''|'flags':'r.w,'",
                "'raw':''|'raw':'\u00ff'",
                "'name':null|'name':'abcd'",
                "{'kind':'x',|{'kind':'z',",
                "{'kind':'x',|{'kind':null,",
                "{'kind':'x',|{",
                "'id':'18446744073709551615'|'id':'-1'",
                "'old':[{|'old':[{},{",
                "'type':'UPDATE'|'type':'INSERT'",
                "'type':'UPDATE'|'type':'update'",
                "'isDdl':false|'isDdl':'false'",
                "'table':'t'|'table':'other'",
                "'pkNames':['kind','id']|'pkNames':['id']",
                "'sql':''|'sql':null",
                "'gtid':'',|",
                "'version':'0001|'version':'01",
                "'op':'stream'|'op':'later'",
                "'numbers':{'kind':'1'|'numbers':{'kind':1"
            })
    void damagedMessage_isRefused(String damage) throws IOException {
        String message = update(FORM);
        String[] change = damage.replace('\'', '"').split("\\|", -1);
        assertThat(message).contains(change[0]);
        assertThat(errors(rows(FORM), message.replace(change[0], change[1]))).isNotEmpty();
    }

    @Test
    void key_isOfCanalsForm_whateverTheMessageShows() throws IOException {
        JsonNode key = rows(FORM).at("/$defs/key");
        assertThat(errors(key, "{\"kind\":\"1\",\"id\":\"5\"}")).isEmpty();
        assertThat(errors(key, "{\"kind\":\"x\",\"id\":\"5\"}")).isNotEmpty();
        assertThat(errors(key, "{\"id\":\"5\"}")).isNotEmpty();
    }

    @Test
    void ddl_hasASchema() throws IOException {
        JsonNode schema = new MessageSchemas("legacy", FORM).ddl("p.legacy.ddl");
        String ddl = new String(
                new CanalJsonEncoder(InstantSource.fixed(Instant.EPOCH))
                        .encodeDdl("d", "t", "ALTER", "ALTER TABLE t ADD x INT", STREAM, 1),
                UTF_8);
        assertThat(errors(schema, ddl)).isEmpty();
        assertThat(errors(schema, ddl.replace("\"isDdl\":true", "\"isDdl\":false")))
                .isNotEmpty();
        assertThat(errors(schema, ddl.replace("ALTER\"", "CHANGE\""))).isNotEmpty();
        assertThat(errors(schema, update(FORM))).isNotEmpty();
    }
}
