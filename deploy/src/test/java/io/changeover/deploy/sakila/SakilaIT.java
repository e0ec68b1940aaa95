package io.changeover.deploy.sakila;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.changeover.apply.Apply;
import io.changeover.capture.Capture;
import io.changeover.capture.CaptureSettings;
import io.changeover.deploy.command.ChangeoverCommand;
import io.changeover.deploy.command.Pipelines;
import io.changeover.deploy.run.Preparation;
import io.changeover.deploy.run.WorkerGroup;
import io.changeover.deploy.samples.Samples;
import io.changeover.embedded.EmbeddedMySql;
import io.changeover.embedded.MySqlDistribution;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.testing.Eventually;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A database that was not made for us moves whole, by one wildcard, while every table of it changes. The judge is SQL that
 * each server runs over its own columns: nothing of the product takes part (DrainMeansEqual).
 */
@WithServers
@Timeout(300)
class SakilaIT {

    /** Rounds of the writer after the last old row was read: each has changed everything once. */
    private static final int ROUNDS_AFTER_BACKFILL = 4;

    /**
     * An old server.
     *
     * @param newCharset character set of the new tables: the old one's, or a wider one
     * @param messages what the pipeline says of the messages: they may look otherwise, and the rows are the same
     */
    private record Old(String version, MySqlDistribution distribution, String newCharset, String messages) {

        String schema() {
            return "from_" + version;
        }

        @Override
        public String toString() {
            return version;
        }
    }

    static Stream<Old> olds() {
        return Stream.of(
                new Old("5_7", MySqlDistribution.MYSQL_5_7, "utf8mb4", ""),
                new Old("8_0", MySqlDistribution.MYSQL_8_0, "utf8", ", enum: label, binary: base64, tombstones: true"));
    }

    private final TestingServers servers;

    @TempDir
    private Path folder;

    SakilaIT(TestingServers servers) {
        this.servers = servers;
    }

    /** What a command said. */
    private record Said(int code, String out, String err) {}

    private Said changeover(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> line = new ArrayList<>(List.of(arguments));
        line.addAll(List.of("-c", file().toString()));
        int code = ChangeoverCommand.line(new PrintWriter(out), new PrintWriter(err))
                .execute(line.toArray(String[]::new));
        return new Said(code, out.toString(), err.toString());
    }

    private Path file() {
        return folder.resolve("pipeline.yaml");
    }

    private void write(EmbeddedMySql source, EmbeddedMySql target, Old old, String more) throws IOException {
        Files.writeString(file(), """
                pipeline: %1$s
                kafka: { bootstrap.servers: "%2$s" }
                topics: { partitions: 2, replication: 1%6$s }
                sources:
                  legacy: { host: 127.0.0.1, port: %3$d, user: capture, password: "secret", tls: disabled }
                targets:
                  movies: { host: 127.0.0.1, port: %4$d, user: apply_%1$s, password: "secret", tls: disabled }
                tables:
                  - source: legacy.sakila.*
                    target: movies.%1$s.*
                    %5$s
                """.formatted(
                old.schema(), servers.kafka().bootstrapServers(), source.port(), target.port(), more, old.messages));
    }

    @ParameterizedTest
    @MethodSource("olds")
    void sakilaMoves_whileEverythingInItChanges(Old old) throws Exception {
        EmbeddedMySql target = servers.target().server();
        try (EmbeddedMySql source =
                EmbeddedMySql.builder().distribution(old.distribution).start()) {
            SakilaDatabase.load(source);
            SakilaDatabase.createTables(target, old.schema(), old.newCharset);
            write(source, target, old, "");
            try (SakilaWriter writer = new SakilaWriter(source, old.version.hashCode())) {
                writer.start();
                checkUntilReady(source, target, old);
                assertThat(move(writer)).satisfies(SakilaIT::everythingWasChanged);
            }
            assertEqual(source, target, old.schema());
            assertThat(orphans(target, old.schema())).isEmpty();
            if (!old.messages.isEmpty()) {
                messagesAreAsAsked(old.schema() + ".legacy.sakila.");
                consumerHasTheTable(source, old.schema());
            }
        }
    }

    private void messagesAreAsAsked(String topics) {
        List<ConsumerRecord<String, String>> films = servers.kafka().readAll(topics + "film");
        assertThat(films)
                .anySatisfy(film -> assertThat(film.value())
                        .contains("\"special_features\":\"Trailers,Behind the Scenes\"", "\"enum\":\"label\""));
        assertThat(servers.kafka().readAll(topics + "address"))
                .anySatisfy(address -> assertThat(address.value()).contains("\"binary\":\"base64\""));
        // a null value stands right behind each delete, in its partition and with its key, and nowhere else
        Map<Integer, ConsumerRecord<String, String>> last = new HashMap<>();
        int tombstones = 0;
        for (ConsumerRecord<String, String> film : films) {
            ConsumerRecord<String, String> before = last.put(film.partition(), film);
            String deleted = before == null || !isDelete(before) ? null : before.key();
            assertThat(film.value() == null ? film.key() : null).isEqualTo(deleted);
            tombstones += film.value() == null ? 1 : 0;
        }
        assertThat(tombstones).isPositive();
    }

    /** The sample for consumers, which knows nothing of us, has the rows of the old table: labels as SQL shows them. */
    private void consumerHasTheTable(EmbeddedMySql source, String pipeline) throws Exception {
        List<List<@Nullable String>> read = new ArrayList<>();
        for (String line : Samples.read(
                folder,
                servers.kafka().bootstrapServers(),
                pipeline + ".legacy.sakila.film",
                pipeline + ".legacy.ddl")) {
            JsonNode film = new ObjectMapper().readTree(line);
            read.add(Stream.of("film_id", "title", "rental_rate", "rating", "special_features")
                    .map(column -> film.path(column).textValue())
                    .collect(Collectors.toList()));
        }
        assertThat(read)
                .containsExactlyInAnyOrderElementsOf(
                        source.rows("SELECT film_id, title, rental_rate, rating, special_features FROM sakila.film"));
    }

