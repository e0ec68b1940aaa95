package io.changeover.capture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.changeover.transport.contract.MessageSchemas;
import io.changeover.transport.definition.StartMode;
import io.changeover.transport.event.CanalJsonEncoder;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Column;
import io.changeover.transport.event.MessageForm;
import io.changeover.transport.event.MessageForm.BinaryForm;
import io.changeover.transport.event.MessageForm.EnumForm;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableSchema;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import io.changeover.transport.topic.TopicNames;
import java.io.IOException;
import java.sql.Connection;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every value has one text, whichever road it came: the binlog, or a SELECT. */
@WithServers
@Timeout(240)
class ValuesIT {

    private final TestingServers servers;
    private final TestingMySql mysql;

    ValuesIT(TestingServers servers) {
        this.servers = servers;
        this.mysql = servers.source();
    }

    /** @param text as the stream said it for a new row */
    private record Known(String literal, String text) {}

    @Test
    void values_haveOneTextFromBothRoads() throws Exception {
        String schema = mysql.freshSchema();
        List<ValueCases.Value> values = ValueCases.values();
        List<String> types = new ArrayList<>(ValueCases.cases().keySet());
        StringBuilder create = new StringBuilder(" (id INT PRIMARY KEY");
        for (int i = 0; i < types.size(); i++) {
            create.append(", c").append(i).append(' ').append(types.get(i));
        }
        create.append(") ROW_FORMAT=DYNAMIC");
        List<String> inserts = new ArrayList<>();
        int id = 0;
        for (ValueCases.Value value : values) {
            inserts.add(" (id, c" + value.column() + ") VALUES (" + ++id + ", " + value.literal() + ")");
        }
        inserts.add(" (id) VALUES (" + ++id + ")");
        try (Connection connection = mysql.connect(schema);
                Statement statement = connection.createStatement()) {
            statement.execute("SET sql_mode = '', time_zone = '+00:00'");
            statement.execute("CREATE TABLE streamed" + create);
            statement.execute("CREATE TABLE selected" + create);
            statement.execute("CREATE TABLE updated" + create);
            for (String insert : inserts) {
                statement.execute("INSERT INTO selected" + insert);
            }
            try (CapturedSource source = new CapturedSource(
                    servers.kafka(),
                    mysql,
                    servers.freshName(),
                    schema,
                    StartMode.snapshot(),
                    "streamed",
                    "selected",
                    "updated")) {
                source.start();
                source.awaitBackfilled();
                for (String insert : inserts) {
                    statement.execute("INSERT INTO streamed" + insert);
                }
                source.awaitEvents("streamed", id);
                Map<Integer, Row> streamed = rows(source, "streamed", Origin.STREAM);
                Map<Integer, Row> selected = rows(source, "selected", Origin.BACKFILL);
                List<String> problems = new ArrayList<>();
                compare(values, streamed, selected, problems);
                assertThat(problems).isEmpty();
                assertThat(streamed).hasSize(id).containsOnlyKeys(selected.keySet());
                compareTypes(source, schema);
                update(statement, source, values, streamed);
                for (String table : List.of("streamed", "selected", "updated")) {
                    validate(source, table);
                }
                alter(statement, source);
            }
        }
    }

    private static void compare(
            List<ValueCases.Value> values,
            Map<Integer, Row> streamed,
            Map<Integer, Row> selected,
            List<String> problems) {
        int id = 0;
        for (ValueCases.Value value : values) {
            id++;
            String fromStream = Objects.requireNonNull(streamed.get(id)).get(value.column() + 1);
            String fromSelect = Objects.requireNonNull(selected.get(id)).get(value.column() + 1);
            boolean asWanted = value.wanted() == null || value.wanted().equals(fromStream);
            if (fromStream == null || !fromStream.equals(fromSelect) || !asWanted) {
                problems.add(value.type() + " " + brief(value.literal()) + ": stream " + brief(fromStream) + ", select "
                        + brief(fromSelect) + ", wanted " + brief(value.wanted()));
            }
        }
    }

    /** One row of all types, changed in one column at a time: every image is the one before but for that column. */
    private static void update(
            Statement statement, CapturedSource source, List<ValueCases.Value> values, Map<Integer, Row> streamed)
            throws Exception {
        TreeMap<Integer, List<Known>> byColumn = new TreeMap<>();
        for (int i = 0; i < values.size(); i++) {
            ValueCases.Value value = values.get(i);
            String text = Objects.requireNonNull(streamed.get(i + 1)).get(value.column() + 1);
            byColumn.computeIfAbsent(value.column(), none -> new ArrayList<>())
                    .add(new Known(value.literal(), Objects.requireNonNull(text)));
        }
        byColumn.values()
                .forEach(known ->
                        known.sort(Comparator.comparingInt(value -> value.text().length())));
        @Nullable String[] row = new String[byColumn.size() + 1];
        row[0] = "1";
        StringBuilder insert = new StringBuilder("INSERT INTO updated VALUES (1");
        byColumn.forEach((column, known) -> {
            insert.append(", ").append(known.get(0).literal());
            row[column + 1] = known.get(0).text();
        });
        statement.execute(insert + ")");
        List<Row> wanted = new ArrayList<>();
        wanted.add(new Row(row.clone()));
        for (Map.Entry<Integer, List<Known>> column : byColumn.entrySet()) {
            List<@Nullable Known> next = new ArrayList<>(column.getValue());
            next.remove(0);
            next.add(null);
            next.add(column.getValue().get(0));
            for (@Nullable Known value : next) {
                String text = value == null ? null : value.text();
                if (!Objects.equals(text, row[column.getKey() + 1])) {
                    statement.execute("UPDATE updated SET c" + column.getKey() + " = "
                            + (value == null ? "NULL" : value.literal()));
                    row[column.getKey() + 1] = text;
                    wanted.add(new Row(row.clone()));
                }
            }
        }
        source.awaitEvents("updated", wanted.size());
        List<ChangeEvent> events = source.events("updated");
        assertThat(events).hasSameSizeAs(wanted);
        for (int i = 0; i < wanted.size(); i++) {
            assertSame(events.get(i).after(), wanted.get(i), "after update " + i);
            if (i > 0) {
                assertSame(events.get(i).before(), wanted.get(i - 1), "before update " + i);
            }
        }
    }

