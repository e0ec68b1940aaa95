package io.changeover.apply;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.OnError;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableName;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a mapping makes of old rows. */
@WithServers
@Timeout(120)
class MappingIT {

    private static final Duration LIMIT = Duration.ofSeconds(40);

    private final TestingServers servers;
    private final String schema;

    MappingIT(TestingServers servers) {
        this.servers = servers;
        this.schema = servers.target().freshSchema();
    }

    @Test
    void renamedColumnsExpressionsConstantsAndWhere() throws Exception {
        servers.target()
                .execute("CREATE TABLE " + schema + ".`order` (origin VARCHAR(20), order_id BIGINT, amount_cents BIGINT"
                        + " NOT NULL, status VARCHAR(10) NOT NULL, label VARCHAR(30), shout VARCHAR(30) AS (UPPER(label)),"
                        + " PRIMARY KEY (origin, order_id))");
        OldTable old = new OldTable(
                "t_order",
                1,
                1,
                "id int",
                "amount decimal(10,3)",
                "status int",
                "kind enum('a','it''s')",
                "is_test int");
        TableDefinition table = mapping(
                "t_order",
                "order",
                Map.of("order_id", "id", "origin", "'legacy-a'"),
                Map.of(
                        "amount_cents", "ROUND(amount * 100)",
                        "status", "CASE status WHEN 0 THEN 'CREATED' WHEN 1 THEN 'PAID' ELSE 'CLOSED' END",
                        "label", "CONCAT('kind ', kind)"),
                "is_test = 0");
        try (ApplyFixture fixture = new ApplyFixture(servers, table);
                Apply apply = new Apply(fixture.pipeline())) {
            apply.start();
            fixture.send(
                    old,
                    old.insert("1", "12.345", "0", "1", "0"),
                    old.insert("2", "1.000", "1", "2", "0"),
                    old.insert("3", "2.000", "7", null, "1"),
                    old.insert("4", "3.000", "7", null, "0"),
                    old.insert("5", "3.000", "7", null, "0"),
                    old.insert("6", "123456789.000", null, "1", null));
            eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            String rows = "SELECT origin, order_id, amount_cents, status, label, shout FROM " + schema
                    + ".`order` ORDER BY order_id";
            assertThat(fixture.rows(rows))
                    .containsExactly(
                            List.of("legacy-a", "1", "1235", "CREATED", "kind a", "KIND A"),
                            List.of("legacy-a", "2", "100", "PAID", "kind it's", "KIND IT'S"),
                            List.of("legacy-a", "4", "300", "CLOSED", "null", "null"),
                            List.of("legacy-a", "5", "300", "CLOSED", "null", "null"));
            // one leaves where, one enters it, one is deleted though where and columns cannot be told from its message
            fixture.send(
                    old,
                    old.update(Row.of("2", "1.000", "1", "2", "0"), "2", "1.000", "1", "2", "1"),
                    old.update(Row.of("3", "2.000", "7", null, "1"), "3", "2.000", "7", null, "0"),
                    old.delete("4", null, null, null, null));
            eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            assertThat(fixture.rows(rows).stream().map(row -> row.get(1))).containsExactly("1", "3", "5");
        }
    }

    @Test
    void evaluationThatFails_parksTheRowOnly() throws Exception {
        servers.target().execute("CREATE TABLE " + schema + ".ratio (id INT PRIMARY KEY, r DECIMAL(10,4), j JSON)");
        OldTable old = new OldTable("ratio", 1, 1, "id int", "a int", "b int", "t text");
        TableDefinition table =
                mapping("ratio", "ratio", Map.of(), Map.of("r", "a / b", "j", "JSON_EXTRACT(t, '$.x')"), null);
        try (ApplyFixture fixture = new ApplyFixture(servers, table);
                Apply apply = new Apply(fixture.pipeline())) {
            apply.start();
            fixture.send(
                    old,
                    old.insert("1", "1", "4", "{\"x\": [1, \"\u00e4\"]}"),
                    old.insert("2", "1", "0", "{}"),
                    old.insert("3", "1", "2", "no json"),
                    old.insert("4", "3", "2", null));
            eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            assertThat(fixture.rows("SELECT * FROM " + schema + ".ratio ORDER BY id"))
                    .containsExactly(List.of("1", "0.2500", "[1, \"\u00e4\"]"), List.of("4", "1.5000", "null"));
            assertThat(fixture.rows("SELECT reason FROM changeover.deferred WHERE topic = '" + fixture.topic()
                            + "' ORDER BY `partition`, `offset`"))
                    .hasSize(2);
        }
    }

