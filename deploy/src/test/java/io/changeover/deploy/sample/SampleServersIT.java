package io.changeover.deploy.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.deploy.command.ChangeoverCommand;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A setup that goes on after another one. What it does on empty servers, the test of {@code docker-compose.yml} shows. */
@WithServers
@Timeout(120)
class SampleServersIT {

    private static final String DEFINITION = """
            pipeline: shop
            kafka: { bootstrap.servers: "127.0.0.1:9" }
            sources:
              legacy: { host: 127.0.0.1, port: %d, user: capture, password: "${file:%s}", tls: disabled, start: snapshot }
            targets:
              shop: { host: 127.0.0.1, port: %d, user: apply, password: "${file:%s}", tls: disabled }
            tables:
              - source: legacy.trade.t_user
                target: shop.shop.customer
            """;

    private final TestingMySql primary;
    private final TestingMySql next;

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    SampleServersIT(TestingServers servers) {
        this.primary = servers.source();
        this.next = servers.target();
    }

    @AfterEach
    void clean() {
        primary.execute("DROP DATABASE IF EXISTS trade", "DROP USER IF EXISTS 'replication'@'%'");
    }

    @Test
    void schemaThatAnotherSetupHasLeftHalfDone_isNotTouched_andThatIsSaid() throws IOException {
        primary.execute("CREATE DATABASE trade", "CREATE TABLE trade.t_user (id INT PRIMARY KEY)");
        StringWriter said = new StringWriter();

        assertThat(setup(said)).isEqualTo(11);

        assertThat(said.toString())
                .contains("the schema `trade` is there, and not all of the sample: a setup was cut off")
                .contains("docker compose down --volumes");
        assertThat(primary.rows("SHOW TABLES FROM trade")).hasSize(1);
        assertThat(primary.value("SELECT COUNT(*) FROM mysql.user WHERE user = 'replication'"))
                .isEqualTo("0");
    }

    private int setup(StringWriter said) throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), primary.password() + "\n");
        Path definition = Files.writeString(
                folder.resolve("shop.yaml"), DEFINITION.formatted(next.port(), secret, next.port(), secret));
        return ChangeoverCommand.line(new PrintWriter(said), new PrintWriter(said))
                .execute(
                        "sample",
                        "setup",
                        "-c",
                        definition.toString(),
                        "--primary",
                        primary.host(),
                        "--port",
                        Integer.toString(primary.port()),
                        "--password",
                        secret.toString(),
                        "--root-password",
                        secret.toString());
    }
}
