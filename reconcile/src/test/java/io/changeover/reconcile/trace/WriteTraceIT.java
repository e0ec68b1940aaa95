package io.changeover.reconcile.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.embedded.EmbeddedMySql;
import io.changeover.transport.definition.Secret;
import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.definition.TlsMode;
import io.changeover.transport.event.TableName;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who wrote a row is read from a real binlog. */
@Timeout(180)
class WriteTraceIT {

    private static final TableName ORDERS = new TableName("s", "orders");

    private static EmbeddedMySql mysql;

    @BeforeAll
    static void start() {
        mysql = EmbeddedMySql.create();
        mysql.execute("CREATE DATABASE changeover", "CREATE TABLE changeover.progress (counter INT)");
        mysql.execute("INSERT INTO changeover.progress VALUES (0)");
    }

    @AfterAll
    static void stop() {
        mysql.close();
    }

    @BeforeEach
    void orders() {
        mysql.execute(
                "DROP DATABASE IF EXISTS s",
                "CREATE DATABASE s",
                "CREATE TABLE s.orders (id INT PRIMARY KEY, note VARCHAR(20))");
    }

    @Test
    void theLastWriteOfARow_isNamed_withItsSession() throws Exception {
        apply("INSERT INTO s.orders VALUES (1, 'a'), (2, 'a'), (3, 'a'), (4, 'a')");
        Instant before = Instant.parse(now());
        String thread = other("UPDATE s.orders SET note = 'b' WHERE id IN (1, 4)", "DELETE FROM s.orders WHERE id = 2");
        Instant after = Instant.parse(now());
        apply("UPDATE s.orders SET note = 'c' WHERE id = 4");

        Map<RowAt, RowWrite> writes = search("1", "2", "3", "4", "5").writes();
        assertThat(writes).containsOnlyKeys(row("1"), row("2"), row("3"), row("4"));
        assertThat(writes.get(row("1"))).satisfies(write -> {
            assertThat(write.operation()).isEqualTo("UPDATE");
            assertThat(write.isOurs()).isFalse();
            assertThat(write.thread()).hasToString(thread);
            assertThat(write.time()).isBetween(before, after);
            assertThat(write.toString()).startsWith("written by another session at " + write.time() + " (UPDATE, ");
        });
        assertThat(writes.get(row("2")))
                .extracting(RowWrite::operation, RowWrite::isOurs)
                .containsExactly("DELETE", false);
        assertThat(writes.get(row("3")))
                .extracting(RowWrite::operation, RowWrite::isOurs)
                .containsExactly("INSERT", true);
        assertThat(writes.get(row("4")))
                .extracting(RowWrite::operation, RowWrite::isOurs)
                .containsExactly("UPDATE", true);

        // the place is one that the server knows
        String[] place = of(writes, row("2")).place().split(":");
        assertThat(mysql.rows("SHOW BINLOG EVENTS IN '" + place[0] + "' FROM " + place[1] + " LIMIT 1"))
                .singleElement()
                .satisfies(event -> assertThat(event.get(2)).isEqualTo("Delete_rows"));
    }

    @Test
    void whatRollsBack_isNoWrite() throws Exception {
        apply("INSERT INTO s.orders VALUES (1, 'a')");
        other("BEGIN", "UPDATE s.orders SET note = 'b'", "SAVEPOINT x", "ROLLBACK");
        assertThat(of(search("1").writes(), row("1")).isOurs()).isTrue();
    }

    @Test
    void oneThatEmptiesTheTable_wroteEachRow() throws Exception {
        mysql.execute("CREATE TABLE s.`emptied ``one` (id INT PRIMARY KEY)");
        TableName table = new TableName("s", "emptied `one");
        RowAt one = new RowAt(table, List.of("1"));
        RowAt two = new RowAt(table, List.of("2"));
        apply("INSERT INTO s.`emptied ``one` VALUES (1), (2)");
        other("USE s", "truncate /* all */ table `emptied ``one`");
        apply("INSERT INTO s.`emptied ``one` VALUES (2)");
        try (Connection connection = mysql.connect()) {
            Map<RowAt, RowWrite> writes = WriteTrace.of(access(mysql, "root"))
                    .search(connection, Map.of(table, List.of("id")), List.of(one, two))
                    .writes();
            assertThat(writes.get(one))
                    .extracting(RowWrite::operation, RowWrite::isOurs)
                    .containsExactly("TRUNCATE", false);
            assertThat(of(writes, two).isOurs()).isTrue();
        }
    }

    @Test
    void rowsOfATableAsItWasBefore_areTold() throws Exception {
        other(
                "DROP TABLE s.orders",
                "CREATE TABLE s.orders (id VARCHAR(5) PRIMARY KEY)",
                "INSERT INTO s.orders VALUES (8)");
        other("DROP TABLE s.orders", "CREATE TABLE s.orders (id INT PRIMARY KEY)");
        WriteTrace.Found found = search("8");
        assertThat(found.writes()).isEmpty();
        assertThat(found.gap()).contains("has rows of s.orders as it was before it was altered");
    }