    private static boolean isDelete(ConsumerRecord<String, String> message) {
        return message.value() != null && message.value().contains("\"type\":\"DELETE\"");
    }

    /** What `check` says is true, and what it recommends helps: first the grants, then the one foreign key. */
    private void checkUntilReady(EmbeddedMySql source, EmbeddedMySql target, Old old) throws IOException {
        source.execute("CREATE USER capture@'%' IDENTIFIED BY 'secret'", "GRANT SELECT ON sakila.* TO capture@'%'");
        target.execute("CREATE USER apply_" + old.schema() + "@'%' IDENTIFIED BY 'secret'");
        assertThat(changeover("check").code()).isEqualTo(12);
        for (String line : changeover("grants").out().lines().toList()) {
            Matcher grant =
                    Pattern.compile("(legacy|movies) +missing +(GRANT .*?;).*").matcher(line);
            if (grant.matches()) {
                (grant.group(1).equals("legacy") ? source : target).execute(grant.group(2));
            }
        }

        Said refused = changeover("check");
        assertThat(refused.code()).as(refused.toString()).isEqualTo(11);
        assertThat(refused.out())
                .contains("table sakila.payment: foreign key fk_payment_rental has ON DELETE SET NULL")
                .contains("say `cascades: [fk_payment_rental]`")
                .endsWith("\n1 problem\n");

        write(source, target, old, """
                cascades: [fk_payment_rental]
                  - source: legacy.sakila.film_actor
                    target: movies.%s.film_actor
                    key: { actor_id: actor_id, film_id: "1" }
                """.formatted(old.schema()));
        Said merging = changeover("check");
        assertThat(merging.code()).isEqualTo(11);
        assertThat(merging.out()).contains("the old key column film_id is in no new key column");

        write(source, target, old, "cascades: [fk_payment_rental]");
        Said ready = changeover("check");
        assertThat(ready.err()).isEmpty();
        assertThat(ready.code()).isZero();
        assertThat(ready.out())
                .contains("mind  table sakila.country: an UPDATE of country_id will stop the capture")
                .contains("sakila.city (fk_city_country)")
                .doesNotContain("customer_list")
                .endsWith("\nready\n");
    }

    private Map<String, Integer> move(SakilaWriter writer) throws Exception {
        PipelineDefinition pipeline = Pipelines.read(file(), Map.of(), hints -> {});
        assertThat(pipeline.tables()).as("views are no tables").hasSize(SakilaDatabase.TABLE_NAMES.size());
        new Preparation(pipeline, Duration.ofSeconds(30)).execute();
        try (WorkerGroup workers =
                new WorkerGroup(List.of(new Capture(CaptureSettings.of(pipeline, "legacy")), new Apply(pipeline)))) {
            workers.start();
            awaitCaughtUp();
            int then = writer.rounds();
            Eventually.eventually(
                    Duration.ofMinutes(1), "rounds", () -> writer.rounds() >= then + ROUNDS_AFTER_BACKFILL);
            Map<String, Integer> changed = writer.stop();
            awaitCaughtUp();
            return changed;
        }
    }

    private void awaitCaughtUp() {
        Said wait = changeover("wait", "--for", "caught-up", "--timeout", "120s");
        assertThat(wait.code()).as(wait + changeover("status").out()).isZero();
    }

    private static void everythingWasChanged(Map<String, Integer> rowsByWay) {
        List<String> ways = new ArrayList<>();
        for (String table : SakilaDatabase.TABLE_NAMES) {
            ways.addAll(List.of("DELETE " + table, "INSERT " + table, "UPDATE " + table));
        }
        assertThat(rowsByWay).containsKeys(ways.toArray(String[]::new));
        assertThat(rowsByWay.values()).allMatch(rows -> rows > 0);
    }

    private static void assertEqual(EmbeddedMySql source, EmbeddedMySql target, String schema) throws SQLException {
        List<String> differences = new ArrayList<>();
        int rows = 0;
        for (String table : SakilaDatabase.TABLE_NAMES) {
            TableDump before = TableDump.of(source, SakilaDatabase.SCHEMA, table);
            TableDump after = TableDump.of(target, schema, table);
            before.differences(after).forEach(difference -> differences.add(table + ": " + difference));
            rows += before.rows().size();
        }
        assertThat(differences).isEmpty();
        assertThat(rows).isGreaterThan(47_000);
    }

    /** Rows whose foreign key finds nothing: apply writes without these checks, and must end with all of them kept. */
    private static List<String> orphans(EmbeddedMySql target, String schema) {
        List<String> orphans = new ArrayList<>();
        List<List<@Nullable String>> keys = target.rows("SELECT constraint_name, table_name, column_name,"
                + " referenced_table_name, referenced_column_name FROM information_schema.key_column_usage WHERE"
                + " table_schema = '" + schema + "' AND referenced_table_name IS NOT NULL");
        assertThat(keys).hasSize(22);
        for (List<@Nullable String> key : keys) {
            String child = schema + ".`" + key.get(1) + "` c";
            String parent = schema + ".`" + key.get(3) + "` p";
            String count = target.value(
                    "SELECT COUNT(*) FROM " + child + " LEFT JOIN " + parent + " ON c." + key.get(2) + " = p."
                            + key.get(4) + " WHERE c." + key.get(2) + " IS NOT NULL AND p." + key.get(4) + " IS NULL");
            if (!count.equals("0")) {
                orphans.add(key + ": " + count);
            }
        }
        return orphans;
    }
}
