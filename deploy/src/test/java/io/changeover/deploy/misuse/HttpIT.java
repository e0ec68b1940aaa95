package io.changeover.deploy.misuse;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.deploy.metrics.Exposition;
import io.changeover.transport.testing.ChildJvm;
import io.changeover.transport.testing.TcpProxy;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a process tells over HTTP when things go wrong, and when they are right again. */
@WithServers
@Timeout(300)
class HttpIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final TestingServers servers;

    HttpIT(TestingServers servers) {
        this.servers = servers;
    }

    @Test
    void readiness_goesAndComes_andLifeStays(@TempDir Path folder) throws Exception {
        try (FitShop shop = new FitShop(servers, folder);
                TcpProxy road = new TcpProxy("127.0.0.1", servers.target().port())) {
            shop.edit(
                    "targets: { shop: { host: 127.0.0.1, port: "
                            + servers.target().port(),
                    "targets: { shop: { host: " + road.host() + ", port: " + road.port());
            road.refuse(true);
            try (ChildJvm process = shop.run(folder, "--http", "0")) {
                Scrape http = Scrape.of(process);
                requireNotReady(http, process, "\"workers\" : [ ]", "\"code\" : 13");
                assertThat(http.get("/livez").statusCode()).isEqualTo(200);

                road.refuse(false);
                requireReady(http, process);
                assertThat(http.get("/status").body())
                        .contains("\"capture legacy\"", "\"streaming\"", "\"backfill ")
                        .contains("\"apply " + shop.name() + "\"", "\"applying\"", "\"written\"");

                road.refuse(true);
                requireNotReady(http, process, "\"apply " + shop.name() + "\"", "\"code\" : 13");
                eventually(
                        LIMIT,
                        "that nobody can see the target",
                        () -> Double.isNaN(http.metrics()
                                .value("changeover_apply_lag_records", "table", "legacy." + shop.oldTable("t_note"))));
                assertThat(http.get("/livez").statusCode()).isEqualTo(200);
                road.refuse(false);
                requireReady(http, process);

                shop.target().execute("ALTER TABLE " + shop.newTable("note") + " DROP COLUMN note");
                shop.source().execute("INSERT INTO " + shop.oldTable("t_note") + " VALUES ('b', 'third')");
                requireNotReady(http, process, "\"remedy\"", shop.newTable("note"));
                requireValue(
                        http,
                        1,
                        "changeover_table_stopped",
                        "by",
                        "apply",
                        "table",
                        "legacy." + shop.oldTable("t_note"));
                assertThat(http.get("/livez").statusCode()).isEqualTo(200);
                shop.target().execute("ALTER TABLE " + shop.newTable("note") + " ADD COLUMN note TEXT");
                requireReady(http, process);
                process.terminate();
                assertThat(process.exitCode(LIMIT)).isEqualTo(143);
            }
        }
    }

    @Test
    void metrics_followWhatIsDone_andOutliveWhoDidIt(@TempDir Path folder) throws Exception {
        try (FitShop shop = new FitShop(servers, folder)) {
            shop.edit("tables:", "reconcile: { every: 1s, patience: 10s }\ntables:");
            String table = "legacy." + shop.oldTable("t_note");
            try (ChildJvm process = shop.run(folder, "--http", "0")) {
                Scrape http = Scrape.of(process);
                shop.awaitRows("note", 2);
                shop.source()
                        .execute(
                                "INSERT INTO " + shop.oldTable("t_note") + " VALUES ('b', 'x'), ('c', 'y'), ('d', 'z')",
                                "UPDATE " + shop.oldTable("t_note") + " SET note = 'new' WHERE code IN ('b', 'c')",
                                "DELETE FROM " + shop.oldTable("t_note") + " WHERE code = 'A'");
                requireValue(http, 3, "changeover_capture_rows_total", "operation", "insert");
                requireValue(http, 2, "changeover_capture_rows_total", "operation", "update");
                requireValue(http, 1, "changeover_capture_rows_total", "operation", "delete");
                requireValue(http, 1, "changeover_apply_rows_total", "table", table, "kind", "deleted");
                requireValue(http, 0, "changeover_apply_lag_records", "table", table);
                requireValue(http, 0, "changeover_capture_missing_transactions", "source", "legacy");
                requireValue(http, 0, "changeover_capture_lag_seconds", "source", "legacy");
                requireValue(http, 1, "changeover_reconcile_verdict", "table", table, "verdict", "equal");
                requireValue(http, 1, "changeover_reconcile_runners");

                Exposition now = http.metrics();
                assertThat(now.value("changeover_apply_rows_total", "table", table, "kind", "written"))
                        .isGreaterThanOrEqualTo(5);
                assertThat(now.value("changeover_apply_batches_total", "table", table))
                        .isPositive();
                assertThat(now.value("changeover_apply_phase", "table", table, "phase", "applying"))
                        .isOne();
                assertThat(now.value("changeover_capture_backfill_rows", "table", table))
                        .isEqualTo(2);
                assertThat(now.value("changeover_capture_backfill_running", "table", table))
                        .isZero();
                assertThat(now.value("changeover_capture_read_bytes_total")).isGreaterThan(20);
                assertThat(now.value("changeover_capture_transactions_total")).isGreaterThanOrEqualTo(3);
                assertThat(now.value("changeover_capture_last_commit_timestamp_seconds"))
                        .isGreaterThan(1.6e9);
                assertThat(now.value("changeover_capture_streaming")).isOne();
                assertThat(now.value("changeover_capture_standby")).isZero();
                assertThat(now.value("changeover_capture_failed_runs_total")).isZero();
                assertThat(now.value("changeover_worker_ready", "worker", "capture legacy"))
                        .isOne();
                assertThat(now.value("debezium_metrics_Connected", "source", "legacy"))
                        .isOne();
                assertThat(now.value("debezium_metrics_TotalNumberOfEventsSeen"))
                        .isPositive();
                assertThat(now.value("debezium_metrics_MilliSecondsBehindSource"))
                        .isNotNegative();
                assertThat(now.value("changeover_reconcile_compared_rows", "table", table, "side", "new"))
                        .isPositive();
                assertThat(now.value("changeover_reconcile_clean_since_timestamp_seconds", "table", table))
                        .isGreaterThan(1.6e9);

                shop.target().execute("DELETE FROM " + shop.newTable("note") + " WHERE code = 'b'");
                requireValue(http, 1, "changeover_reconcile_verdict", "table", table, "verdict", "different");
                requireValue(http, 1, "changeover_reconcile_different_rows", "table", table, "kind", "missing");
                assertThat(http.metrics().value("changeover_reconcile_clean_since_timestamp_seconds", "table", table))
                        .isNaN();
                process.terminate();
                assertThat(process.exitCode(LIMIT)).isEqualTo(143);
            }
            shop.source().execute("DELETE FROM " + shop.oldTable("t_note") + " WHERE code = 'a'");
            try (ChildJvm apply = shop.process(folder, "apply", "--http", "0")) {
                Scrape http = Scrape.of(apply);
                requireValue(http, 1, "changeover_reconcile_verdict", "table", table, "verdict", "different");
                requireValue(http, 0, "changeover_reconcile_runners");
                eventually(
                        LIMIT,
                        "a transaction that nobody captured",
                        () -> http.metrics().value("changeover_capture_missing_transactions") > 0
                                && http.metrics().value("changeover_capture_lag_seconds") > 0);
                assertThat(http.metrics().types()).doesNotContainKey("changeover_capture_streaming");
            }
        }
    }

    private static void requireValue(Scrape http, double value, String name, String... labels) throws Exception {
        eventually(
                LIMIT,
                () -> name + " " + List.of(labels) + " is " + value,
                () -> http.metrics().has(value, name, labels));
    }

    @Test
    void aPortInUse_isSaidSo(@TempDir Path folder) throws Exception {
        try (FitShop shop = new FitShop(servers, folder);
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            for (String command : new String[] {"run", "capture", "apply", "reconcile"}) {
                Said said = Said.of(command, "-c", shop.config().toString(), "--http", port);
                assertThat(said.code()).as(said.text()).isEqualTo(11);
                assertThat(said.problems()).singleElement().satisfies(problem -> {
                    assertThat(problem.place()).isEqualTo("http 127.0.0.1:" + port);
                    assertThat(problem.text()).contains("cannot listen there", "--http [HOST:]PORT");
                });
            }
            shop.edit("tables:", "http: { port: " + port + " }\ntables:");
            assertThat(Said.of("apply", "-c", shop.config().toString()).code()).isEqualTo(11);
        }
    }

    private static void requireReady(Scrape http, ChildJvm process) throws Exception {
        eventually(
                LIMIT, () -> "ready" + process.log(), () -> http.get("/readyz").statusCode() == 200);
    }

    private static void requireNotReady(Scrape http, ChildJvm process, String... words) throws Exception {
        eventually(LIMIT, () -> "not ready" + process.log(), () -> {
            var told = http.get("/readyz");
            return told.statusCode() == 503 && Arrays.stream(words).allMatch(told.body()::contains);
        });
    }
}
