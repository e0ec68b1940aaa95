package io.changeover.deploy.misuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that refuse or do not answer, topics of another shape; and several problems at once. */
@WithServers
@Timeout(120)
class UnfitSurroundingsIT {

    private static final int NOBODY = 1; // a port on which nobody listens

    private final TestingServers servers;
    private FitShop shop;
    private Path folder;

    UnfitSurroundingsIT(TestingServers servers) {
        this.servers = servers;
    }

    @BeforeEach
    void open(@TempDir Path temporary) throws IOException {
        folder = temporary;
        shop = new FitShop(servers, temporary);
    }

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    void wrongPasswordOfTheSource_isOneProblem() throws IOException {
        wrongPassword("legacy");
        shop.requireProblem(12, "127.0.0.1:" + servers.source().port(), "Access denied", "password");
    }

    @Test
    void wrongPasswordOfTheTarget_isOneProblem() throws IOException {
        wrongPassword("shop");
        shop.requireProblem(12, "127.0.0.1:" + servers.target().port(), "Access denied", "password");
    }

    /** Gives one server another password than the other. */
    private void wrongPassword(String server) throws IOException {
        Path wrong = Files.writeString(folder.resolve("wrong"), Said.PASSWORD + "-mistyped");
        String text = Files.readString(shop.config());
        String line = text.lines()
                .filter(l -> l.contains("{ " + server + ": "))
                .findFirst()
                .orElseThrow();
        shop.edit(line, line.replace(folder.resolve("secret").toString(), wrong.toString()));
    }

    @Test
    void sourceThatDoesNotAnswer_isOneProblem_andOneShotCommandsEnd() throws IOException {
        shop.edit("port: " + servers.source().port(), "port: " + NOBODY);

        shop.requireProblem(13, "127.0.0.1:" + NOBODY, "Connection refused", "check that the server runs");
        for (String command : List.of("prepare", "status", "plan")) {
            Said said = shop.command(command);
            assertThat(said.code()).as(command + "\n" + said.text()).isIn(0, 13);
        }
    }

    @Test
    void unknownHost_isOneProblem() throws IOException {
        shop.edit("127.0.0.1, port: " + servers.target().port(), "no-such-host.invalid, port: 3306");

        shop.requireProblem(13, "no-such-host.invalid:3306", "host", "check that the server runs");
    }

    @Test
    void noKafka_isOneProblem() throws IOException {
        shop.edit(servers.kafka().bootstrapServers(), "127.0.0.1:" + NOBODY);

        shop.requireProblem(13, "bootstrap.servers 127.0.0.1:" + NOBODY, "check that the brokers run");
        for (String command : List.of("prepare", "status", "plan")) {
            Said said = shop.command(command);
            assertThat(said.code()).as(command + "\n" + said.text()).isEqualTo(13);
            assertThat(said.problems()).as(said.text()).isNotEmpty();
        }
    }

    @Test
    void topicOfAnotherShape_isNamed() {
        String topic = shop.name() + ".legacy." + shop.oldTable("t_order");
        servers.kafka().createTopic(topic, 5);

        shop.requireProblem(19, "topic " + topic, "has 5 partitions, asked are 2", "topics.partitions");
        Said prepare = shop.command("prepare", "--execute");
        assertThat(prepare.code()).isEqualTo(19);
        assertThat(prepare.problems()).hasSize(1);
    }

    @Test
    void severalProblems_areAllPrinted_andTheFirstInRankDecides() throws IOException {
        wrongPassword("legacy");
        servers.target().execute("REVOKE UPDATE ON " + shop.newTable("note") + " FROM " + shop.account());
        servers.target().execute("ALTER TABLE " + shop.newTable("`order`") + " DROP COLUMN cents");
        shop.edit(servers.kafka().bootstrapServers(), "127.0.0.1:" + NOBODY);

        Said check = shop.command("check");

        assertThat(check.problems())
                .as(check.text())
                .extracting(Said.Line::code)
                .containsExactlyInAnyOrder(10, 12, 12, 13);
        assertThat(check.code()).isEqualTo(10);
        assertThat(check.out()).endsWith("4 problems\n");
    }
}
