package io.changeover.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.embedded.EmbeddedMySql;
import io.changeover.transport.definition.StartMode;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Version;
import io.changeover.transport.position.Gtid;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.testing.Eventually;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a capture begins, and on which of a source's servers it goes on. */
@WithServers
@Timeout(240)
class StartModesIT {

    private static final String TABLE = "CREATE TABLE %s.t (id INT PRIMARY KEY, name VARCHAR(50), note VARCHAR(50))";

    private final TestingServers servers;
    private final TestingMySql mysql;

    StartModesIT(TestingServers servers) {
        this.servers = servers;
        this.mysql = servers.source();
    }

    private static String freshTable(TestingMySql mysql) {
        String schema = mysql.freshSchema();
        mysql.execute(TABLE.formatted(schema), "CREATE TABLE " + schema + ".other (id INT PRIMARY KEY)");
        return schema;
    }

    private static void insert(TestingMySql mysql, String schema, int... ids) {
        for (int id : ids) {
            mysql.execute("INSERT INTO " + schema + ".t VALUES (" + id + ", 'n', 'm')");
        }
    }

    private static StartMode after(String gtids) {
        return StartMode.after(GtidSet.parse(gtids));
    }

    @Test
    void now_publishesWhatIsCommittedAfterTheFirstStart() throws Exception {
        String schema = freshTable(mysql);
        insert(mysql, schema, 1);
        try (Connection connection = mysql.connect(schema);
                Statement open = connection.createStatement();
                CapturedSource source =
                        new CapturedSource(servers.kafka(), mysql, servers.freshName(), schema, StartMode.now(), "t")) {
            connection.setAutoCommit(false);
            open.execute("INSERT INTO t VALUES (2, 'n', 'm')");
            source.start();
            source.awaitRunning();
            connection.commit();
            insert(mysql, schema, 3);
            source.awaitEvents("t", 2);

            source.capture().close();
            insert(mysql, schema, 4);
            source.restart();
            insert(mysql, schema, 5);
            source.awaitEvents("t", 4);
            source.restart();
            source.awaitRunning();
            insert(mysql, schema, 6);
            source.awaitEvents("t", 5);
            assertThat(source.texts("t"))
                    .containsExactly(
                            "INSERT [2, n, m]",
                            "INSERT [3, n, m]",
                            "INSERT [4, n, m]",
                            "INSERT [5, n, m]",
                            "INSERT [6, n, m]");
        }
    }

    /** What the set lacks comes, also from the middle of it; a change of a table that is not captured is in nobody's way. */
    @Test
    void gtid_publishesWhatIsNotInTheSet() throws Exception {
        String schema = freshTable(mysql);
        insert(mysql, schema, 1);
        GtidSet before = GtidSet.parse(mysql.gtidExecuted());
        insert(mysql, schema, 2);
        GtidSet left = GtidSet.parse(mysql.gtidExecuted()).minus(before);
        insert(mysql, schema, 3);
        GtidSet loaded = GtidSet.parse(mysql.gtidExecuted()).minus(left);
        insert(mysql, schema, 4);
        mysql.execute("ALTER TABLE " + schema + ".other ADD c INT", "INSERT INTO " + schema + ".other VALUES (1, 1)");
        insert(mysql, schema, 5);
        try (CapturedSource source =
                new CapturedSource(servers.kafka(), mysql, servers.freshName(), schema, StartMode.after(loaded), "t")) {
            source.start();
            source.awaitRunning();
            insert(mysql, schema, 6);
            source.awaitEvents("t", 4);
            source.restart();
            source.awaitRunning();
            insert(mysql, schema, 7);
            source.awaitEvents("t", 5);
            assertThat(source.texts("t"))
                    .containsExactly(
                            "INSERT [2, n, m]",
                            "INSERT [4, n, m]",
                            "INSERT [5, n, m]",
                            "INSERT [6, n, m]",
                            "INSERT [7, n, m]");
        }
    }

