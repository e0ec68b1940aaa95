package io.changeover.transport.mysql;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.embedded.EmbeddedMySql;
import io.changeover.transport.position.Gtid;
import io.changeover.transport.position.GtidSet;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Between the binlog and its end, a transaction may be in the binlog and not be seen, or be seen and not be in
 * {@code gtid_executed}: here it stays there as long as the test wants.
 */
@Timeout(120)
class OwnedGtidsIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static EmbeddedMySql mysql;

    @BeforeAll
    static void start() {
        mysql = EmbeddedMySql.create();
        mysql.execute("CREATE DATABASE a", "CREATE TABLE a.t (id INT PRIMARY KEY)");
    }

    @AfterAll
    static void stop() {
        mysql.close();
    }

    @Test
    void transactionThatIsAboutToCommit_isWaitedFor() throws Exception {
        Gtid gtid = new Gtid(UUID.fromString("aaaaaaaa-0000-0000-0000-000000000001"), 7);
        try (Connection writer = mysql.connect();
                Statement write = writer.createStatement()) {
            begin(write, gtid);
            write.execute("INSERT INTO a.t VALUES (1)");

            GtidSet visible = visibleAfter(() -> write.execute("COMMIT"));

            assertThat(visible.contains(gtid)).as(visible.toString()).isTrue();
        }
    }

    @Test
    void transactionThatGivesUp_isWaitedForNoMore() throws Exception {
        Gtid gtid = new Gtid(UUID.fromString("aaaaaaaa-0000-0000-0000-000000000002"), 7);
        try (Connection writer = mysql.connect();
                Statement write = writer.createStatement()) {
            begin(write, gtid);
            write.execute("INSERT INTO a.t VALUES (2)");

            GtidSet visible = visibleAfter(() -> write.execute("ROLLBACK"));

            assertThat(visible.contains(gtid)).as(visible.toString()).isFalse();
        }
    }

    @Test
    void transactionThatBeginsLater_isNotWaitedFor() throws Exception {
        try (Connection reader = mysql.connect()) {
            GtidSet before = GtidState.read(reader).executed();

            assertThat(OwnedGtids.visible(reader)).isEqualTo(before);
        }
    }

    private static void begin(Statement write, Gtid gtid) throws SQLException {
        write.execute("SET gtid_next = '" + gtid + "'");
        write.execute("BEGIN");
        try (Connection reader = mysql.connect()) {
            assertThat(OwnedGtids.read(reader)).contains(gtid);
        }
    }

    private interface End {
        void run() throws SQLException;
    }

    /** Ends the transaction when it has been waited for a while, or when nobody waits for it. */
    private static GtidSet visibleAfter(End end) throws Exception {
        try (Connection reader = mysql.connect()) {
            String session =
                    mysql.value("SELECT MAX(ID) FROM information_schema.PROCESSLIST WHERE ID < CONNECTION_ID()");
            String questions = "SELECT s.VARIABLE_VALUE FROM performance_schema.status_by_thread s JOIN"
                    + " performance_schema.threads t USING (THREAD_ID) WHERE s.VARIABLE_NAME = 'Questions'"
                    + " AND t.PROCESSLIST_ID = " + session;
            int before = Integer.parseInt(mysql.value(questions));
            CompletableFuture<GtidSet> visible = CompletableFuture.supplyAsync(() -> {
                try {
                    return OwnedGtids.visible(reader);
                } catch (SQLException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            eventually(
                    LIMIT, "queries", () -> visible.isDone() || Integer.parseInt(mysql.value(questions)) > before + 10);
            end.run();
            return visible.get();
        }
    }
}
