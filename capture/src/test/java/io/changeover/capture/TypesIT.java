package io.changeover.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import io.changeover.transport.event.TableSchema;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.TypeConcern;
import io.changeover.transport.testing.WithServers;
import io.changeover.transport.topic.TopicNames;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every value has the one text that the type matrix says ({@link TypeConcern}), whichever road it came: the binlog, or a
 * SELECT. The rows of all concerns take both roads at the same time; the tests look at what came of it.
 */
@WithServers
@Tag("versions")
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TypesIT {

    private static final JsonMapper JSON = new JsonMapper();

    private final TestingServers servers;
    private final TestingMySql mysql;
    private final String version;
    private final String schema;
    private final List<TypeConcern> concerns;
    private @Nullable CapturedSource streamed;
    private @Nullable CapturedSource selected;

    TypesIT(TestingServers servers) {
        this.servers = servers;
        this.mysql = servers.source();
        this.version = mysql.value("SELECT VERSION()");
        this.schema = mysql.freshSchema();
        this.concerns = TypeConcern.all().stream()
                .filter(concern -> concern.isFor(version))
                .toList();
    }

    static List<TypeConcern> all() {
        return TypeConcern.all();
    }

    /** A statement, and the message that it makes. */
    private record Step(String sql, ObjectNode message) {}

    @BeforeAll
    void takeBothRoads() throws Exception {
        try (Connection connection = mysql.connect(schema);
                Statement statement = connection.createStatement()) {
            statement.execute("SET sql_mode = '', time_zone = '+00:00'");
            for (TypeConcern concern : concerns) {
                execute(statement, concern.ddl());
            }
            CapturedSource stream = capture(StartMode.now());
            streamed = stream;
            stream.start();
            stream.awaitRunning();
            for (TypeConcern concern : concerns) {
                execute(statement, concern.writes());
            }
            CapturedSource select = capture(StartMode.snapshot());
            selected = select;
            select.start();
            select.awaitBackfilled();
            select.close();
            statement.execute("SET sql_mode = 'ALLOW_INVALID_DATES'"); // which '' would make zero dates of
            for (TypeConcern concern : concerns) {
                execute(statement, steps(concern).stream().map(Step::sql).toList());
            }
            stream.awaitPublished(mysql.gtidExecuted());
        }
    }

    private CapturedSource capture(StartMode start) {
        String[] tables = concerns.stream().map(TypeConcern::table).toArray(String[]::new);
        return new CapturedSource(servers.kafka(), mysql, servers.freshName(), schema, start, tables);
    }

    private static void execute(Statement statement, List<String> statements) throws SQLException {
        for (String sql : statements) {
            try {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new SQLException(sql, e);
            }
        }
    }

    @AfterAll
    void close() {
        for (CapturedSource source : Arrays.asList(streamed, selected)) {
            if (source != null) {
                source.close();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void concern(TypeConcern concern) throws IOException {
        assumeThat(concerns).as("those for MySQL " + version).contains(concern);
        List<ObjectNode> wanted = new ArrayList<>(concern.messages());
        steps(concern).forEach(step -> wanted.add(step.message()));
        assertThat(messages(streamed, concern)).containsExactlyElementsOf(texts(wanted));

        List<ObjectNode> rows = new ArrayList<>();
        rows(concern).values().forEach(row -> rows.add(message(row, "INSERT")));
        assertThat(messages(selected, concern)).containsExactlyInAnyOrderElementsOf(texts(rows));

        validate(Objects.requireNonNull(streamed), concern.table());
        validate(Objects.requireNonNull(selected), concern.table());
        if (!version.startsWith("5.")) { // which shows the widths of integers
            assertThat(types(wanted.get(wanted.size() - 1))).isEqualTo(shownTypes(concern));
        }
    }

    /** The rows that a concern's writes leave, each as its last message. */
    private static Map<String, ObjectNode> rows(TypeConcern concern) {
        Map<String, ObjectNode> rows = new LinkedHashMap<>();
        for (ObjectNode message : concern.messages()) {
            String key = key(message);
            if (message.path("type").asText().equals("DELETE")) {
                rows.remove(key);
            } else {
                rows.put(key, message);
            }
        }
        return rows;
    }

    private static String key(ObjectNode message) {
        return message.at("/data/0").path(message.at("/pkNames/0").asText()).asText();
    }

    /**
     * Every row becomes the next one, in one column at a time, then all are deleted: an image is the one before but for that
     * column. Columns that are made of others are left alone.
     */
    private static List<Step> steps(TypeConcern concern) {
        List<Step> steps = new ArrayList<>();
        List<ObjectNode> rows = new ArrayList<>(rows(concern).values());
        String name = rows.get(0).at("/pkNames/0").asText();
        boolean made = concern.ddl().stream().anyMatch(statement -> statement.contains(" AS ("));
        for (int i = 0; i < rows.size(); i++) {
            ObjectNode row = rows.get(i);
            ObjectNode next = rows.get(Math.min(i + 1, rows.size() - 1));
            for (String column : made ? List.<String>of() : names(row)) {
                JsonNode value = next.at("/data/0").path(column);
                if (column.equals(name) || value.equals(row.at("/data/0").path(column))) {
                    continue;
                }
                ObjectNode message = message(row, "UPDATE");
                message.putArray("old")
                        .addObject()
                        .set(column, row.at("/data/0").path(column));
                ((ObjectNode) message.at("/data/0")).set(column, value);
                ((ObjectNode) message.path("sqlType"))
                        .set(column, next.path("sqlType").path(column));
                steps.add(new Step(
                        "UPDATE " + concern.table() + " AS one JOIN " + concern.table() + " AS other ON other." + name
                                + " = " + key(next) + " SET one.`" + column + "` = other.`" + column + "` WHERE one."
                                + name + " = " + key(row),
                        message));
                row = message;
            }
            steps.add(new Step(
                    "DELETE FROM " + concern.table() + " WHERE " + name + " = " + key(row), message(row, "DELETE")));
        }
        return steps;
    }

    private static List<String> names(ObjectNode message) {
        List<String> names = new ArrayList<>();
        message.at("/data/0").fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static ObjectNode message(ObjectNode row, String type) {
        ObjectNode message = row.deepCopy();
        message.putNull("old").put("type", type);
        return message;
    }

    /** In the order of their versions, which is that of the source. */
    private List<String> messages(@Nullable CapturedSource source, TypeConcern concern) throws IOException {
        List<ObjectNode> messages = new ArrayList<>();
        for (ConsumerRecord<String, String> record :
                Objects.requireNonNull(source).records(concern.table())) {
            ObjectNode message = (ObjectNode) JSON.readTree(record.value());
            assertThat(message.path("database").asText()).isEqualTo(schema);
            messages.add(message);
        }
        messages.sort(Comparator.comparing(
                message -> message.at("/changeover/version").asText()));
        return texts(messages);
    }

    /** What does not tell of time and place; columns in their order, which is part of the contract. */
    private static List<String> texts(List<ObjectNode> messages) {
        return messages.stream()
                .map(message -> JSON.createObjectNode()
                        .put("type", message.path("type").asText())
                        .put("table", message.path("table").asText())
                        .put("isDdl", message.path("isDdl").asBoolean())
                        .put("gtid", message.path("gtid").asText())
                        .put("sql", message.path("sql").asText())
                        .<ObjectNode>set("data", message.path("data"))
                        .<ObjectNode>set("old", message.path("old"))
                        .<ObjectNode>set("pkNames", message.path("pkNames"))
                        .<ObjectNode>set("mysqlType", message.path("mysqlType"))
                        .<ObjectNode>set("sqlType", message.path("sqlType"))
                        .toString())
                .toList();
    }

    private static Map<String, String> types(ObjectNode message) {
        Map<String, String> types = new TreeMap<>();
        message.path("mysqlType")
                .properties()
                .forEach(type -> types.put(type.getKey(), type.getValue().asText()));
        return types;
    }

    private Map<String, String> shownTypes(TypeConcern concern) {
        Map<String, String> types = new TreeMap<>();
        for (List<@Nullable String> column :
                mysql.rows("SELECT column_name, column_type FROM information_schema.columns" + " WHERE table_schema = '"
                        + schema + "' AND table_name = '" + concern.table() + "'")) {
            types.put(column.get(0), column.get(1));
        }
        return types;
    }

    /** What capture wrote fits the JSON Schema that consumers are given, and so does the same in the other form. */
    private static void validate(CapturedSource source, String table) throws IOException {
        MessageForm other = new MessageForm(EnumForm.LABEL, BinaryForm.BASE64);
        CanalJsonEncoder encoder = new CanalJsonEncoder(InstantSource.system(), other);
        List<ChangeEvent> events = source.events(table);
        TableSchema columns = events.stream()
                .map(ChangeEvent::schema)
                .max(Comparator.comparing(TableSchema::version))
                .orElseThrow();
        JsonNode ours = new MessageSchemas("legacy", MessageForm.CANAL).rows(table, columns);
        JsonSchemaFactory schemas = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
        JsonSchema values = schemas.getSchema(ours);
        JsonSchema keys = schemas.getSchema(ours.at("/$defs/key"));
        JsonSchema otherValues = schemas.getSchema(new MessageSchemas("legacy", other).rows(table, columns));
        List<ConsumerRecord<String, String>> records = source.records(table);
        for (int i = 0; i < events.size(); i++) {
            ChangeEvent event = events.get(i);
            assertThat(keys.validate(JSON.readTree(records.get(i).key()))).isEmpty();
            if (event.schema().equals(columns)) {
                assertThat(values.validate(JSON.readTree(records.get(i).value())))
                        .isEmpty();
                assertThat(otherValues.validate(JSON.readTree(encoder.encode(event, 1))))
                        .isEmpty();
            }
        }
    }

    /** Statements stand in a topic of their own, as its JSON Schema says; the next row is one of the new columns. */
    @Test
    void statement_isAMessageOfTheDdlTopic() throws Exception {
        mysql.execute("CREATE TABLE " + schema + ".altered (id INT PRIMARY KEY)");
        try (CapturedSource source =
                new CapturedSource(servers.kafka(), mysql, servers.freshName(), schema, StartMode.now(), "altered")) {
            source.start();
            source.awaitRunning();
            mysql.execute(
                    "ALTER TABLE " + schema + ".altered ADD late ENUM(\"it's\", 'b')",
                    "INSERT INTO " + schema + ".altered VALUES (2, 'it''s')");
            source.awaitEvents("altered", 1);
            ChangeEvent row = source.events("altered").get(0);
            assertThat(row.schema().columns())
                    .last()
                    .extracting(Column::name, Column::mysqlType)
                    .containsExactly("late", "enum('it''s','b')");
            assertThat(row.row().get(row.schema(), "late")).isEqualTo("1");

            String topic = new TopicNames(source.settings().pipeline()).ddl("legacy");
            JsonSchema ddl = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(new MessageSchemas("legacy", MessageForm.CANAL).ddl(topic));
            List<String> types = new ArrayList<>();
            for (ConsumerRecord<String, String> record : servers.kafka().readAll(topic)) {
                JsonNode message = JSON.readTree(record.value());
                assertThat(ddl.validate(message)).isEmpty();
                assertThat(record.key()).isNull();
                types.add(message.path("type").asText());
            }
            assertThat(types).containsExactly("ALTER");
        }
    }
}
