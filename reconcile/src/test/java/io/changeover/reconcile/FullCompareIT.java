package io.changeover.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import io.changeover.embedded.EmbeddedMySql;
import io.changeover.reconcile.Mismatch.Kind;
import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.OnError;
import io.changeover.transport.definition.ShardSettings;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HonestVerdict: what is injected is found, with its kind and columns; what is equal is not reported. */
@Timeout(120)
class FullCompareIT {

    private static EmbeddedMySql mysql;

    @BeforeAll
    static void start() {
        mysql = EmbeddedMySql.builder()
                .option("cte-max-recursion-depth", "10000000")
                .start();
    }

    @AfterAll
    static void stop() {
        mysql.close();
    }

    @BeforeEach
    void tables() {
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

    private static List<TableComparison> compare(TableDefinition... tables) throws SQLException {
        List<TableComparison> found = new FullCompare(SERVERS, CompareProgress.SILENT).compareTables(List.of(tables));
        assertThat(new FullCompare(SERVERS, CompareProgress.SILENT, 1000, false).compareTables(List.of(tables)))
                .as("by looking up")
                .usingRecursiveComparison()
                .ignoringFields("took")
                .ignoringCollectionOrder()
                .isEqualTo(found);
        return found;
    }

    private static TableDefinition orders(@Nullable ShardSettings shards) {
        Map<String, MappingExpression> columns = new LinkedHashMap<>();
        columns.put("buyer_id", MappingExpression.parse("user_id"));
        columns.put("amount_cents", MappingExpression.parse("ROUND(amount * 100)"));
        columns.put("note", MappingExpression.parse("note"));
        columns.put("paid_at", MappingExpression.parse("paid_at"));
        return new TableDefinition(
                "legacy",
                new TableName("old", "t_order"),
                "shop",
                new TableName("new", "order"),
                Map.of("order_id", MappingExpression.parse("id")),
                columns,
                MappingExpression.parse("is_test = 0"),
                shards,
                OnError.PARK,
                null,
                List.of());
    }

    private static void createOrders(int rows) {
        mysql.execute(
                "CREATE TABLE old.t_order (id BIGINT PRIMARY KEY, user_id INT, amount DECIMAL(12,2), note VARCHAR(40),"
                        + " paid_at TIMESTAMP(3) NULL, is_test TINYINT(1)) DEFAULT CHARSET utf8mb4",
                "CREATE TABLE new.`order` (order_id BIGINT PRIMARY KEY, buyer_id INT, amount_cents BIGINT,"
                        + " note VARCHAR(40), paid_at TIMESTAMP(6) NULL, KEY (buyer_id)) DEFAULT CHARSET utf8mb4",
                "INSERT INTO old.t_order SELECT n, n % 97, n / 100, IF(n % 5 = 0, NULL, CONCAT('note ', n)),"
                        + " '2024-02-29 10:00:00.250', n % 10 = 0 FROM (SELECT "
                        + " n FROM (WITH RECURSIVE c AS (SELECT 1 n UNION ALL SELECT n + 1 FROM c WHERE n < " + rows
                        + ") SELECT n FROM c) r) s",
                "INSERT INTO new.`order` SELECT id, user_id, ROUND(amount * 100), note, paid_at FROM old.t_order"
                        + " WHERE is_test = 0");
    }

    @Test
    void equalTables_haveNoDifferences() throws SQLException {
        createOrders(5_000);

        TableComparison result = compare(orders(null)).get(0);

        assertThat(result.samples()).isEmpty();
        assertThat(result.equal()).isTrue();
        assertThat(result.sourceRows()).isEqualTo(4_500);
        assertThat(result.targetRows()).isEqualTo(4_500);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    DELETE FROM new.`order` WHERE order_id = 4321                          | MISSING   |
                    INSERT INTO new.`order` (order_id) VALUES (10)                         | EXTRA     |
                    INSERT INTO new.`order` (order_id) VALUES (999999)                     | EXTRA     |
                    DELETE FROM old.t_order WHERE id = 1                                   | EXTRA     |
                    UPDATE old.t_order SET is_test = 1 WHERE id = 7                        | EXTRA     |
                    UPDATE old.t_order SET is_test = NULL WHERE id = 7                     | EXTRA     |
                    UPDATE old.t_order SET is_test = 0 WHERE id = 10                       | MISSING   |
                    UPDATE new.`order` SET amount_cents = amount_cents + 1 WHERE order_id = 2 | DIFFERENT | amount_cents
                    UPDATE new.`order` SET note = '' WHERE order_id = 5                    | DIFFERENT | note
                    UPDATE new.`order` SET note = NULL WHERE order_id = 6                  | DIFFERENT | note
                    UPDATE new.`order` SET note = CONCAT(note, ' ') WHERE order_id = 7     | DIFFERENT | note
                    UPDATE new.`order` SET note = UPPER(note) WHERE order_id = 8           | DIFFERENT | note
                    UPDATE new.`order` SET note = 'nöte 9' WHERE order_id = 9              | DIFFERENT | note
                    UPDATE new.`order` SET paid_at = '2024-02-29 10:00:00.250001' WHERE order_id = 11 | DIFFERENT | paid_at
                    UPDATE new.`order` SET paid_at = NULL WHERE order_id = 4999            | DIFFERENT | paid_at
                    """)
    void injectedDifference_isFound(String injection, Kind kind, @Nullable String column) throws SQLException {
        createOrders(5_000);
        mysql.execute(injection);

        TableComparison result = compare(orders(null)).get(0);

        assertThat(result.differences()).isEqualTo(1);
        assertThat(result.samples()).singleElement().satisfies(found -> {
            assertThat(found.kind()).isEqualTo(kind);
            assertThat(found.columns()).isEqualTo(column == null ? List.of() : List.of(column));
        });
    }

    @Test
    void compositeTextKeys_areFoundInAnotherCase_asDifferent() throws SQLException {
        mysql.execute(
                "CREATE TABLE old.kv (region ENUM('us','eu','apac'), name VARCHAR(20), f FLOAT, PRIMARY KEY (region, name))",
                "CREATE TABLE new.kv (name VARCHAR(20), region ENUM('apac','us','eu'), f FLOAT, PRIMARY KEY (name, region))",
                "INSERT INTO old.kv VALUES ('us','Anna',1.1), ('us','bob',2.2), ('eu','Anna',16777217), ('apac','x\\\\',0)",
                "INSERT INTO new.kv VALUES ('anna','us',1.1), ('bob','us',2.2000003), ('Anna','eu',16777216), ('x\\\\','apac',0)");

        TableComparison result = compare(TableDefinition.copying(
                        "legacy", new TableName("old", "kv"), "shop", new TableName("new", "kv")))
                .get(0);

        assertThat(result.samples())
                .extracting(Mismatch::kind, Mismatch::columns)
                .containsExactlyInAnyOrder(tuple(Kind.DIFFERENT, List.of("name")), tuple(Kind.DIFFERENT, List.of("f")));
    }

    @Test
    void manyChunksOfEveryKeyType_areWalkedCompletely() throws SQLException {
        Map<String, String> keys = new TreeMap<>(Map.of(
                "enum", "ENUM('b','a','c')|ELT(1 + n % 3, 'b', 'a', 'c')",
                "text", "VARCHAR(30)|CONCAT(IF(n % 2, 'K', 'k'), n)",
                "binary", "VARBINARY(16)|UNHEX(MD5(n))",
                "decimal", "DECIMAL(20,3)|n / 8",
                "float", "FLOAT|n / 10",
                "moment", "DATETIME(6)|'2024-01-01' + INTERVAL n MICROSECOND",
                "zerofill", "INT(9) ZEROFILL|n"));
        for (Map.Entry<String, String> key : keys.entrySet()) {
            String type = key.getValue().split("\\|")[0];
            String value = key.getValue().split("\\|")[1];
            String table = "k_" + key.getKey();
            mysql.execute(
                    "CREATE TABLE old." + table + " (k " + type + ", n INT, PRIMARY KEY (k, n))",
                    "CREATE TABLE new." + table + " (n INT, k " + type + ", PRIMARY KEY (n, k))",
                    "INSERT INTO old." + table + " SELECT " + value
                            + ", n FROM (WITH RECURSIVE c AS (SELECT  1 n UNION ALL SELECT n + 1 FROM c WHERE n < 4500)"
                            + " SELECT n FROM c) s",
                    "INSERT INTO new." + table + " (k, n) SELECT k, n FROM old." + table,
                    "DELETE FROM new." + table + " WHERE n = 4444",
                    "INSERT INTO new." + table + " (k, n) SELECT k, 7000 FROM old." + table + " WHERE n = 1");
            TableDefinition copied =
                    TableDefinition.copying("legacy", new TableName("old", table), "shop", new TableName("new", table));

            TableComparison result = compare(copied).get(0);

            assertThat(result.sourceRows()).as(table).isEqualTo(4500);
            assertThat(result.samples()).as(table).extracting(Mismatch::kind).containsExactly(Kind.MISSING, Kind.EXTRA);
        }
    }

    @Test
    void textsOfOneValue_areEqual_whereTheTypeCannotTellThemApart() throws SQLException {
        mysql.execute(
                "SET SESSION sql_mode = ''",
                "CREATE TABLE old.v (id INT PRIMARY KEY, d DECIMAL(10,2), f FLOAT, g FLOAT, b BIT(5), j TEXT, t DATETIME(6),"
                        + " x BINARY(3), c CHAR(5), l VARCHAR(10) CHARSET latin1, z DATE, y YEAR, w TIME(3))",
                "CREATE TABLE new.v (id BIGINT PRIMARY KEY, d DECIMAL(20,4), f FLOAT, g DOUBLE, b BIGINT, j JSON, t DATETIME(3),"
                        + " x BINARY(5), c VARCHAR(5), l VARCHAR(10) CHARSET utf8mb4, z DATE, y YEAR, w TIME)",
                "INSERT INTO old.v VALUES (1, 1.50, 0.1, 0.1, 5, '{\"b\":1,\"a\":[1,2]}', '2024-12-31 23:59:59.999600',"
                        + " 'ab', 'x  ', 'é', '2024-02-03', 0, '10:00:00.600'), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL,"
                        + " NULL, NULL, NULL, NULL, NULL)",
                "INSERT INTO new.v SELECT * FROM old.v");
        TableDefinition copied =
                TableDefinition.copying("legacy", new TableName("old", "v"), "shop", new TableName("new", "v"));

        assertThat(compare(copied).get(0).samples()).isEmpty();

        mysql.execute("UPDATE new.v SET j = '{\"b\":1,\"a\":[2,1]}', b = 4, g = 0.1000001, x = 'abc' WHERE id = 1");
        assertThat(compare(copied).get(0).samples())
                .singleElement()
                .extracting(Mismatch::columns)
                .isEqualTo(List.of("g", "b", "j", "x"));
    }

    @Test
    void mergedAndShardedTables_knowWhoseRowsAreWhose() throws SQLException {
        mysql.execute(
                "CREATE TABLE old.a (id INT PRIMARY KEY, v INT)",
                "CREATE TABLE old.b (id INT PRIMARY KEY, v INT)",
                "CREATE TABLE new.ab (origin VARCHAR(5), id INT, v INT, PRIMARY KEY (origin, id))",
                "CREATE TABLE new.ab_0 (id INT PRIMARY KEY, v INT)",
                "CREATE TABLE new.ab_1 (id INT PRIMARY KEY, v INT)",
                "INSERT INTO old.a VALUES (1, 1), (2, 2)",
                "INSERT INTO old.b VALUES (1, 10), (3, 30)",
                "INSERT INTO new.ab VALUES ('a', 1, 1), ('a', 2, 2), ('b', 1, 10), ('b', 3, 30)",
                "INSERT INTO new.ab_0 VALUES (2, 2)",
                "INSERT INTO new.ab_1 VALUES (1, 1)");
        TableDefinition a = merged("a");
        TableDefinition b = merged("b");
        TableDefinition sharded = new TableDefinition(
                "legacy",
                new TableName("old", "a"),
                "shop",
                new TableName("new", "ab"),
                Map.of("id", MappingExpression.parse("id")),
                null,
                null,
                new ShardSettings(MappingExpression.parse("MOD(v, 2)"), 2, "ab_{shard}", List.of("shop")),
                OnError.PARK,
                null,
                List.of());

        assertThat(compare(a, b, sharded))
                .allSatisfy(result -> assertThat(result.samples()).isEmpty());

        mysql.execute(
                "INSERT INTO new.ab VALUES ('b', 2, 2), ('c', 1, 1)",
                "DELETE FROM new.ab_1",
                "INSERT INTO new.ab_0 VALUES (1, 1)");
        Map<String, Long> found = new TreeMap<>();
        for (TableComparison result : compare(a, b, sharded)) {
            result.samples().forEach(m -> found.merge(result.target() + " " + m.kind() + " " + m.key(), 1L, Long::sum));
        }
        assertThat(found)
                .containsOnly(
                        entry("new.ab EXTRA origin=b, id=2", 1L),
                        entry("new.ab EXTRA origin=c, id=1", 1L),
                        entry("new.ab_0 EXTRA id=1", 1L),
                        entry("new.ab_1 MISSING id=1", 1L));
    }

    /** Rows of one side are looked up for the other by their places in the key: these must be the new table's. */
    @Test
    void mergedTables_mayNameTheKeyInAnyOrder() throws SQLException {
        mysql.execute(
                "CREATE TABLE old.a (id INT PRIMARY KEY, v INT)",
                "CREATE TABLE old.b (id INT PRIMARY KEY, v INT)",
                "CREATE TABLE new.ab (origin VARCHAR(5), id INT, v INT, PRIMARY KEY (id, origin))",
                "INSERT INTO old.a VALUES (1, 1), (2, 2)",
                "INSERT INTO old.b VALUES (1, 10), (3, 30)",
                "INSERT INTO new.ab VALUES ('a', 1, 1), ('a', 2, 2), ('b', 1, 10), ('b', 3, 30)");
        Map<String, MappingExpression> idFirst = new LinkedHashMap<>();
        idFirst.put("id", MappingExpression.parse("id"));
        idFirst.put("origin", MappingExpression.parse("'b'"));
        TableDefinition a = merged("a");
        TableDefinition b = new TableDefinition(
                "legacy",
                new TableName("old", "b"),
                "shop",
                new TableName("new", "ab"),
                idFirst,
                null,
                null,
                null,
                OnError.PARK,
                null,
                List.of());

        assertThat(compare(a, b))
                .allSatisfy(result -> assertThat(result.samples()).isEmpty());
        assertThat(compare(b, a))
                .allSatisfy(result -> assertThat(result.samples()).isEmpty());

        mysql.execute("INSERT INTO new.ab VALUES ('c', 1, 1)", "UPDATE new.ab SET v = 31 WHERE id = 3");
        assertThat(compare(b, a).stream().flatMap(result -> result.samples().stream()))
                .extracting(Mismatch::toString)
                .containsExactlyInAnyOrder("DIFFERENT id=3, origin=b [v]", "EXTRA id=1, origin=c");
    }

    /** What a key column of the new table may hold, and no old one can. */
    @ParameterizedTest
    @ValueSource(strings = {"abc", "id", "1 OR 1", "007", "1) OR (1", ""})
    void textThatIsNoNumber_isExtra_whereKeysWereNumbers(String stray) throws SQLException {
        mysql.execute(
                "CREATE TABLE old.n (id BIGINT PRIMARY KEY, v INT)",
                "CREATE TABLE new.n (id VARCHAR(20) COLLATE utf8mb4_bin PRIMARY KEY, v INT)",
                "INSERT INTO old.n VALUES (7, 7), (8, 8)",
                "INSERT INTO new.n VALUES ('7', 7), ('8', 8), ('" + stray + "', 9)");

        assertThat(compare(copied("n")).get(0).samples())
                .extracting(Mismatch::toString)
                .containsExactly("EXTRA id=" + stray);
    }

    @Test
    void secondSpellingOfAKey_isExtra_whereTheNewTableTellsThemApart() throws SQLException {
        mysql.execute(
                "CREATE TABLE old.s (k VARCHAR(20) COLLATE utf8mb4_0900_ai_ci PRIMARY KEY, v INT)",
                "CREATE TABLE new.s (k VARCHAR(20) COLLATE utf8mb4_bin PRIMARY KEY, v INT)",
                "INSERT INTO old.s VALUES ('anna', 1), ('bob', 2)",
                "INSERT INTO new.s VALUES ('anna', 1), ('bob', 2), ('ANNA', 1)");

        assertThat(compare(copied("s")).get(0).samples())
                .extracting(Mismatch::toString)
                .containsExactly("EXTRA k=ANNA");
    }

    @Test
    void valuesThatApplyWritesOtherwise_areEqual() throws SQLException {
        mysql.execute(
                "CREATE TABLE old.o (id INT PRIMARY KEY, d DATE, e ENUM('x','y'), f SET('p','q'))",
                "CREATE TABLE new.o (id INT PRIMARY KEY, d DATETIME(3), e TINYINT, f BIGINT)",
                "INSERT INTO old.o VALUES (1, '2024-02-03', 'y', 'p,q')",
                "INSERT INTO new.o VALUES (1, '2024-02-03', 2, 3)");

        assertThat(compare(copied("o")).get(0).samples()).isEmpty();

        mysql.execute("UPDATE new.o SET d = '2024-02-03 00:00:00.001', e = 1, f = 1");
        assertThat(compare(copied("o")).get(0).samples())
                .singleElement()
                .extracting(Mismatch::columns)
                .isEqualTo(List.of("d", "e", "f"));
    }

    private static TableDefinition copied(String table) {
        return TableDefinition.copying("legacy", new TableName("old", table), "shop", new TableName("new", table));
    }

    private static TableDefinition merged(String table) {
        Map<String, MappingExpression> key = new LinkedHashMap<>();
        key.put("origin", MappingExpression.parse("'" + table + "'"));
        key.put("id", MappingExpression.parse("id"));
        return new TableDefinition(
                "legacy",
                new TableName("old", table),
                "shop",
                new TableName("new", "ab"),
                key,
                null,
                null,
                null,
                OnError.PARK,
                null,
                List.of());
    }
}