    @Test
    void compressedTransactions_andShortImages_areRead() throws Exception {
        apply("INSERT INTO s.orders VALUES (1, 'a'), (2, 'a')");
        other("SET SESSION binlog_transaction_compression = ON", "UPDATE s.orders SET note = 'b' WHERE id = 1");
        other("SET SESSION binlog_row_image = MINIMAL", "UPDATE s.orders SET note = 'b' WHERE id = 2");
        assertThat(search("1", "2").writes().values())
                .hasSize(2)
                .allSatisfy(write -> assertThat(write.isOurs()).isFalse());
    }

    @Test
    void binlogsOfBefore_areRead_theNewestFirst() throws Exception {
        other("INSERT INTO s.orders VALUES (1, 'a'), (2, 'a')");
        String first = mysql.rows("SHOW MASTER STATUS").get(0).get(0);
        mysql.execute("FLUSH BINARY LOGS");
        apply("UPDATE s.orders SET note = 'c' WHERE id = 1");
        mysql.execute("FLUSH BINARY LOGS");
        Map<RowAt, RowWrite> writes = search("1", "2").writes();
        assertThat(of(writes, row("1")).isOurs()).isTrue();
        assertThat(of(writes, row("2")).place()).startsWith(first + ":");

        WriteTrace newest = new WriteTrace(access(mysql, "root"), Duration.ofMinutes(1), 0);
        WriteTrace.Found found = search(newest, row("2"));
        assertThat(found.writes()).isEmpty();
        assertThat(found.gap()).contains("no write of them stands in the binlogs", "older ones than 0 MB are not read");

        mysql.execute("PURGE BINARY LOGS TO '"
                + mysql.rows("SHOW MASTER STATUS").get(0).get(0) + "'");
        WriteTrace.Found purged = search("1");
        assertThat(purged.writes()).isEmpty();
        assertThat(purged.gap())
                .contains("from " + mysql.rows("SHOW MASTER STATUS").get(0).get(0) + ", which begins at 20");
    }

    @Test
    void whatCannotBeSearched_isTold() throws Exception {
        other("INSERT INTO s.orders VALUES (1, 'a')");
        mysql.execute("CREATE USER blind", "GRANT SELECT ON *.* TO blind");
        assertThat(search(WriteTrace.of(access(mysql, "blind")), row("1")).gap())
                .contains("REPLICATION CLIENT");
        mysql.execute("GRANT REPLICATION CLIENT ON *.* TO blind");
        WriteTrace.Found refused = search(WriteTrace.of(access(mysql, "blind")), row("1"));
        assertThat(refused.writes()).isEmpty();
        assertThat(refused.gap()).contains("cannot be read", "REPLICATION SLAVE");
        mysql.execute("GRANT REPLICATION SLAVE ON *.* TO blind");
        assertThat(search(WriteTrace.of(access(mysql, "blind")), row("1")).writes())
                .hasSize(1);

        WriteTrace late = new WriteTrace(access(mysql, "root"), Duration.ZERO, Long.MAX_VALUE);
        assertThat(search(late, row("1")).gap()).contains("not more was read in 0 s");

        other("SET SESSION binlog_format = STATEMENT", "UPDATE s.orders SET note = 'b'");
        assertThat(search("7").gap()).contains("has statements on s.orders, not its rows");
    }

    @Test
    void overTls_itIsReadToo_fromATrustedServerOnly() throws Exception {
        other("INSERT INTO s.orders VALUES (1, 'a')");
        String ca = mysql.dataDirectory().resolve("ca.pem").toString();
        for (ServerAccess access : List.of(tls(TlsMode.VERIFY_CA, ca), tls(TlsMode.REQUIRED, null))) {
            assertThat(search(WriteTrace.of(access), row("1")).writes())
                    .as("%s", access.tls())
                    .hasSize(1);
        }
        WriteTrace.Found refused = search(WriteTrace.of(tls(TlsMode.VERIFY_CA, null)), row("1"));
        assertThat(refused.writes()).isEmpty();
        assertThat(refused.gap()).contains("cannot be read", "certif");
    }

    private static ServerAccess tls(TlsMode mode, @Nullable String ca) {
        return new ServerAccess(mysql.host(), mysql.port(), "root", Secret.of(""), mode, ca);
    }

