package io.changeover.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.definition.BackfillSettings;
import io.changeover.transport.definition.StartMode;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.Row;
import io.changeover.transport.testing.Eventually;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@WithServers
@Timeout(240)
class BackfillIT {

    private static final int ROWS = 20_000;

    private final TestingServers servers;
    private final TestingMySql mysql;
    private String schema = "";

    BackfillIT(TestingServers servers) {
        this.servers = servers;
        this.mysql = servers.source();
    }

    @BeforeEach
    void fillTables() throws Exception {
        schema = mysql.freshSchema();
        mysql.execute(
                "CREATE TABLE " + schema + ".t (id INT PRIMARY KEY, name VARCHAR(50), n INT NOT NULL DEFAULT 0)",
                "CREATE TABLE " + schema
                        + ".pair (a VARCHAR(10) COLLATE utf8mb4_0900_ai_ci, b DECIMAL(6,2), v INT, PRIMARY KEY (b, a))");
        try (WriteLoad load = new WriteLoad(mysql, schema, new Random(1), ROWS)) {
            load.fill();
        }
    }

    private static BackfillSettings reading(int readers, int chunkRows) {
        return new BackfillSettings(readers, chunkRows, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** The one that must hold: a consumer without any guard ends with the source's rows, whatever was written meanwhile. */
    @ParameterizedTest
    @CsvSource({"1, 20000", "4, 1000"})
    void backfillUnderWriteLoad_leavesAPlainConsumerWithTheSourcesRows(int readers, int chunkRows) throws Exception {
        try (CapturedSource source = new CapturedSource(
                        servers.kafka(), mysql, servers.freshName(), schema, StartMode.snapshot(), "t", "pair");
                WriteLoad load = new WriteLoad(mysql, schema, new Random(2), ROWS)) {
            source.reading(reading(readers, chunkRows));
            load.start(3);
            source.start();
            source.awaitBackfilled();
            load.stop();
            String executed = mysql.gtidExecuted();
            mysql.execute("INSERT INTO " + schema + ".t VALUES (99999999, 'end', 0)");
            Eventually.eventually(
                    CapturedSource.SOON,
                    "the stream at " + executed,
                    () -> source.records("t").stream()
                            .anyMatch(record -> "{\"id\":\"99999999\"}".equals(record.key())));

            assertThat(source.applied("t")).isEqualTo(rows("t", "CONCAT('{\"id\":\"', id, '\"}')", "id, name, n"));
            assertThat(source.applied("pair"))
                    .isEqualTo(rows("pair", "CONCAT('{\"a\":\"', a, '\",\"b\":\"', b, '\"}')", "a, b, v"));
            List<ChangeEvent> events = source.events("t");
            assertThat(events).anyMatch(event -> event.provenance().origin() == Origin.BACKFILL);
            assertThat(load.written()).as("writes during the backfill").isGreaterThan(50);
            assertNothingGoesBack(source, "t");
        }
    }

    /** A chunk that a DDL overlapped is read again, and no mark of what was read behind it passes it. */
    @Test
    void tableAlteredAgainAndAgainWhileItIsRead_losesNoRow() throws Exception {
        try (CapturedSource source =
                new CapturedSource(servers.kafka(), mysql, servers.freshName(), schema, StartMode.snapshot(), "t")) {
            source.reading(reading(4, 500));
            source.start();
            source.awaitRunning();
            int columns = 0;
            while (columns < 60 && !source.capture().progress().backfilled()) {
                mysql.execute("ALTER TABLE " + schema + ".t ADD COLUMN c" + columns + " INT");
                columns++;
            }
            source.awaitBackfilled();
            assertThat(columns).as("changes during the backfill").isPositive();
            assertThat(source.applied("t").keySet())
                    .isEqualTo(
                            rows("t", "CONCAT('{\"id\":\"', id, '\"}')", "id").keySet());
        }
    }

    /** What is durable is not read again, and nothing is passed over: every row once, however often the run ends. */
    @Test
    void runThatEndsAgainAndAgain_readsEveryRowOnce() throws Exception {
        Random random = new Random(3);
        try (CapturedSource source = new CapturedSource(
                servers.kafka(), mysql, servers.freshName(), schema, StartMode.snapshot(), "t", "pair")) {
            source.reading(reading(4, 300));
            source.start();
            for (int i = 0; i < 3; i++) {
                int wanted = Math.min(ROWS, source.records("t").size() + 1 + random.nextInt(3000));
                Eventually.eventually(
                        CapturedSource.SOON,
                        wanted + " rows",
                        () -> source.records("t").size() >= wanted);
                source.restart();
            }
            source.awaitBackfilled();
            assertThat(keys(source, "t")).hasSize(ROWS).doesNotHaveDuplicates();
            assertThat(keys(source, "pair")).hasSize(ROWS).doesNotHaveDuplicates();
            assertThat(source.capture().progress().backfills().values())
                    .allSatisfy(mark -> assertThat(mark.rows()).isEqualTo(ROWS));
        }
    }

    /** Whatever the type of the key: the parts meet, and do not overlap. */
    @Test
    void keysOfAnyType_areReadInPartsThatMeet() throws Exception {
        String types = """
                negative  | INT                                         | n - 60
                unsigned  | BIGINT UNSIGNED                             | 18446744073709551615 - n * 1000003
                decimals  | DECIMAL(30,10)                              | (n - 50) * 12345678901.0123456789
                doubles   | DOUBLE                                      | (n - 50) / 7
                accents   | VARCHAR(40) COLLATE utf8mb4_0900_ai_ci      | CONCAT(ELT(n % 5 + 1, 'é', 'Z', 'ß', '', '😀'), n)
                latin     | VARCHAR(40) CHARACTER SET latin1            | CONCAT(ELT(n % 4 + 1, 'ä', 'A', '\\'', ' '), n)
                german    | CHAR(20) COLLATE utf8mb4_german2_ci         | CONCAT(ELT(n % 3 + 1, 'ö', 'oe', 'P'), n)
                bytes     | VARBINARY(20)                               | CONCAT(CHAR(255 - n, 0, n), n)
                uuids     | BINARY(16)                                  | UNHEX(MD5(n))
                moments   | DATETIME(6)                                 | '1999-12-31 23:59:58.5' + INTERVAL n * 333333 MICROSECOND
                stamps    | TIMESTAMP(3)                                | FROM_UNIXTIME(1000000000.25 + n * 3600)
                times     | TIME(2)                                     | SEC_TO_TIME(n * 1000 - 50000)
                days      | DATE                                        | '0999-12-25' + INTERVAL n DAY
                sets      | SET('a','b','c','d','e','f','g')            | n
                bits      | BIT(9)                                      | n * 5
                """;
        List<String> tables = new ArrayList<>();
        for (String line : types.lines().toList()) {
            List<String> parts =
                    Arrays.stream(line.split("\\|")).map(String::strip).toList();
            String table = schema + "." + parts.get(0);
            mysql.execute(
                    "CREATE TABLE " + table + " (k " + parts.get(1) + " PRIMARY KEY)",
                    "INSERT INTO " + table + " SELECT " + parts.get(2) + numbers());
            tables.add(parts.get(0));
        }
        mysql.execute(
                "CREATE TABLE " + schema + ".composite (a SMALLINT, b VARCHAR(9) COLLATE utf8mb4_0900_as_cs,"
                        + " c VARBINARY(4), d DATE, PRIMARY KEY (d, b, a, c))",
                "INSERT INTO " + schema + ".composite SELECT n % 3, ELT(n % 4 + 1, 'a', 'A', 'á', ''), CHAR(n),"
                        + " '2020-02-28' + INTERVAL n % 2 DAY" + numbers());
        tables.add("composite");
        try (CapturedSource source = new CapturedSource(
                servers.kafka(),
                mysql,
                servers.freshName(),
                schema,
                StartMode.snapshot(),
                tables.toArray(String[]::new))) {
            source.reading(reading(20, 7)); // more readers than tables: every table has helpers
            source.start();
            source.awaitBackfilled();
            for (String table : tables) {
                assertThat(keys(source, table)).as(table).hasSize(100).doesNotHaveDuplicates();
            }
        }
    }

    private String numbers() {
        return " FROM (SELECT id AS n FROM " + schema + ".t WHERE id <= 100) AS numbers";
    }

    private static List<String> keys(CapturedSource source, String table) {
        return source.records(table).stream().map(ConsumerRecord::key).toList();
    }

    /** KeyOrder: no message is followed by an older one of its key. */
    private static void assertNothingGoesBack(CapturedSource source, String table) {
        Map<String, ChangeEvent> newest = new TreeMap<>();
        List<ChangeEvent> events = source.events(table);
        var records = source.records(table);
        for (int i = 0; i < events.size(); i++) {
            ChangeEvent event = events.get(i);
            ChangeEvent before = newest.put(records.get(i).key(), event);
            assertThat(before == null || event.version().isAtOrAfter(before.version()))
                    .as("%s after %s", event, before)
                    .isTrue();
        }
    }

    private Map<String, Row> rows(String table, String key, String columns) {
        Map<String, Row> rows = new TreeMap<>();
        for (List<String> row : mysql.rows("SELECT " + key + ", " + columns + " FROM " + schema + "." + table)) {
            rows.put(row.get(0), new Row(row.subList(1, row.size()).toArray(new String[0])));
        }
        return rows;
    }
}
