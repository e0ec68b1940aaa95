package io.changeover.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.changeover.transport.definition.Secret;
import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.definition.StartMode;
import io.changeover.transport.definition.TlsMode;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@WithServers
@Tag("versions")
@Timeout(180)
class BinlogCaptureIT {

    private final TestingServers servers;
    private final TestingMySql mysql;
    private String schema = "";

    BinlogCaptureIT(TestingServers servers) {
        this.servers = servers;
        this.mysql = servers.source();
    }

    @BeforeEach
    void makeTables() {
        schema = mysql.freshSchema();
        mysql.execute(
                "CREATE TABLE " + schema + ".t (id INT PRIMARY KEY, name VARCHAR(50))",
                "CREATE TABLE " + schema + ".other (id INT PRIMARY KEY)");
    }

    private CapturedSource capture(StartMode start, String... tables) {
        return new CapturedSource(servers.kafka(), mysql, servers.freshName(), schema, start, tables);
    }

    @Test
    void changes_arriveInOrderWithTheirVersions() throws Exception {
        try (CapturedSource source = capture(StartMode.now(), "t")) {
            source.start();
            source.awaitRunning();
            mysql.execute(
                    "INSERT INTO " + schema + ".t VALUES (1, 'a'), (2, NULL)",
                    "UPDATE " + schema + ".t SET name = 'b' WHERE id = 1",
                    "UPDATE " + schema + ".t SET id = 3 WHERE id = 2",
                    "DELETE FROM " + schema + ".t WHERE id = 1",
                    "INSERT INTO " + schema + ".other VALUES (1)");
            source.awaitEvents("t", 6);
            assertThat(source.texts("t"))
                    .containsExactly(
                            "INSERT [1, a]",
                            "INSERT [2, null]",
                            "UPDATE [1, a] [1, b]",
                            "DELETE [2, null]",
                            "INSERT [3, null]",
                            "DELETE [1, b]");
        }
    }

    /** Of a source that is busy elsewhere the position follows, but not with a Kafka transaction for each of the source. */
    @Test
    void changesOfOtherTables_moveThePositionNowAndThen() throws Exception {
        try (CapturedSource source = capture(StartMode.now(), "t")) {
            source.start();
            source.awaitRunning();
            String topic = source.settings().sourceTopics().progress();
            source.awaitPublished(mysql.gtidExecuted());
            int before = servers.kafka().readAll(topic).size();
            long begin = System.nanoTime();
            try (Connection connection = mysql.connect(schema);
                    Statement statement = connection.createStatement()) {
                for (int i = 0; i < 500; i++) {
                    statement.execute("INSERT INTO other VALUES (" + i + ")");
                }
            }
            source.awaitPublished(mysql.gtidExecuted());
            long millis = (System.nanoTime() - begin) / 1_000_000;
            assertThat(servers.kafka().readAll(topic).size() - before).isBetween(1, 2 + (int) millis / 30);
        }
    }

    @Test
    void rolledBackTransaction_isNotSeen() throws Exception {
        try (CapturedSource source = capture(StartMode.now(), "t")) {
            source.start();
            source.awaitRunning();
            try (Connection connection = mysql.connect(schema);
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("INSERT INTO t VALUES (1, 'gone')");
                connection.rollback();
                statement.execute("INSERT INTO t VALUES (2, 'x'), (3, 'y')");
                statement.execute("UPDATE t SET name = 'z' WHERE id = 3");
                connection.commit();
            }
            source.awaitEvents("t", 3);
            assertThat(source.texts("t")).containsExactly("INSERT [2, x]", "INSERT [3, y]", "UPDATE [3, y] [3, z]");
        }
    }

    /** Stream and rows come over TLS, with the server's own authority as the only one that is trusted. */
    @Test
    void tls_isVerifiedOnBothRoads() throws Exception {
        Path certificate = mysql.server().dataDirectory().resolve("ca.pem");
        assumeThat(certificate).as("what a server makes itself since MySQL 8.0").exists();
        mysql.execute("INSERT INTO " + schema + ".t VALUES (1, 'read')");
        ServerAccess access = new ServerAccess(
                mysql.host(),
                mysql.port(),
                mysql.user(),
                Secret.of(mysql.password()),
                TlsMode.VERIFY_CA,
                certificate.toString());
        try (CapturedSource source =
                new CapturedSource(servers.kafka(), access, servers.freshName(), schema, StartMode.snapshot(), "t")) {
            source.start();
            source.awaitBackfilled();
            mysql.execute("INSERT INTO " + schema + ".t VALUES (2, 'streamed')");
            source.awaitEvents("t", 2);
            assertThat(source.texts("t")).containsExactly("INSERT [1, read]", "INSERT [2, streamed]");
        }
    }

    /** A table that joins later begins with its rows, and what the others have goes on. */
    @ParameterizedTest
    @EnumSource(names = {"SNAPSHOT", "GTID"})
    void tableThatJoinsLater_isReadFromItsBegin(StartMode.Kind kind) throws Exception {
        // the set is of the tables of the first start; nobody loaded the other one at it
        StartMode start = kind == StartMode.Kind.GTID
                ? StartMode.after(GtidSet.parse(mysql.gtidExecuted()))
                : StartMode.snapshot();
        mysql.execute("INSERT INTO " + schema + ".t VALUES (1, 'a')", "INSERT INTO " + schema + ".other VALUES (7)");
        String pipeline = servers.freshName();
        try (CapturedSource one = new CapturedSource(servers.kafka(), mysql, pipeline, schema, start, "t")) {
            one.start();
            one.awaitBackfilled();
        }
        mysql.execute("INSERT INTO " + schema + ".t VALUES (2, 'b')", "INSERT INTO " + schema + ".other VALUES (8)");
        try (CapturedSource both = new CapturedSource(servers.kafka(), mysql, pipeline, schema, start, "t", "other")) {
            both.start();
            both.awaitBackfilled();
            both.awaitEvents("t", 2);
            assertThat(both.applied("t")).hasSize(2);
            assertThat(both.events("t")).hasSize(2);
            assertThat(both.applied("other")).hasSize(2);
        }
    }
}
