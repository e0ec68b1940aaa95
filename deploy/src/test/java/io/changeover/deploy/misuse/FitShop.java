package io.changeover.deploy.misuse;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A small migration in which nothing is wrong: two tables, accounts with exactly what {@code grants} prints, and a
 * definition. A test breaks one thing of it. Confined to one thread.
 */
final class FitShop implements AutoCloseable {

    /** A statement in a remedy. */
    private static final Pattern STATEMENT =
            Pattern.compile("(?:GRANT|SET PERSIST|SET GLOBAL|ALTER TABLE|DROP TRIGGER|CREATE TABLE)\\b[^;]*;");

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private static final String YAML = """
            pipeline: %s
            kafka: { bootstrap.servers: "%s" }
            topics: { partitions: 2, replication: 1 }
            sources: { legacy: { host: 127.0.0.1, port: %d, user: %s, password: "${file:%s}", tls: disabled } }
            targets: { shop: { host: 127.0.0.1, port: %d, user: %s, password: "${file:%s}", tls: disabled } }
            tables:
              - source: legacy.%s.t_order
                target: shop.%s.order
                key: { order_id: id }
                columns: { buyer: user_id, cents: "ROUND(amount * 100)" }
              - { source: legacy.%s.t_note, target: shop.%s.note }
            """;

    private final TestingMySql source;
    private final TestingMySql target;
    private final Path config;
    private final String name;
    private final String oldSchema;
    private final String newSchema;

    FitShop(TestingServers servers, Path folder) throws IOException {
        this(servers, servers.source(), folder);
    }

    /** @param source the old server, where it is not the shared one */
    FitShop(TestingServers servers, TestingMySql source, Path folder) throws IOException {
        this.source = source;
        target = servers.target();
        name = servers.freshName();
        oldSchema = source.freshSchema();
        newSchema = target.freshSchema();
        source.execute(
                "CREATE TABLE " + oldSchema + ".t_order (id BIGINT PRIMARY KEY, user_id INT, amount DECIMAL(10,2))",
                "CREATE TABLE " + oldSchema + ".t_note (code VARCHAR(20) COLLATE utf8mb4_bin PRIMARY KEY, note TEXT)",
                "INSERT INTO " + oldSchema + ".t_order VALUES (1, 7, 12.34), (2, 8, 0)",
                "INSERT INTO " + oldSchema + ".t_note VALUES ('a', 'first'), ('A', 'second')",
                "CREATE USER " + account() + " IDENTIFIED BY '" + Said.PASSWORD + "'");
        target.execute(
                "CREATE TABLE " + newSchema + ".`order` (order_id BIGINT PRIMARY KEY, buyer INT, cents BIGINT)",
                "CREATE TABLE " + newSchema + ".note (code VARCHAR(20) COLLATE utf8mb4_bin PRIMARY KEY, note TEXT)",
                "CREATE USER IF NOT EXISTS " + account() + " IDENTIFIED BY '" + Said.PASSWORD + "'");
        Path secret = Files.writeString(folder.resolve("secret"), Said.PASSWORD + "\n");
        config = Files.writeString(
                folder.resolve(name + ".yaml"),
                YAML.formatted(
                        name,
                        servers.kafka().bootstrapServers(),
                        source.port(),
                        name,
                        secret,
                        target.port(),
                        name,
                        secret,
                        oldSchema,
                        newSchema,
                        oldSchema,
                        newSchema));
        grantAll();
    }

    /** Runs what `grants` prints; it is what makes the shop fit, so it is tested with every other test. */
    void grantAll() {
        Said grants = command("grants");
        assertThat(grants.code()).isEqualTo(12);
        grants.out().lines().filter(line -> line.contains("GRANT")).forEach(line -> {
            TestingMySql server = line.startsWith("legacy") ? source : target;
            statements(line).forEach(server::execute);
        });
        assertThat(command("grants").code()).isZero();
    }

    String name() {
        return name;
    }

    String account() {
        return "'" + name + "'@'%'";
    }

    String oldTable(String table) {
        return oldSchema + "." + table;
    }

    String newTable(String table) {
        return newSchema + "." + table;
    }

    TestingMySql source() {
        return source;
    }

    TestingMySql target() {
        return target;
    }

    Path config() {
        return config;
    }

    /** Changes the definition. */
    FitShop edit(String from, String to) throws IOException {
        String text = Files.readString(config);
        assertThat(text).contains(from);
        Files.writeString(config, text.replace(from, to));
        return this;
    }

    /** Runs the command on the definition; it does not wait long for what is not there, or as long as it is told. */
    Said command(String... arguments) {
        List<String> line = new ArrayList<>(List.of(arguments));
        line.addAll(List.of("-c", config.toString()));
        if (!line.contains("--timeout")) {
            line.addAll(List.of("--timeout", "2s"));
        }
        return Said.of(line.toArray(String[]::new));
    }

    /** The whole pipeline as a process of its own. */
    ChildJvm run(Path folder, String... options) throws Exception {
        return process(folder, "run", options);
    }

    /** A command on the definition that goes on until it is told to end. */
    ChildJvm process(Path folder, String command, String... options) throws Exception {
        return ChildJvm.of(Main.class, folder.resolve(command + ".log"))
                .arguments(command, "-c", config.toString())
                .arguments(options)
                .options("-Dchangeover.logs=" + folder)
                .start();
    }

    /** Waits until a new table has so many rows. */
    void awaitRows(String table, int rows) throws Exception {
        eventually(
                LIMIT,
                () -> rows + " rows in " + table + "\n" + command("status").text(),
                () -> target.value("SELECT COUNT(*) FROM " + newTable(table)).equals(Integer.toString(rows)));
    }

    /** `check` says that all is well. */
    void requireReady() {
        Said check = command("check");
        assertThat(check.code()).as(check.text()).isZero();
        assertThat(check.out()).endsWith("ready\n").doesNotContain("wrong", "mind");
        assertThat(check.err()).isEmpty();
    }

    /** `check` names one problem, with its place and words of cause and remedy, and exits with its code. */
    Said.Line requireProblem(int code, String place, String... words) {
        Said check = command("check");
        assertThat(check.problems()).as(check.text()).hasSize(1);
        Said.Line problem = check.problems().get(0);
        assertThat(problem.code()).as(check.text()).isEqualTo(code);
        assertThat(problem.place()).as(check.text()).contains(place);
        assertThat(problem.place() + ": " + problem.text()).contains(words);
        assertThat(check.code()).isEqualTo(code);
        return problem;
    }

    /** The SQL that a remedy holds. */
    static List<String> statements(String remedy) {
        return STATEMENT.matcher(remedy).results().map(MatchResult::group).toList();
    }

    /** Does what the remedy says. */
    static void mend(Said.Line problem, TestingMySql server) {
        List<String> statements = statements(problem.text());
        assertThat(statements).as("SQL in %s", problem).isNotEmpty();
        statements.forEach(server::execute);
    }

    @Override
    public void close() {
        source.execute("DROP DATABASE " + oldSchema, "DROP USER " + account());
        target.execute("DROP DATABASE IF EXISTS " + newSchema, "DROP USER IF EXISTS " + account());
        target.execute("DROP DATABASE IF EXISTS changeover");
    }
}
