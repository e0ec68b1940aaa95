package io.changeover.capture;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import io.changeover.transport.definition.Secret;
import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.definition.StartMode;
import io.changeover.transport.definition.TlsMode;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.testing.Eventually;
import io.changeover.transport.testing.TcpProxy;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Between capture and the source: links that break in mid-transaction, bytes that change, another reader with our number. */
@WithServers
@Timeout(240)
class DamagedLinkIT {

    private final TestingServers servers;
    private final TestingMySql mysql;
    private TcpProxy proxy;
    private String schema = "";

    DamagedLinkIT(TestingServers servers) {
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

    private CapturedSource source() {
        ServerAccess access = new ServerAccess(
                proxy.host(), proxy.port(), mysql.user(), Secret.of(mysql.password()), TlsMode.DISABLED, null);
        return new CapturedSource(servers.kafka(), access, servers.freshName(), schema, StartMode.now(), "t");
    }

    /** Each time the transaction begins anew at the server, and goes on where its published rows end. */
    @Test
    void linkCutInMidTransaction_losesNothingAndRepeatsNothing() throws Exception {
        int rows = 30_000;
        try (CapturedSource source = source()) {
            source.start();
            source.awaitRunning();
            proxy.cutAfter(150_000, 900_000);
            mysql.execute(
                    "SET SESSION cte_max_recursion_depth = 1000000",
                    "INSERT INTO " + schema + ".t WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n"
                            + " WHERE i < " + rows + ") SELECT i, REPEAT(MD5(i), 3) FROM n");
            source.awaitEvents("t", rows);
            mysql.execute("INSERT INTO " + schema + ".t VALUES (0, 'last')");
            source.awaitEvents("t", rows + 1);
            assertThat(proxy.cutsLeft()).isZero();

            List<ChangeEvent> events = source.events("t");
            Set<String> versions = new HashSet<>();
            events.forEach(event -> versions.add(event.version().toString()));
            assertThat(events).hasSize(rows + 1);
            assertThat(versions).hasSize(rows + 1);
            assertThat(source.applied("t")).hasSize(rows + 1);
        }
    }

    /** The library strips checksums unread: a changed byte would be a changed value, and nobody would know. */
    @Test
    void changedByte_stopsBeforeItsTransaction() throws Exception {
        try (CapturedSource source = source()) {
            source.start();
            source.awaitRunning();
            mysql.execute("INSERT INTO " + schema + ".t VALUES (1, 'good')");
            source.awaitEvents("t", 1);
            proxy.change(bytes("the original"), bytes("an imitation"));
            mysql.execute(
                    "INSERT INTO " + schema + ".t VALUES (2, 'the original')",
                    "INSERT INTO " + schema + ".t VALUES (3, 'after it')");
            Problem problem = source.awaitStop();
            assertThat(problem.code()).isEqualTo(ExitCode.UNSAFE_EVENT);
            assertThat(problem.place()).contains("GTID", "binlog.");
            assertThat(problem.cause()).contains("checksum");
            assertThat(problem.remedy())
                    .contains("mysqlbinlog --verify-binlog-checksum")
                    .contains("--start-position");
            assertThat(source.texts("t")).containsExactly("INSERT [1, good]");
        }
    }

    /** There is nothing to hold the bytes against; all else is as ever. */
    @Test
    void withoutChecksums_captureGoesOn() throws Exception {
        try (CapturedSource source = source()) {
            source.start();
            source.awaitRunning();
            mysql.execute("INSERT INTO " + schema + ".t VALUES (1, 'with')", "SET GLOBAL binlog_checksum = NONE");
            try {
                mysql.execute("INSERT INTO " + schema + ".t VALUES (2, 'without')");
                source.awaitEvents("t", 2);
                source.restart();
                source.awaitRunning();
                mysql.execute("INSERT INTO " + schema + ".t VALUES (3, 'without')");
                source.awaitEvents("t", 3);
            } finally {
                mysql.execute("SET GLOBAL binlog_checksum = CRC32");
            }
            mysql.execute("INSERT INTO " + schema + ".t VALUES (4, 'with')");
            source.awaitEvents("t", 4);
            assertThat(source.texts("t")).hasSize(4);
        }
    }

    /** A server sends its binlog to one reader of a number only. The next run takes another one, so they do not take turns. */
    @Test
    void otherReaderWithTheSameServerId_isNamed_andBothGoOn() throws Exception {
        try (CapturedSource source = source()) {
            source.start();
            source.awaitRunning();
            long id = serverId();
            BinaryLogClient other = new BinaryLogClient(mysql.host(), mysql.port(), mysql.user(), mysql.password());
            other.setServerId(id);
            other.setKeepAlive(false);
            other.connect(TimeUnit.SECONDS.toMillis(30));
            try {
                Eventually.eventually(
                        CapturedSource.SOON,
                        () -> "named: " + source.capture().status(),
                        () -> source.capture().status().problems().stream()
                                .anyMatch(problem -> problem.code() == ExitCode.UNREACHABLE
                                        && problem.cause().contains("the same server_id, " + id)));
                source.awaitRunning();
                mysql.execute("INSERT INTO " + schema + ".t VALUES (1, 'goes on')");
                source.awaitEvents("t", 1);
                assertThat(serverId()).isNotEqualTo(id);
                assertThat(other.isConnected()).as("the other one").isTrue();
            } finally {
                other.disconnect();
            }
        }
    }

    /** As capture asks for the binlog: COM_BINLOG_DUMP_GTID, flags, server id. */
    private long serverId() throws Exception {
        Eventually.eventually(CapturedSource.SOON, "binlog asked for", () -> dump().isPresent());
        return dump().getAsLong();
    }

    private OptionalLong dump() {
        for (byte[] sent : proxy.sent()) {
            for (int at = 4; at + 7 < sent.length; at++) {
                boolean first = sent[at - 1] == 0 && sent[at - 2] == 0; // a packet of its own
                if (first && sent[at] == 0x1e && sent[at + 2] == 0) {
                    int id = ByteBuffer.wrap(sent, at + 3, 4)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getInt();
                    return OptionalLong.of(Integer.toUnsignedLong(id));
                }
            }
        }
        return OptionalLong.empty();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
