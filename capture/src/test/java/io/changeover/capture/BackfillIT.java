package io.changeover.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.definition.StartMode;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Origin;
import io.changeover.transport.event.Row;
import io.changeover.transport.testing.Eventually;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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

    /** The one that must hold: a consumer without any guard ends with the source's rows, whatever was written meanwhile. */
    @Test
    void backfillUnderWriteLoad_leavesAPlainConsumerWithTheSourcesRows() throws Exception {
        try (CapturedSource source = new CapturedSource(
                        servers.kafka(), mysql, servers.freshName(), schema, StartMode.snapshot(), "t", "pair");
                WriteLoad load = new WriteLoad(mysql, schema, new Random(2), ROWS)) {
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
