package io.changeover.deploy.misuse;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.testing.ChildJvm;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A source that cannot go on: its process ends with the reason, which is known on any machine, as is the way out. */
@WithServers
@Timeout(300)
class SourceStopIT {

    private final TestingServers servers;

    SourceStopIT(TestingServers servers) {
        this.servers = servers;
    }

    @Test
    void changeByStatement_endsTheRun_andIsAcknowledged(@TempDir Path folder) throws Exception {
        try (FitShop shop = new FitShop(servers, folder)) {
            try (ChildJvm worker = shop.run(folder)) {
                shop.awaitRows("`order`", 2);
                changeByStatement(shop);
                assertThat(worker.exitCode(Duration.ofSeconds(90)))
                        .as(worker.log())
                        .isEqualTo(15);
                assertThat(worker.log())
                        .contains("rows were changed by a statement", "changeover acknowledge")
                        .doesNotContain("\tat ", Said.PASSWORD);
            }
            requireTold(shop);

            Said dry = shop.command("acknowledge");
            assertThat(dry.code()).as(dry.text()).isZero();
            assertThat(dry.text())
                    .contains("legacy: dry run", "had stopped: [15] ", "begins anew in timeline 2")
                    .contains("legacy." + shop.oldTable("t_order"), "nothing was changed");
            Said other = shop.command("acknowledge", "--source", "legac");
            assertThat(other.code()).as(other.text()).isEqualTo(2);
            assertThat(other.text()).contains("no source is named legac");
            Said done = shop.command("acknowledge", "--source", "legacy", "--execute");
            assertThat(done.code()).as(done.text()).isZero();
            assertThat(shop.command("status").out())
                    .contains("begins anew", "Next: start the capture of what begins anew");
            Said early = shop.command("wait", "--for", "caught-up");
            assertThat(early.code()).as(early.text()).isEqualTo(21);
            assertThat(early.text()).contains("source legacy: begins anew with the next start of its capture");

            try (ChildJvm worker = shop.run(folder)) {
                eventually(
                        Duration.ofSeconds(90),
                        () -> "caught up: " + shop.command("status").text() + worker.log(),
                        () -> shop.command("wait", "--for", "caught-up").code() == 0);
                assertThat(shop.target().value("SELECT cents FROM " + shop.newTable("`order`") + " WHERE order_id = 2"))
                        .isEqualTo("777");
                assertThat(shop.command("status").out()).doesNotContain("! legacy");
            }
            Said again = shop.command("acknowledge", "--execute");
            assertThat(again.code()).as(again.text()).isEqualTo(2);
            assertThat(again.text()).contains("capture has not stopped the source");
        }
    }

    private static void changeByStatement(FitShop shop) throws Exception {
        String[] table = shop.oldTable("t_order").split("\\.");
        try (Connection connection = shop.source().connect(table[0]);
                Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION binlog_format = 'STATEMENT'");
            statement.execute("UPDATE t_order SET amount = 7.77 WHERE id = 2");
        }
    }

    private static void requireTold(FitShop shop) {
        Said status = shop.command("status");
        assertThat(status.out())
                .contains("! legacy has stopped: [15] ", "rows were changed by a statement")
                .contains("Next: mend what stopped the source");
        Said waited = shop.command("wait", "--for", "caught-up");
        assertThat(waited.code()).as(waited.text()).isEqualTo(21);
        assertThat(waited.text()).contains("source legacy: captured no more, [15]");
    }
}
