package io.changeover.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.embedded.EmbeddedMySql;
import io.changeover.reconcile.FullCompare.Listeners;
import io.changeover.reconcile.Mismatch.Kind;
import io.changeover.reconcile.table.ComparedTable;
import io.changeover.reconcile.table.KeyRanges;
import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.OnError;
import io.changeover.transport.definition.ShardSettings;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HonestVerdict: reading by ranges finds exactly what looking up every key finds, wherever the chunks end. */
@Timeout(300)
class RangeScanIT {

    private static EmbeddedMySql mysql;

    @BeforeAll
    static void start() {
        mysql = EmbeddedMySql.create();
    }

    @AfterAll
    static void stop() {
        mysql.close();
    }

    @BeforeEach
    void schemas() {
        mysql.execute(
                "DROP DATABASE IF EXISTS old",
                "DROP DATABASE IF EXISTS new",
                "CREATE DATABASE old",
                "CREATE DATABASE new");
    }

    private static final CompareServers SERVERS = new CompareServers() {
        @Override
        public Connection source(String name) throws SQLException {
            Connection connection = mysql.connect();
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET time_zone = '+00:00', sql_mode = ''");
            }
            return connection;
        }

        @Override
        public Connection target(String name) throws SQLException {
            return source(name);
        }
    };

    /**
     * A key column.
     *
     * @param value SQL of a value made of {@code n}
     * @param ordered whether the two types are known to be ordered alike
     */
    private record KeyType(String old, String next, String value, boolean ordered) {}

    private static final List<KeyType> TYPES = List.of(
            new KeyType("INT", "BIGINT", "n - 30", true),
            new KeyType("INT", "INT UNSIGNED", "n - 3", true),
            new KeyType("BIGINT UNSIGNED", "BIGINT UNSIGNED", "18446744073709551615 - n", true),
            new KeyType("SMALLINT ZEROFILL", "INT", "n", true),
            new KeyType("BIGINT", "DECIMAL(22,2)", "n * -1000000007", true),
            new KeyType("DECIMAL(10,2)", "DECIMAL(12,4)", "(n - 20) / 8", true),
            new KeyType("DECIMAL(10,2)", "DECIMAL(12,1)", "(n - 20) / 8", false),
            new KeyType("DATE", "DATETIME(3)", "'2024-02-20' + INTERVAL n DAY", true),
            new KeyType(
                    "DATETIME(3)", "DATETIME(6)", "'2024-02-29 23:59:59.990' + INTERVAL n * 1000 MICROSECOND", true),
            new KeyType("DATETIME(3)", "DATETIME", "'2024-02-29 23:59:00.500' + INTERVAL n SECOND", false),
            new KeyType("TIMESTAMP(3)", "TIMESTAMP(3)", "'2024-10-27 00:30:00' + INTERVAL n MINUTE", true),
            new KeyType("YEAR", "YEAR", "IF(n % 7 = 0, 0, 1990 + n)", true),
            new KeyType("TIME", "TIME", "SEC_TO_TIME(n - 10)", false),
            new KeyType("FLOAT", "FLOAT", "n / 10", false),
            new KeyType("ENUM('c','a','b')", "ENUM('b','c','a')", "ELT(1 + n % 3, 'a', 'b', 'c')", false),
            new KeyType("INT", "VARCHAR(20)", "n", false),
            new KeyType(
                    text("VARCHAR(20)", "utf8mb4_0900_ai_ci"),
                    text("VARCHAR(30)", "utf8mb4_0900_ai_ci"),
                    words(),
                    true),
            new KeyType(
                    text("VARCHAR(20)", "utf8mb4_general_ci"),
                    text("VARCHAR(20)", "utf8mb4_general_ci"),
                    words(),
                    true),
            new KeyType(
                    text("CHAR(20)", "utf8mb4_unicode_520_ci"),
                    text("VARCHAR(20)", "utf8mb4_unicode_520_ci"),
                    words(),
                    true),
            new KeyType(text("VARCHAR(20)", "utf8mb4_bin"), text("VARCHAR(20)", "utf8mb4_bin"), words(), true),
            new KeyType(text("VARCHAR(20)", "utf8mb4_bin"), text("VARCHAR(20)", "utf8mb4_0900_ai_ci"), words(), false),
            new KeyType(
                    text("VARCHAR(20)", "utf8mb4_0900_ai_ci"),
                    text("VARCHAR(10)", "utf8mb4_0900_ai_ci"),
                    words(),
                    false),
            new KeyType("VARCHAR(20) CHARSET latin1", "VARCHAR(20) CHARSET latin1", words(), true),
            new KeyType("VARBINARY(8)", "VARBINARY(9)", "LEFT(UNHEX(MD5(n)), 1 + n % 4)", true),
            new KeyType("BINARY(3)", "BINARY(3)", "LEFT(UNHEX(MD5(n)), 1 + n % 3)", true));

    private static String text(String type, String collation) {
        return type + " COLLATE " + collation;
    }

    /** Cases, accents, blanks at the end, quotes; some of them one key in some collations. */
    private static String words() {
        return "CONCAT(ELT(1 + n % 9, 'a', 'A', 'é', 'b', 'Zz', 'ß', '', '_', '\\'\\\\'), ELT(1 + n DIV 9 % 4, '', ' ', 'x', '-'),"
                + " IF(n > 30, n, ''))";
    }

    static List<KeyType> types() {
        return TYPES;
    }

    @ParameterizedTest
    @MethodSource("types")
    void keysOfEveryType_areFoundAlike(KeyType type) throws SQLException {
        Random random = new Random(type.hashCode());
        for (boolean leading : List.of(true, false)) {
            schemas();
            List<String> columns = leading ? List.of("k", "m") : List.of("m", "k");
            String key = "PRIMARY KEY (" + String.join(", ", columns) + ")";
            mysql.execute(
                    "CREATE TABLE old.t (k " + type.old + ", m INT, v INT, " + key + ")",
                    "CREATE TABLE new.t (m INT, k " + type.next + ", v INT, " + key + ")");
            fill("old.t (m, k, v)", "n % 3, " + type.value + ", n", 60);
            mysql.execute("INSERT IGNORE INTO new.t (k, m, v) SELECT k, m, v FROM old.t");
            plant(random, "old.t", "new.t", columns);
            TableDefinition table = copying("t");

            assertThat(isByRanges(table)).isEqualTo(type.ordered);
            assertFoundAlike(List.of(table));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void randomTables_areFoundAlike(long seed) throws SQLException {
        Random random = new Random(seed);
        List<KeyType> types = IntStream.range(0, 1 + random.nextInt(3))
                .mapToObj(i -> TYPES.get(random.nextInt(TYPES.size())))
                .toList();
        List<String> old = new ArrayList<>(
                IntStream.range(0, types.size()).mapToObj(i -> "k" + i).toList());
        List<String> next = new ArrayList<>(old);
        Collections.shuffle(old, random);
        if (random.nextInt(3) == 0) {
            Collections.shuffle(next, random);
        } else {
            next = new ArrayList<>(old);
        }
        next.add(random.nextInt(next.size() + 1), "origin");
        mysql.execute(
                "CREATE TABLE old.t (" + columns(types, KeyType::old) + ", v INT, PRIMARY KEY ("
                        + String.join(", ", old) + "))",
                "CREATE TABLE new.t (origin VARCHAR(5), " + columns(types, KeyType::next) + ", v INT, PRIMARY KEY ("
                        + String.join(", ", next) + "))");
        String values = types.stream()
                .map(type -> type.value.replaceAll("\\bn\\b", "(n * " + (1 + random.nextInt(5)) + " % 40)"))
                .collect(Collectors.joining(", "));
        fill("old.t (" + columns(types, type -> "") + ", v)", values + ", n", random.nextInt(4) == 0 ? 0 : 80);
        mysql.execute("INSERT IGNORE INTO new.t SELECT 'a', old.t.* FROM old.t");
        plant(random, "old.t", "new.t", next);
        mysql.execute("INSERT IGNORE INTO new.t SELECT ELT(1 + v % 3, 'A', 'b', ''), " + columns(types, type -> "")
                + ", v FROM new.t n LIMIT 5");
        Map<String, MappingExpression> key = new LinkedHashMap<>();
        next.forEach(column -> key.put(column, MappingExpression.parse(column.equals("origin") ? "'a'" : column)));

        assertFoundAlike(List.of(mapped("t", "t", key, random.nextBoolean() ? "v % 5 <> 0" : null, null)));
    }

    private static String columns(List<KeyType> types, Function<KeyType, String> type) {
        return IntStream.range(0, types.size())
                .mapToObj(i -> "k" + i + " " + type.apply(types.get(i)))
                .collect(Collectors.joining(", "));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 'origin, id', true",
        "2, 'origin, id', true",
        "3, 'id, origin', true",
        "4, 'id, origin', true",
        "5, 'id', false"
    })
    void mergedTables_areFoundAlike(long seed, String key, boolean constants) throws SQLException {
        Random random = new Random(seed);
        mysql.execute("CREATE TABLE new.t (origin VARCHAR(5), id BIGINT, v INT, PRIMARY KEY (" + key + "))");
        List<TableDefinition> tables = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            mysql.execute("CREATE TABLE old." + name + " (id INT PRIMARY KEY, v INT)");
            fill("old." + name, "n * " + (2 + random.nextInt(3)) + (name.equals("a") ? "" : " + 1") + ", n", 50);
            mysql.execute("INSERT IGNORE INTO new.t SELECT '" + name + "', id, v FROM old." + name);
            Map<String, MappingExpression> mapping = new LinkedHashMap<>();
            if (constants) {
                mapping.put("origin", MappingExpression.parse("'" + name + "'"));
            }
            mapping.put("id", MappingExpression.parse("id"));
            tables.add(mapped(name, "t", mapping, null, null));
        }
        plant(random, "old.a", "new.t", List.of("id"));
        plant(random, "old.b", "new.t", List.of("id"));
        mysql.execute("INSERT IGNORE INTO new.t VALUES ('c', -7, 1), ('c', 21, 1), ('A', 5000, 1), ('', 6000, 1)");

        Found found = assertFoundAlike(tables);

        assertThat(found.rows).contains("EXTRA");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"MOD(v, 3)", "v % 4 / 1.0", "IF(v % 7 = 0, NULL, v % 3)", "CONCAT(v % 3, 'x')", "v % 5 / 2"})
    void shards_areFoundAlike(String by) throws SQLException {
        Random random = new Random(by.hashCode());
        mysql.execute("CREATE TABLE old.t (id INT PRIMARY KEY, v INT)");
        fill("old.t", "n * 3, n", 70);
        for (int shard = 0; shard < 3; shard++) {
            mysql.execute(
                    "CREATE TABLE new.t_" + shard + " (id BIGINT PRIMARY KEY, v INT)",
                    "INSERT IGNORE INTO new.t_" + shard + " SELECT * FROM old.t WHERE (" + by + ") = " + shard);
            plant(random, "old.t", "new.t_" + shard, List.of("id"));
        }
        mysql.execute("INSERT IGNORE INTO new.t_1 SELECT * FROM new.t_2 ORDER BY id LIMIT 5");
        ShardSettings shards = new ShardSettings(MappingExpression.parse(by), 3, "t_{shard}", List.of("one", "two"));

        Found found = assertFoundAlike(List.of(
                mapped("t", "t", Map.of("id", MappingExpression.parse("id")), "id % 10 <> 0 OR id IS NULL", shards)));

        assertThat(found.rows).contains("EXTRA");
    }

    @Test
    void rowsTooMany_areReadPageByPage() throws SQLException {
        mysql.execute("CREATE TABLE old.t (id INT PRIMARY KEY, v INT)", "CREATE TABLE new.t LIKE old.t");
        fill("new.t", "n, n", 200);
        mysql.execute(
                "INSERT INTO old.t SELECT * FROM new.t WHERE id IN (77, 78, 160)", "DELETE FROM new.t WHERE id = 78");

        Found found = assertFoundAlike(List.of(copying("t")));

        assertThat(found.rows.lines().filter(row -> row.startsWith("EXTRA"))).hasSize(197);
        assertThat(found.rows).contains("MISSING id=78").doesNotContain("id=77 ");
    }

    /** What a scan told, sorted: every finding once, and the rows of both sides. */
    private record Found(String rows) {

        static Found of(List<String> told, Map<String, Long> rows) {
            Collections.sort(told);
            rows.values().removeIf(count -> count == 0);
            return new Found(String.join("\n", told) + "\n" + rows);
        }
    }

    private static Found assertFoundAlike(List<TableDefinition> tables) throws SQLException {
        Found lookedUp = found(tables, 1000, false);
        for (int chunkRows : List.of(1, 2, 3, 7, 1000)) {
            assertThat(found(tables, chunkRows, true))
                    .as("chunks of " + chunkRows)
                    .isEqualTo(lookedUp);
        }
        for (boolean ranges : List.of(true, false)) {
            assertThat(foundInPieces(tables, 3, ranges))
                    .as("cut, and gone on with; by ranges: %s", ranges)
                    .isEqualTo(lookedUp);
        }
        return lookedUp;
    }

    /** What was told before a place in a scan, and the place. */
    private record Noted(ScanState state, List<String> told, Map<String, Long> rows) {}

    /** Thrown in the middle of a scan, as a kill would. */
    private static final class CutException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** The same by many scans that are killed here and there, each going on where the last note was made. */
    private static Found foundInPieces(List<TableDefinition> tables, int chunkRows, boolean ranges)
            throws SQLException {
        Random random = new Random(11);
        AtomicReference<Noted> last = new AtomicReference<>(new Noted(ScanState.START, List.of(), Map.of()));
        while (true) {
            Noted from = Objects.requireNonNull(last.get());
            List<String> told = new ArrayList<>(from.told());
            Map<String, Long> rows = new TreeMap<>(from.rows());
            int steps = 1 + random.nextInt(20);
            AtomicInteger step = new AtomicInteger();
            try {
                scan(
                        tables,
                        chunkRows,
                        ranges,
                        told,
                        rows,
                        new ScanCursor(from.state().at(), at -> {
                            if (random.nextInt(3) > 0) {
                                String note = new ScanState(at, Map.of(), List.of()).text();
                                last.set(new Noted(
                                        ScanState.parse(note).orElseThrow(), List.copyOf(told), Map.copyOf(rows)));
                            }
                            if (step.incrementAndGet() == steps) {
                                throw new CutException();
                            }
                        }));
                return Found.of(told, rows);
            } catch (CutException e) {
                // the next one goes on
            }
        }
    }

    /** What makes another scan of it: the numbers of its walks, or the order of the rows, mean something else. */
    @Test
    void aScanOfSomethingElse_isNotGoneOnWith() throws Exception {
        mysql.execute(
                "CREATE TABLE old.a (id INT PRIMARY KEY, v INT)",
                "CREATE TABLE old.b LIKE old.a",
                "INSERT INTO old.a VALUES (1, 1), (2, 2), (3, 3)",
                "CREATE TABLE new.a LIKE old.a",
                "INSERT INTO new.a SELECT * FROM old.a");
        TableDefinition a = mapped("a", "a", Map.of("id", MappingExpression.parse("id")), null, null);
        TableDefinition b = mapped("b", "a", Map.of("id", MappingExpression.parse("id")), null, null);
        ScanCursor.At cut = cut(List.of(a));
        assertThat(goesOn(List.of(a), cut)).isTrue();
        assertThat(goesOn(List.of(a, b), cut)).as("another mapping into it").isFalse();
        assertThat(goesOn(List.of(a), cut(List.of(a, b)))).as("one less").isFalse();
        TableDefinition other = mapped("a", "a", Map.of("id", MappingExpression.parse("id")), "v < 3", null);
        assertThat(goesOn(List.of(other), cut)).as("another mapping").isFalse();
        mysql.execute("INSERT INTO new.a VALUES (9, 9)");
        assertThat(goesOn(List.of(a), cut)).as("other rows").isTrue();
        Thread.sleep(1100); // ages are told in seconds
        mysql.execute("CREATE TABLE new.c LIKE new.a", "DROP TABLE new.a", "RENAME TABLE new.c TO new.a");
        assertThat(goesOn(List.of(a), cut)).as("another table").isFalse();
        ScanCursor.At again = cut(List.of(a));
        mysql.execute("ALTER TABLE old.a MODIFY id BIGINT");
        assertThat(goesOn(List.of(a), again)).as("altered").isFalse();
    }

    private static ScanCursor.At cut(List<TableDefinition> tables) throws SQLException {
        AtomicReference<ScanCursor.At> last = new AtomicReference<>(ScanCursor.At.START);
        scan(tables, 1, true, new ArrayList<>(), new TreeMap<>(), new ScanCursor(ScanCursor.At.START, last::set));
        ScanCursor.At end = Objects.requireNonNull(last.get());
        return new ScanCursor.At(end.structures(), 0, List.of("1"));
    }

    private static boolean goesOn(List<TableDefinition> tables, ScanCursor.At from) throws SQLException {
        try {
            scan(tables, 1, true, new ArrayList<>(), new TreeMap<>(), new ScanCursor(from, at -> {}));
            return true;
        } catch (ScanCursor.ChangedException e) {
            return false;
        }
    }

    private static Found found(List<TableDefinition> tables, int chunkRows, boolean ranges) throws SQLException {
        List<String> told = new ArrayList<>();
        Map<String, Long> rows = new TreeMap<>();
        scan(tables, chunkRows, ranges, told, rows, ScanCursor.whole());
        return Found.of(told, rows);
    }

    private static void scan(
            List<TableDefinition> tables,
            int chunkRows,
            boolean ranges,
            List<String> told,
            Map<String, Long> rows,
            ScanCursor cursor)
            throws SQLException {
        Listeners listeners = place -> new Findings() {

            private final String target =
                    place.definition().source() + " to " + place.table().target();

            @Override
            public void sourceRows(int more) {
                rows.merge("old rows of " + target, (long) more, Long::sum);
            }

            @Override
            public void targetRows(int more) {
                rows.merge("new rows of " + target, (long) more, Long::sum);
            }

            @Override
            public void found(Kind kind, List<@Nullable String> key, List<String> columns) {
                told.add(kind + " " + place.table().shownKey(key) + " " + columns + " " + target);
            }
        };
        new FullCompare(SERVERS, CompareProgress.SILENT, chunkRows, ranges).scan(tables, listeners, cursor);
    }

    private static boolean isByRanges(TableDefinition table) throws SQLException {
        try (Connection connection = SERVERS.source("")) {
            ComparedTable compared = ComparedTable.resolve(table, table.target(), null, connection, connection);
            return KeyRanges.of(compared, connection, connection).isPresent();
        }
    }

    private static void fill(String table, String values, int rows) {
        mysql.execute("INSERT IGNORE INTO " + table + " SELECT " + values
                + " FROM (WITH RECURSIVE c AS (SELECT 0 n UNION ALL SELECT n + 1 FROM c WHERE n < " + rows
                + ") SELECT n FROM c WHERE n < " + rows + ") s");
    }

    /** Rows lost, changed and too many: at both ends, side by side, anywhere. */
    private static void plant(Random random, String old, String next, List<String> key) {
        String order = String.join(", ", key);
        String back = key.stream().map(column -> column + " DESC").collect(Collectors.joining(", "));
        List<String> differences = List.of(
                "DELETE FROM " + old + " LIMIT 1",
                "DELETE FROM " + next + " ORDER BY " + order + " LIMIT 1",
                "DELETE FROM " + next + " ORDER BY " + order + " LIMIT 2",
                "DELETE FROM " + next + " ORDER BY " + back + " LIMIT 1",
                "DELETE FROM " + old + " WHERE v % 9 = 4",
                "DELETE FROM " + next + " WHERE v % 11 = 3",
                "DELETE FROM " + old + " WHERE v > 40 ORDER BY v LIMIT 4",
                "DELETE FROM " + next + " WHERE v < 40 ORDER BY v DESC LIMIT 4",
                "DELETE FROM " + next,
                "DELETE FROM " + old,
                "UPDATE " + next + " SET v = NULL ORDER BY " + back + " LIMIT 1",
                "UPDATE " + next + " SET v = v + 1 WHERE v % 13 = 5",
                "UPDATE IGNORE " + next + " SET " + key.get(0) + " = UPPER(" + key.get(0) + ") WHERE v % 2 = 1",
                "UPDATE IGNORE " + next + " SET " + key.get(key.size() - 1) + " = LOWER(" + key.get(key.size() - 1)
                        + ") WHERE v % 2 = 1",
                "UPDATE IGNORE " + next + " SET " + key.get(0) + " = " + key.get(0) + " + 1 ORDER BY " + back
                        + " LIMIT 3");
        for (int i = random.nextInt(6); i > 0; i--) {
            int chosen = random.nextInt(differences.size());
            boolean everything = chosen == 8 || chosen == 9;
            if (!everything || random.nextInt(4) == 0) {
                mysql.execute(differences.get(chosen));
            }
        }
    }

    private static TableDefinition copying(String table) {
        return TableDefinition.copying("legacy", new TableName("old", table), "shop", new TableName("new", table));
    }

    private static TableDefinition mapped(
            String old,
            String next,
            Map<String, MappingExpression> key,
            @Nullable String where,
            @Nullable ShardSettings shards) {
        return new TableDefinition(
                "legacy",
                new TableName("old", old),
                "shop",
                new TableName("new", next),
                key,
                Map.of("v", MappingExpression.parse("v")),
                where == null ? null : MappingExpression.parse(where),
                shards,
                OnError.PARK,
                null,
                List.of());
    }
}