    @Test
    void aServerWithoutBinlog_isTold() throws Exception {
        try (EmbeddedMySql silent = EmbeddedMySql.builder()
                .option("gtid-mode", "OFF")
                .option("enforce-gtid-consistency", "OFF")
                .option("disable-log-bin", "ON")
                .option("log-replica-updates", "OFF")
                .start()) {
            silent.execute("CREATE DATABASE s", "CREATE TABLE s.orders (id INT PRIMARY KEY)");
            try (Connection connection = silent.connect()) {
                WriteTrace.Found found = WriteTrace.of(access(silent, "root"))
                        .search(connection, Map.of(ORDERS, List.of("id")), List.of(row("1")));
                assertThat(found.gap()).contains("keeps no binlog (log_bin = OFF)");
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            TINYINT UNSIGNED | 255 | 254
            SMALLINT | -32768 | 32767
            MEDIUMINT UNSIGNED | 16777215 | 1
            BIGINT UNSIGNED | 18446744073709551615 | 9223372036854775807
            BIGINT | -1 | 1
            DECIMAL(12,3) | -10.500 | 10.5
            DOUBLE | 0.1 | 0.2
            YEAR | 2024 | 1999
            DATE | '2024-02-29' | '2024-03-01'
            DATETIME | '1969-12-31 23:59:59' | '1970-01-01 00:00:00'
            DATETIME(3) | '2024-05-06 07:08:09.120' | '2024-05-06 07:08:09.121'
            TIMESTAMP(6) | '2024-05-06 07:08:09.000001' | '2024-05-06 07:08:09'
            VARCHAR(20) COLLATE utf8mb4_0900_ai_ci | 'Änne 😀' | 'Anna'
            VARCHAR(20) COLLATE utf8mb4_bin | 'Anna' | 'anna'
            VARCHAR(20) COLLATE utf8mb4_0900_as_ci | 'Änna' | 'Anna'
            CHAR(20) CHARACTER SET latin1 | 'Grüße' | 'Gruse'
            VARCHAR(20) CHARACTER SET gbk | '中文' | '中'
            BINARY(6) | x'00FF00' | x'00FF'
            VARBINARY(6) | x'00FF00' | x'00FF'
            ENUM('x''y','b') | 'b' | 'x''y'
            SET('a','b','c') | 'a,c' | 'c'
            """)
    void keysOfEveryType_areRecognised(String type, String value, String another) throws Exception {
        mysql.execute(
                "CREATE TABLE s.typed (part INT, k " + type + ", PRIMARY KEY (part, k))",
                "INSERT INTO s.typed VALUES (1, " + value + "), (2, " + another + ")");
        if (!type.equals("BINARY(6)")) { // filled with zeros these are one
            mysql.execute("INSERT INTO s.typed VALUES (1, " + another + ")");
        }
        mysql.execute("DELETE FROM s.typed WHERE part = 2");
        TableName typed = new TableName("s", "typed");
        List<RowAt> rows = new ArrayList<>();
        try (Connection connection = mysql.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION character_set_results = utf8mb4");
            String shown = type.matches("(ENUM|SET).*") ? "CONCAT(k)" : "k";
            try (ResultSet row = statement.executeQuery("SELECT part, " + shown + " FROM s.typed")) {
                while (row.next()) {
                    List<@Nullable String> key = new ArrayList<>();
                    key.add(row.getString(1));
                    key.add(new String(row.getBytes(2), StandardCharsets.ISO_8859_1));
                    rows.add(new RowAt(typed, key));
                }
            }
            Map<RowAt, RowWrite> writes = WriteTrace.of(access(mysql, "root"))
                    .search(connection, Map.of(typed, List.of("part", "k")), rows)
                    .writes();
            assertThat(writes).containsOnlyKeys(rows);
            assertThat(writes.values()).extracting(RowWrite::operation).containsOnly("INSERT");
            assertThat(writes.values().stream().map(RowWrite::place).distinct()).hasSameSizeAs(rows);
        }
    }

    private static WriteTrace.Found search(String... ids) throws Exception {
        RowAt[] rows = Arrays.stream(ids).map(WriteTraceIT::row).toArray(RowAt[]::new);
        return search(WriteTrace.of(access(mysql, "root")), rows);
    }

    private static WriteTrace.Found search(WriteTrace trace, RowAt... rows) throws Exception {
        try (Connection connection = DriverManager.getConnection(
                mysql.jdbcUrl("mysql"), trace.server().user(), "")) {
            return trace.search(connection, Map.of(ORDERS, List.of("id")), List.of(rows));
        }
    }

    private static RowWrite of(Map<RowAt, RowWrite> writes, RowAt row) {
        return Objects.requireNonNull(writes.get(row));
    }

    private static RowAt row(String id) {
        return new RowAt(ORDERS, List.of(id));
    }

    private static ServerAccess access(EmbeddedMySql server, String user) {
        return new ServerAccess(server.host(), server.port(), user, Secret.of(""), TlsMode.DISABLED, null);
    }

    private static String now() {
        return mysql.value("SELECT DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m-%dT%H:%i:%sZ')");
    }

    /** As apply does: with its progress, in one transaction. */
    private static void apply(String statement) throws SQLException {
        session("BEGIN", "UPDATE changeover.progress SET counter = counter + 1", statement, "COMMIT");
    }

    /** In a session of its own; its id. */
    private static String other(String... statements) throws SQLException {
        return session(statements);
    }

    private static String session(String... statements) throws SQLException {
        try (Connection connection = mysql.connect();
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
            try (ResultSet row = statement.executeQuery("SELECT CONNECTION_ID()")) {
                row.next();
                return row.getString(1);
            }
        }
    }
}
