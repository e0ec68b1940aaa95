package io.changeover.deploy.misuse;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.testing.ChildJvm;
import io.changeover.transport.testing.TcpProxy;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
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
                        .contains("\"capture legacy\"", "\"streaming\"", "\"apply " + shop.name() + "\"");

                road.refuse(true);
                requireNotReady(http, process, "\"apply " + shop.name() + "\"", "\"code\" : 13");
                assertThat(http.get("/livez").statusCode()).isEqualTo(200);
                road.refuse(false);
                requireReady(http, process);

                shop.target().execute("ALTER TABLE " + shop.newTable("note") + " DROP COLUMN note");
                shop.source().execute("INSERT INTO " + shop.oldTable("t_note") + " VALUES ('b', 'third')");
                requireNotReady(http, process, "\"remedy\"", shop.newTable("note"));
                assertThat(http.get("/livez").statusCode()).isEqualTo(200);
                shop.target().execute("ALTER TABLE " + shop.newTable("note") + " ADD COLUMN note TEXT");
                requireReady(http, process);
                process.terminate();
                assertThat(process.exitCode(LIMIT)).isEqualTo(143);
            }
        }
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