    /** Every type, by the texts of the message contract, into a column of the same type. */
    @Test
    void values_areExact() throws Exception {
        Map<String, List<String>> types = new LinkedHashMap<>();
        types.put("tinyint", List.of("-128"));
        types.put("bigint unsigned", List.of("18446744073709551615", "18446744073709551615"));
        types.put("decimal(65,30)", List.of("12345678901234567890123456789012345.123456789012345678901234567890"));
        types.put("float", List.of("3.4028235E38", "3.4028234663852886e38"));
        types.put("double", List.of("-0.1"));
        types.put("bit(64)", List.of("18446744073709551615", "18446744073709551615"));
        types.put("date", List.of("0000-00-00"));
        types.put("datetime(6)", List.of("9999-12-31 23:59:59.999999"));
        types.put("timestamp(3)", List.of("2038-01-19 03:14:07.999"));
        types.put("time(6)", List.of("-838:59:58.999999"));
        types.put("year", List.of("0000"));
        types.put("char(10)", List.of("a\u00e4\uD83D\uDE00"));
        types.put("varchar(20)", List.of("it's \\ \" \u0000 x "));
        types.put("longtext", List.of(""));
        types.put("binary(4)", List.of("\u0000\u00ff", "00FF0000"));
        types.put("varbinary(4)", List.of("\u00ff\u0000'\\", "FF00275C"));
        types.put("blob", List.of("", ""));
        types.put("enum('x','y','4')", List.of("3", "4"));
        types.put("enum('it''s','back\\\\slash')", List.of("2", "back\\slash"));
        types.put("set('r','w','x')", List.of("5", "r,x"));
        types.put("json", List.of("{\"a\": 9223372036854775808, \"b\": \"\u00e4\"}"));
        types.put(
                "point",
                List.of(
                        "\u0000\u0000\u0000\u0000\u0001\u0001\u0000\u0000\u0000" + "\u0000".repeat(16),
                        "00000000" + "0101000000" + "0".repeat(32)));
        StringBuilder create = new StringBuilder("CREATE TABLE " + schema + ".types (id INT PRIMARY KEY");
        StringBuilder select = new StringBuilder("SELECT 1");
        String[] columns = new String[types.size() + 1];
        @Nullable String[] values = new @Nullable String[types.size() + 1];
        @Nullable String[] nulls = new @Nullable String[types.size() + 1];
        columns[0] = "id int";
        values[0] = "1";
        nulls[0] = "2";
        int i = 1;
        for (Map.Entry<String, List<String>> type : types.entrySet()) {
            String name = "c" + i;
            create.append(", ").append(name).append(' ').append(type.getKey()).append(" NULL");
            select.append(", ").append(readable(type.getKey(), name));
            columns[i] = name + " " + type.getKey();
            values[i] = type.getValue().get(0);
            i++;
        }
        servers.target().execute(create + ") CHARACTER SET utf8mb4");
        OldTable old = new OldTable("types", 1, 1, columns);
        try (ApplyFixture fixture = new ApplyFixture(servers, ApplyFixture.copying(schema, "types"));
                Apply apply = new Apply(fixture.pipeline())) {
            apply.start();
            fixture.send(old, old.insert(values), old.insert(nulls));
            eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            assertThat(fixture.rows("SELECT reason FROM changeover.deferred WHERE topic = '" + fixture.topic() + "'"))
                    .isEmpty();
            List<String> row = fixture.rows(select + " FROM " + schema + ".types WHERE id = 1")
                    .get(0);
            int c = 1;
            for (Map.Entry<String, List<String>> type : types.entrySet()) {
                List<String> texts = type.getValue();
                assertThat(row.get(c)).as(type.getKey()).isEqualToIgnoringCase(texts.get(texts.size() - 1));
                c++;
            }
            assertThat(fixture.rows(select + " FROM " + schema + ".types WHERE id = 2")
                            .get(0)
                            .subList(1, c))
                    .containsOnly("null");
        }
    }

    private static String readable(String type, String column) {
        if (type.contains("bin") || type.contains("blob") || type.equals("point")) {
            return "HEX(" + column + ")";
        }
        return switch (type) {
            case "bit(64)" -> "CAST(" + column + " AS UNSIGNED)";
            case "float" -> "CAST(" + column + " AS DOUBLE)";
            case "year" -> "CAST(" + column + " AS CHAR)";
            default -> column;
        };
    }

    @Test
    void spellingsOfAKey_areOneRow() throws Exception {
        servers.target()
                .execute("CREATE TABLE " + schema + ".names (name VARCHAR(20) CHARACTER SET utf8mb4 COLLATE"
                        + " utf8mb4_general_ci PRIMARY KEY, v INT)");
        OldTable old = new OldTable("names", 1, 1, "name varchar(20)", "v int");
        try (ApplyFixture fixture = new ApplyFixture(servers, ApplyFixture.copying(schema, "names"));
                Apply apply = new Apply(fixture.pipeline())) {
            apply.start();
            fixture.send(old, old.insert("alpha", "1"));
            eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            // a change of the key's spelling, whose insert comes first
            old.nextTransaction(11);
            fixture.send(old, old.insert("ALPHA", "2"));
            eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            old.nextTransaction(10);
            fixture.send(old, old.delete("alpha", "1"));
            eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            assertThat(fixture.rows("SELECT * FROM " + schema + ".names")).containsExactly(List.of("ALPHA", "2"));
        }
    }

    private TableDefinition mapping(
            String from, String to, Map<String, String> key, Map<String, String> columns, @Nullable String where) {
        return new TableDefinition(
                "legacy",
                new TableName("trade", from),
                "shop",
                new TableName(schema, to),
                parsed(key),
                parsed(columns),
                where == null ? null : MappingExpression.parse(where),
                null,
                OnError.PARK,
                null,
                List.of());
    }

    private static Map<String, MappingExpression> parsed(Map<String, String> texts) {
        Map<String, MappingExpression> parsed = new LinkedHashMap<>();
        texts.forEach((column, text) -> parsed.put(column, MappingExpression.parse(text)));
        return parsed;
    }
}
