package io.changeover.deploy.misuse;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.changeover.deploy.Main;
import io.changeover.transport.testing.ChildJvm;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A migration of one old table to new ones on two servers, of which the second keeps versions in a table of ours. Confined to
 * one thread.
 */
final class SpreadShop implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private static final String YAML = """
            pipeline: %1$s
            kafka: { bootstrap.servers: "%2$s" }
            topics: { partitions: 2, replication: 1 }
            sources: { legacy: { host: 127.0.0.1, port: %4$d, user: %1$s, password: "${file:%5$s}", tls: disabled } }
            targets:
              shop1: { host: 127.0.0.1, port: %3$d, user: %1$s, password: "${file:%5$s}", tls: disabled }
              shop2:
                host: 127.0.0.1
                port: %4$d
                user: %1$s
                password: "${file:%5$s}"
                tls: disabled
                versionStore: table
            tables:
            """;

    private final TestingMySql first;
    private final TestingMySql second;
    private final Path folder;
    private final Path config;
    private final String name;
    private final String oldSchema;
    private final String newSchema;

    /** @param tables the entries, with OLD and NEW for the schemas */
    SpreadShop(TestingServers servers, Path folder, String tables) throws IOException {
        this.folder = folder;
        first = servers.target();
        second = servers.source();
        name = servers.freshName();
        oldSchema = second.freshSchema();
        newSchema = first.freshSchema();
        second.execute(
                "CREATE DATABASE " + newSchema,
                "CREATE TABLE " + oldSchema
                        + ".t_order (id INT PRIMARY KEY, user_id INT, code VARCHAR(10), note VARCHAR(20))");
        for (TestingMySql server : List.of(first, second)) {
            server.execute(
                    "CREATE USER " + account() + " IDENTIFIED BY '" + Said.PASSWORD + "'",
                    "GRANT ALL ON *.* TO " + account());
        }
        Path secret = Files.writeString(folder.resolve("secret"), Said.PASSWORD + "\n");
        config = Files.writeString(
                folder.resolve(name + ".yaml"),
                YAML.formatted(name, servers.kafka().bootstrapServers(), first.port(), second.port(), secret)
                        + tables.replace("OLD", oldSchema).replace("NEW", newSchema));
    }

    private String account() {
        return "'" + name + "'@'%'";
    }

    String newTable(String target, String table) {
        return target + "." + newSchema + "." + table;
    }

    /** The old table, as commands name it. */
    String table() {
        return "legacy." + oldSchema + ".t_order";
    }

    String topic() {
        return name + "." + table();
    }

    /** Under which a server notes what concerns the way into the new table. */
    String feed(String newTable) {
        return topic() + ">" + newSchema + "." + newTable;
    }

    void edit(String from, String to) throws IOException {
        String text = Files.readString(config);
        assertThat(text).contains(from);
        Files.writeString(config, text.replace(from, to));
    }

    /** Runs statements about the old table, there named {@code t_order}. */
    void old(String... statements) {
        for (String statement : statements) {
            second.execute(statement.replace("t_order", oldSchema + ".t_order"));
        }
    }

    /** Runs statements about a server's new tables, there in the schema {@code NEW}. */
    void at(String target, String... statements) {
        for (String statement : statements) {
            server(target).execute(statement.replace("NEW", newSchema));
        }
    }

    String value(String target, String query) {
        return server(target).value(query.replace("NEW", newSchema));
    }

    List<List<String>> rows(String target, String query) {
        return server(target).rows(query.replace("NEW", newSchema)).stream()
                .map(row -> row.stream().map(String::valueOf).toList())
                .toList();
    }

    private TestingMySql server(String target) {
        return target.equals("shop1") ? first : second;
    }

    Said command(String... arguments) {
        List<String> line = new ArrayList<>(List.of(arguments));
        line.addAll(List.of("-c", config.toString(), "--timeout", "90s"));
        return Said.of(line.toArray(String[]::new));
    }

    /** What a command that ends well says, as programs read it. */
    JsonNode json(String... arguments) {
        List<String> line = new ArrayList<>(List.of(arguments));
        line.addAll(List.of("-o", "json"));
        Said said = command(line.toArray(String[]::new));
        assertThat(said.code()).as(said.text()).isZero();
        try {
            return JSON.readTree(said.out());
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + said.text(), e);
        }
    }

    /** What waits: {@code label target key kind} of each row. */
    List<String> waiting(String... more) {
        List<String> line = new ArrayList<>(List.of("parked", "list"));
        line.addAll(List.of(more));
        List<String> waiting = new ArrayList<>();
        json(line.toArray(String[]::new))
                .path("rows")
                .forEach(row -> waiting.add(String.join(
                        " ",
                        row.path("table").asText(),
                        row.path("target").asText(),
                        row.path("key").asText(),
                        row.path("kind").asText())));
        return waiting;
    }

    void awaitWaiting(String... rows) throws Exception {
        eventually(
                LIMIT,
                () -> List.of(rows) + "\n" + waiting() + "\n"
                        + command("status").text(),
                () -> {
                    List<String> waiting = waiting();
                    return waiting.size() == rows.length && waiting.containsAll(List.of(rows));
                });
    }

    void awaitCaughtUp() {
        Said wait = command("wait", "--for", "caught-up");
        assertThat(wait.code()).as(wait.text()).isZero();
    }

    /** Each place, and what the row's newest message has come to there. The old server is a new one, too, so capture has work. */
    List<String> verdict(String label, int id) {
        List<String> verdict = new ArrayList<>();
        json("explain-row", "--table", label, "--key", "{\"id\":" + id + "}")
                .path("verdict")
                .forEach(line -> verdict.add(line.asText().replace("." + newSchema, "")));
        verdict.removeIf(line -> line.startsWith("capture is "));
        return verdict;
    }

    /** The table's line of `status`. */
    JsonNode status(String label) {
        for (JsonNode table : json("status").path("tables")) {
            if (table.path("table").asText().equals(label)) {
                return table;
            }
        }
        throw new AssertionError(
                "no table " + label + " in " + command("status").text());
    }

    void prepare() {
        Said prepare = command("prepare", "--execute");
        assertThat(prepare.code()).as(prepare.text()).isZero();
    }

    ChildJvm run() throws Exception {
        return ChildJvm.of(Main.class, Files.createTempDirectory(folder, "run").resolve("log"))
                .arguments("run", "-c", config.toString())
                .options("-Dchangeover.logs=" + folder)
                .start();
    }

    @Override
    public void close() {
        for (TestingMySql server : List.of(first, second)) {
            server.execute(
                    "DROP USER IF EXISTS " + account(),
                    "DROP DATABASE IF EXISTS " + newSchema,
                    "DROP DATABASE IF EXISTS " + oldSchema,
                    "DROP DATABASE IF EXISTS changeover");
        }
    }
}