    /**
     * The schema is read now: rows of before its change would be told with wrong names. Nothing is accepted, so that a set
     * after the change can be given next.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    new column     | ADD c INT                                          | 2, 'n', 'm', 1
                    swapped names  | RENAME COLUMN name TO note, RENAME COLUMN note TO name | 2, 'n', 'm'
                    new index      | ADD INDEX (name)                                   | 2, 'n', 'm'
                    """)
    void gtid_beforeAChangeOfTheTable_stops(String name, String change, String values) throws Exception {
        String schema = freshTable(mysql);
        StartMode early = after(mysql.gtidExecuted());
        insert(mysql, schema, 1);
        mysql.execute("ALTER TABLE " + schema + ".t " + change);
        StartMode late = after(mysql.gtidExecuted());
        mysql.execute("INSERT INTO " + schema + ".t VALUES (" + values + ")");
        String pipeline = servers.freshName();
        try (CapturedSource source = new CapturedSource(servers.kafka(), mysql, pipeline, schema, early, "t")) {
            source.start();
            assertStops(source, 17, "the start position lies before a change of");
            assertThat(source.texts("t")).isEmpty();
            source.restart();
            assertStops(source, 17, "the start position lies before a change of");
            assertThat(source.texts("t")).isEmpty();
        }
        try (CapturedSource source = new CapturedSource(servers.kafka(), mysql, pipeline, schema, late, "t")) {
            source.start();
            source.awaitEvents("t", 1);
            assertThat(source.events("t")).hasSize(1);
        }
    }

    @Test
    void gtid_thatIsNoLongerInTheBinlogs_stops() throws Exception {
        try (TestingMySql own = new TestingMySql()) {
            String schema = freshTable(own);
            StartMode start = after(own.gtidExecuted());
            insert(own, schema, 1);
            own.execute("FLUSH BINARY LOGS");
            insert(own, schema, 2);
            own.execute("FLUSH BINARY LOGS", "PURGE BINARY LOGS BEFORE NOW() + INTERVAL 1 DAY");
            try (CapturedSource source =
                    new CapturedSource(servers.kafka(), own, servers.freshName(), schema, start, "t")) {
                source.start();
                assertStops(source, 14, "no longer in the server's binlogs");
                assertThat(source.texts("t")).isEmpty();
            }
        }
    }

    @Test
    void gtid_thatTheServerNeverExecuted_stops() throws Exception {
        String schema = freshTable(mysql);
        GtidSet foreign = GtidSet.parse(mysql.gtidExecuted()).plus(new Gtid(new UUID(0, 9), 1));
        try (CapturedSource source = new CapturedSource(
                servers.kafka(), mysql, servers.freshName(), schema, StartMode.after(foreign), "t")) {
            source.start();
            assertStops(source, 14, "were never executed by the server");
        }
    }

    /** Another server with the same GTIDs is the same history. */
    @Test
    void fromTheReplicaToThePrimary_goesOnInTheSameTimeline() throws Exception {
        try (TestingMySql primary = new TestingMySql();
                TestingMySql replica = new TestingMySql(
                        EmbeddedMySql.replicaOf(primary.server()).start())) {
            String schema = freshTable(primary);
            insert(primary, schema, 1);
            replica.awaitExecuted(primary.gtidExecuted(), CapturedSource.SOON);
            String pipeline = servers.freshName();
            try (CapturedSource source =
                    new CapturedSource(servers.kafka(), replica, pipeline, schema, StartMode.snapshot(), "t")) {
                source.start();
                source.awaitBackfilled();
                insert(primary, schema, 2, 3);
                source.awaitEvents("t", 3);
            }
            insert(primary, schema, 4);
            try (CapturedSource source =
                    new CapturedSource(servers.kafka(), primary, pipeline, schema, StartMode.snapshot(), "t")) {
                source.start();
                source.awaitRunning();
                insert(primary, schema, 5);
                source.awaitEvents("t", 5);
                assertThat(source.texts("t"))
                        .containsExactly(
                                "INSERT [1, n, m]",
                                "INSERT [2, n, m]",
                                "INSERT [3, n, m]",
                                "INSERT [4, n, m]",
                                "INSERT [5, n, m]");
                List<ChangeEvent> events = source.events("t");
                assertThat(events)
                        .extracting(event -> event.version().timeline())
                        .containsOnly(1);
                assertThat(events.stream().filter(event -> event.version().row() != Version.WHOLE_TRANSACTION))
                        .hasSize(4)
                        .allSatisfy(event -> assertThat(event.provenance().gtid())
                                .isEqualTo(primary.server().serverUuid() + ":"
                                        + event.version().transaction()));
            }
        }
    }

    /** The numbers of a promoted replica begin anew; its timeline keeps the versions growing. */
    @Test
    void promotedReplica_beginsATimelineAboveTheFormerOne() throws Exception {
        try (TestingMySql primary = new TestingMySql();
                TestingMySql replica = new TestingMySql(
                        EmbeddedMySql.replicaOf(primary.server()).start())) {
            String schema = freshTable(primary);
            String pipeline = servers.freshName();
            String update = "UPDATE " + schema + ".t SET name = '%s' WHERE id = 1";
            try (CapturedSource source =
                    new CapturedSource(servers.kafka(), primary, pipeline, schema, StartMode.now(), "t")) {
                source.start();
                source.awaitRunning();
                insert(primary, schema, 1);
                primary.execute(update.formatted("first"));
                source.awaitEvents("t", 2);
            }
            primary.execute(update.formatted("second"));
            replica.awaitExecuted(primary.gtidExecuted(), CapturedSource.SOON);
            primary.server().stop();
            replica.server().promote();
            replica.execute(update.formatted("third"));
            try (CapturedSource source =
                    new CapturedSource(servers.kafka(), replica, pipeline, schema, StartMode.now(), "t")) {
                source.start();
                source.awaitEvents("t", 4);
                source.restart();
                source.awaitRunning();
                replica.execute(update.formatted("fourth"));
                source.awaitEvents("t", 5);

                List<ChangeEvent> events = source.events("t"); // of one key, so in the order of the topic
                assertThat(events)
                        .extracting(event -> String.valueOf(event.after()))
                        .containsExactly(
                                "[1, n, m]", "[1, first, m]", "[1, second, m]", "[1, third, m]", "[1, fourth, m]");
                assertThat(events)
                        .extracting(event -> event.version().timeline())
                        .containsExactly(1, 1, 1, 2, 2);
                for (int i = 1; i < events.size(); i++) {
                    assertThat(events.get(i).version().isAfter(events.get(i - 1).version()))
                            .as("version of " + events.get(i).after())
                            .isTrue();
                }
                assertThat(events.get(3).version().transaction())
                        .as("a number below those of the former primary")
                        .isLessThan(events.get(0).version().transaction());
            }
        }
    }

    private static void assertStops(CapturedSource source, int code, String cause) throws Exception {
        Eventually.eventually(
                CapturedSource.SOON,
                () -> "stopped: " + source.capture().status(),
                () -> source.capture().stopped().isCompletedExceptionally());
        List<Problem> problems = source.capture().status().problems();
        assertThat(problems).extracting(problem -> problem.code().number()).containsExactly(code);
        assertThat(problems.get(0).cause()).contains(cause);
    }
}