    private static void assertSame(@Nullable Row row, Row wanted, String what) {
        for (int i = 0; i < wanted.size(); i++) {
            assertThat(Objects.requireNonNull(row).get(i))
                    .as(what + ", column " + i)
                    .isEqualTo(wanted.get(i));
        }
    }

    /** The types in the messages are those of SHOW CREATE TABLE. */
    private void compareTypes(CapturedSource source, String schema) {
        TableSchema captured = source.events("streamed").get(0).schema();
        Map<String, String> shown = new TreeMap<>();
        for (List<String> column : mysql.rows("SELECT column_name, column_type FROM information_schema.columns"
                + " WHERE table_schema = '" + schema + "' AND table_name = 'streamed'")) {
            shown.put(column.get(0), column.get(1));
        }
        Map<String, String> ours = new TreeMap<>();
        for (Column column : captured.columns()) {
            ours.put(column.name(), column.mysqlType());
        }
        assertThat(ours).isEqualTo(shown);
    }

    /** What capture wrote fits the JSON Schema that consumers are given, and so does the same in the other form. */
    private static void validate(CapturedSource source, String table) throws IOException {
        MessageForm other = new MessageForm(EnumForm.LABEL, BinaryForm.BASE64);
        CanalJsonEncoder encoder = new CanalJsonEncoder(InstantSource.system(), other);
        List<ChangeEvent> events = source.events(table);
        TableSchema columns = events.get(0).schema();
        JsonNode ours = new MessageSchemas("legacy", MessageForm.CANAL).rows(table, columns);
        JsonSchemaFactory schemas = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
        JsonSchema values = schemas.getSchema(ours);
        JsonSchema keys = schemas.getSchema(ours.at("/$defs/key"));
        JsonSchema otherValues = schemas.getSchema(new MessageSchemas("legacy", other).rows(table, columns));
        JsonMapper json = new JsonMapper();
        for (ConsumerRecord<String, String> record : source.records(table)) {
            assertThat(values.validate(json.readTree(record.value()))).isEmpty();
            assertThat(keys.validate(json.readTree(record.key()))).isEmpty();
        }
        for (ChangeEvent event : events) {
            assertThat(otherValues.validate(json.readTree(encoder.encode(event, 1))))
                    .isEmpty();
        }
    }

    /** Statements stand in a topic of their own, as its JSON Schema says; the next row is one of the new columns. */
    private void alter(Statement statement, CapturedSource source) throws Exception {
        int before = source.events("updated").size();
        statement.execute("ALTER TABLE updated ADD late ENUM(\"it's\", 'b')");
        statement.execute("INSERT INTO updated (id, late) VALUES (2, 'it''s')");
        source.awaitEvents("updated", before + 1);
        ChangeEvent last = source.events("updated").stream()
                .filter(event -> "2".equals(event.row().get(0)))
                .findFirst()
                .orElseThrow();
        assertThat(last.schema().columns()).last().isEqualTo(Column.of("late", "enum('it''s','b')"));
        assertThat(last.row().get(last.schema(), "late")).isEqualTo("1");

        String topic = new TopicNames(source.settings().pipeline()).ddl("legacy");
        JsonSchema schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(new MessageSchemas("legacy", MessageForm.CANAL).ddl(topic));
        List<String> types = new ArrayList<>();
        for (ConsumerRecord<String, String> record : servers.kafka().readAll(topic)) {
            JsonNode message = new JsonMapper().readTree(record.value());
            assertThat(schema.validate(message)).isEmpty();
            assertThat(record.key()).isNull();
            types.add(message.path("type").asText());
        }
        assertThat(types).containsExactly("ALTER");
    }

    private static Map<Integer, Row> rows(CapturedSource source, String table, Origin origin) {
        Map<Integer, Row> rows = new TreeMap<>();
        for (ChangeEvent event : source.events(table)) {
            assertThat(event.provenance().origin()).isEqualTo(origin);
            Row row = Objects.requireNonNull(event.after());
            rows.put(Integer.valueOf(Objects.requireNonNull(row.get(0))), row);
        }
        return rows;
    }

    private static String brief(@Nullable String text) {
        if (text == null) {
            return "null";
        }
        return text.length() <= 300 ? text : text.substring(0, 150) + "..." + text.substring(text.length() - 100);
    }
}
