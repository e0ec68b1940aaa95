package io.changeover.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.definition.Secret;
import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.definition.StartMode;
import io.changeover.transport.definition.TlsMode;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.testing.Eventually;
import io.changeover.transport.testing.TcpProxy;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Links that stay open and carry nothing, as when a firewall forgets them: nobody says so, and silence has to be enough. */
@WithServers
@Tag("fault")
@Timeout(600)
class LinkFaultIT {

    /** The server's heartbeat comes every 8 s, and silence of 20 s ends a run; the rest is for a busy machine. */
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final TestingServers servers;
    private final TestingMySql mysql;
    private TcpProxy proxy;
    private String schema = "";

    LinkFaultIT(TestingServers servers) {
        this.servers = servers;
        this.mysql = servers.source();
    }

    @BeforeEach
    void open() {
        proxy = new TcpProxy(mysql.host(), mysql.port());
        schema = mysql.freshSchema();
        mysql.execute("CREATE TABLE " + schema + ".t (id INT PRIMARY KEY, name VARCHAR(100) CHARACTER SET latin1)");
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    private CapturedSource source(StartMode start) {
        ServerAccess access = new ServerAccess(
                proxy.host(), proxy.port(), mysql.user(), Secret.of(mysql.password()), TlsMode.DISABLED, null);
        return new CapturedSource(servers.kafka(), access, servers.freshName(), schema, start, "t");
    }

    private void insert(int from, int count) {
        mysql.execute(
                "SET SESSION cte_max_recursion_depth = 1000000",
                "INSERT INTO " + schema + ".t WITH RECURSIVE n AS (SELECT " + from
                        + " AS i UNION ALL SELECT i + 1 FROM n" + " WHERE i < " + (from + count - 1)
                        + ") SELECT i, REPEAT(MD5(i), 3) FROM n");
    }

    @Test
    void halfOpenLink_isNoticedAndLeft() throws Exception {
        try (CapturedSource source = source(StartMode.now())) {
            source.start();
            source.awaitRunning();
            insert(1, 10);
            source.awaitEvents("t", 10);
            proxy.freeze();
            insert(11, 10);
            Eventually.eventually(
                    BOUND,
                    () -> "silence is noticed: " + source.capture().status(),
                    () -> source.capture().status().problems().stream()
                            .anyMatch(problem -> problem.code() == ExitCode.UNREACHABLE
                                    && problem.cause().contains("silent")));
            source.awaitEvents("t", 20);
            source.awaitRunning();
            assertThat(source.texts("t")).hasSize(20);
        }
    }

    /** The tail of the transaction comes after another connection, and after another instance; its rows keep their places. */
    @Test
    void linkDeadInMidTransaction_thenAnotherInstance_losesNothing() throws Exception {
        int rows = 120_000;
        try (CapturedSource source = source(StartMode.now())) {
            source.start();
            source.awaitRunning();
            Thread writer = new Thread(() -> insert(1, rows));
            writer.start();
            Eventually.eventually(
                    CapturedSource.SOON, "in the midst of the transaction", () -> proxy.freezeAbove(2_000_000) > 0);
            writer.join();
            int seen = source.records("t").size();
            assertThat(seen).isLessThan(rows);
            Eventually.eventually(
                    BOUND,
                    () -> "another connection goes on: " + source.capture().status(),
                    () -> source.records("t").size() > seen);
            source.restart();
            source.awaitEvents("t", rows);
            insert(rows + 1, 1);
            source.awaitEvents("t", rows + 1);

            List<ChangeEvent> events = source.events("t");
            Set<String> versions = new HashSet<>();
            events.forEach(event -> versions.add(event.version().toString()));
            assertThat(events).hasSize(rows + 1);
            assertThat(versions).hasSize(rows + 1);
            assertThat(source.applied("t")).hasSize(rows + 1);
        }
    }

    /** A whole network is away for longer than any time-out of ours, also while rows as of now are read. */
    @Test
    void sourceAwayDuringTheBackfill_isGoneOnWith() throws Exception {
        int rows = 200_000;
        insert(1, rows);
        try (CapturedSource source = source(StartMode.snapshot())) {
            source.start();
            source.awaitEvents("t", 1000);
            proxy.refuse(true);
            insert(rows + 1, 10);
            Eventually.eventually(
                    BOUND,
                    () -> "told: " + source.capture().status(),
                    () -> source.capture().status().problems().stream()
                            .anyMatch(problem -> problem.code() == ExitCode.UNREACHABLE));
            proxy.refuse(false);
            source.awaitBackfilled();
            insert(rows + 11, 1);
            Eventually.eventually(
                    CapturedSource.SOON,
                    () -> "all rows: " + source.capture().status(),
                    () -> source.applied("t").size() == rows + 11);
        }
    }
}
