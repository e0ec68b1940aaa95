package io.changeover.transport.definition.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.Secret;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PipelineReaderTest {

    private static final String GOOD = """
            pipeline: orders
            kafka: { bootstrap.servers: "localhost:9092" }
            topics: { partitions: 4, replication: 1, retention: 7d }
            sources:
              legacy:
                host: 127.0.0.1
                port: 3306
                user: capture
                password: geheim
                start: snapshot
            targets:
              shop: { host: 127.0.0.1, port: 3307, user: apply, password: geheim }
            tables:
              - source: legacy.trade.t_order
                target: shop.orders.order
                key: { order_id: id }
                columns:
                  buyer_id: user_id
                  origin: "'legacy-a'"
                where: "is_test = 0"
                onError: park
              - source: legacy.trade.t_item
                target: shop.orders.item
            reconcile: { every: 15m, repair: true }
            """;

    private final PipelineReader reader = new PipelineReader(Map.of("PW", "very-secret", "PORT", "33o6"));

    @Test
    void goodDefinition_isRead() {
        PipelineDefinition definition = reader.parse("p.yaml", GOOD);
        assertThat(definition.name()).isEqualTo("orders");
        assertThat(definition.tables()).hasSize(2);
    }

    /** What is remembered of keys stands on each server under the new table's name. */
    @Test
    void newTablesOfOneName_thatShareAServer_areTheSamePlaces() {
        String spread = GOOD.replace(
                        "  shop: {",
                        "  shop2: { host: 127.0.0.1, port: 3308, user: apply, password: geheim }\n  shop: {")
                .replace(
                        "onError: park",
                        "shards: { by: id, count: 2, table: 'order_{shard}', targets: [shop, shop2] }");
        reader.parse("p.yaml", spread);
        assertThat(problems(spread.replace("shop.orders.item", "shop2.orders.order"))
                        .problems())
                .extracting(Problem::cause)
                .containsExactly("`shop2.orders.order` has other shards here than in line 15");
    }

    /**
     * What is replaced in the good definition by what, and a problem that it makes. A | stands for a line break, single quotes
     * keep blanks at the ends.
     */
    @ParameterizedTest(name = "{3}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "columns:; colums:; 17; unknown key `colums`; did you mean `columns`?",
                "pipeline: orders; piepline: orders; 1; unknown key `piepline`; did you mean `pipeline`?",
                "retention: 7d; retentoin: 7d; 3; unknown key `retentoin`; did you mean `retention`?",
                "pipeline: orders|; ~~; 1; `pipeline` is missing",
                "'    target: shop.orders.item|'; ~~; 22; `target` is missing",
                "'    user: capture|'; ~~; 5; `user` is missing",
                "bootstrap.servers:; bootstrap.server:; 2; unknown Kafka property `bootstrap.server`; did you mean `bootstrap.servers`?",
                "bootstrap.servers: \"localhost:9092\"; client.id: x; 2; `bootstrap.servers` is missing under `kafka`",
                "\"localhost:9092\"; [a, b]; 2; `kafka.bootstrap.servers`: found a list",
                "\"localhost:9092\"; \"k:9092\", group.id: g; 2; `group.id` is set by Changeover itself",
                "\"localhost:9092\"; \"k:9092\", acsk: all; 2; unknown Kafka property `acsk`; did you mean `acks`?",
                "partitions: 4; partitions: many; 3; `partitions`: found `many`",
                "partitions: 4; partitions: 0; 3; `partitions`: found `0`",
                "partitions: 4; partitions: 99999999999; 3; `partitions`: found",
                "replication: 1; replication: -1; 3; `replication`: found",
                "retention: 7d; retention: 7; 3; `retention`: found `7`",
                "retention: 7d; retention: 0d; 3; `retention`: found",
                "retention: 7d; maxMessage: 16MB; 3; `maxMessage`: found `16MB`",
                "retention: 7d; maxMessage: 2GiB; 3; `maxMessage`: found",
                "port: 3306; port: 70000; 7; `port`: found `70000`",
                "port: 3306; port: ${env:PORT}; 7; `port`: what `${env:PORT}` stands for is not a port, 1 to 65535",
                "port: 3306; port: { a: 1 }; 7; `port`: found a mapping",
                "port: 3306; port:; 7; `port` has no value",
                "host: 127.0.0.1|; host: null|; 6; `host` has no value",
                "start: snapshot; start: yesterday; 10; `start`: found",
                "start: snapshot; start: gtid:5; 10; `start`: not a GTID set",
                "start: snapshot; start: 'gtid:'; 10; `start`: not a GTID set",
                "start: snapshot; start: '3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5'; 10; `start`: found",
                "start: snapshot; start: 'gtid:3e11fa47-71ca-11e1-9e33-c80aa9429562:tag:1'; 10; `start`: not a",
                "start: snapshot; start: 'gtid:3e11fa47-71ca-11e1-9e33-c80aa9429562:9-3'; 10; `start`: not an interval of GTIDs: 9-3",
                "start: snapshot; tls: maybe; 10; `tls`: found `maybe`",
                "start: snapshot; start: snapshot|    start: now; 11; duplicate key `start`",
                "password: geheim|; password: ${env:UNSET}|; 9; `password`: environment variable UNSET is not set",
                "password: geheim|; password: ${file:/no/such/file}|; 9; `password`: file /no/such/file does not exist",
                "password: geheim|; password: ${PW}|; 9; `password`: `${` begins neither a variable nor a file",
                "'  legacy:|'; '  le.gacy:|'; 5; `sources`: found `le.gacy`",
                "pipeline: orders; pipeline: my orders; 1; `pipeline`: found `my orders`",
                "legacy.trade.t_item; legcy.trade.t_item; 22; no source is named `legcy`; did you mean `legacy`?",
                "shop.orders.item; shopp.orders.item; 23; no target is named `shopp`; did you mean `shop`?",
                "shop.orders.item; shop.item; 23; `target`: found `shop.item`",
                "shop.orders.item; shop.orders.*; 23; `*` must end both `source` and `target`, or neither",
                "legacy.trade.t_item; legacy.trade.t_*; 22; `source`: `*` stands for all tables of a schema and for nothing else",
                "legacy.trade.t_item; legacy.mysql.user; 22; `mysql` is not a schema for tables that move",
                "legacy.trade.t_item; legacy.trade.t_order; 22; `legacy.trade.t_order` is mapped twice",
                "legacy.trade.t_item; legacy.trade.t_order|    part: a|    onDdl: stop; 24; `onDdl` of `legacy.trade.t_order/a` is not that of `legacy.trade.t_order`, line",
                "legacy.trade.t_item; legacy.trade.t_order|    part: a|    topic: own; 24; `topic` of `legacy.trade.t_order/a` is not that of",
                "legacy.trade.t_item|    target: shop.orders.item; legacy.trade.t_order|    part: a|    target: shop.orders.order; 22; `legacy.trade.t_order/a` goes to orders.order on 127.0.0.1:3307, as `legacy.trade.t_order` does, line 14",
                "legacy.trade.t_item|    target: shop.orders.item; legacy.trade.t_order|    part: a|    shards: { by: id, count: 2, table: 'o{shard}' }|    target: shop.orders.order; 22; `legacy.trade.t_order/a` goes to orders.order on",
                "legacy.trade.t_item; legacy.trade.t_item|    part: a/b; 23; `part`: found `a/b`",
                "legacy.trade.t_item; legacy.trade.`t!order`|    topic: orders.legacy.trade.t_order; 22; topic orders.legacy.trade.t_order of legacy.trade.t!order is also that of legacy.trade.t_order to Kafka",
                "legacy.trade.t_item; legacy.trade.t_item|    topic: orders.legacy.trade_t.order; 22; topic orders.legacy.trade_t.order of legacy.trade.t_item is also that of legacy.trade.t_order to Kafka",
                "legacy.trade.t_item; legacy.trade.t_item|    topic: orders.legacy_progress; 22; topic orders.legacy_progress of legacy.trade.t_item is also that of source legacy itself to Kafka",
                "legacy.trade.t_item; legacy.trade.t_item|    topic: a/b; 23; `topic`: found",
                "onError: park; onError: Park; 21; `onError`: found `Park`",
                "onError: park; triggers: audit; 21; `triggers`: found a value",
                "onError: park; shards: { by: id, count: 2, table: order }; 21; `table`: found `order`",
                "onError: park; shards: { by: id, count: 1, table: 'o{shard}', targets: [shop, shop] }; 21; more targets (2) than shards (1)",
                "onError: park; shards: { by: id, count: 2, table: 'o{shard}', targets: [shop, sop] }; 21; no target is named `sop`; did you mean `shop`?",
                "order_id: id; order_id: id + 1; 16; `key.order_id` must be an old key column or a constant",
                "buyer_id: user_id; ORDER_ID: user_id; 18; `ORDER_ID` stands under `key` and under `columns`",
                "buyer_id: user_id; Origin: user_id; 19; duplicate column `origin`",
                "buyer_id: user_id; buyer_id: NOW(); 18; `columns.buyer_id`: function NOW depends on when it runs",
                "buyer_id: user_id; buyer_id:; 18; `columns.buyer_id` has no value",
                "is_test = 0; is_test = (SELECT 1); 20; `where`: subqueries are not allowed",
                "is_test = 0; is_test = ; 20; `where`: is not one MySQL expression",
                "columns:|      buyer_id: user_id|      origin: \"'legacy-a'\"|; columns: [a]|; 17; `columns`: found a list",
                "every: 15m; every: often; 24; `every`: found",
                "repair: true; repair: yes; 24; `repair`: found `yes`",
                "topics: { partitions: 4, replication: 1, retention: 7d }; topics:; 3; `topics`: found nothing",
                "'    port: 3306|'; '\tport: 3306|'; 7; not YAML: found character '\\t(TAB)' that cannot start any token",
                "'  shop: {'; 'shop: {'; 12; unknown key `shop`",
                "repair: true }; repair: true; 25; not YAML:",
                "shop.orders.item|; shop.orders.item|---|a: b|; 24; not YAML: but found another document",
                "password: geheim|; password: *geheim|; 9; not YAML: found undefined alias",
            })
    void brokenDefinition_isAProblemAtItsLine(String good, String bad, int line, String cause) {
        String text = GOOD.replace(lines(good), lines(bad));
        assertThat(text).as("the replacement took place").isNotEqualTo(GOOD);
        ChangeoverException broken = problems(text);
        assertThat(broken.problems())
                .anySatisfy(problem -> {
                    assertThat(problem.cause()).contains(cause);
                    assertThat(problem.place()).isEqualTo("p.yaml:" + line);
                })
                .allSatisfy(problem -> assertThat(problem.code()).isEqualTo(ExitCode.CONFIG));
        assertThat(broken.getMessage()).doesNotContain("geheim", "very-secret", "33o6");
    }

    private static String lines(String text) {
        return text.replaceFirst("^'(.*)'$", "$1").replace('|', '\n');
    }

    private ChangeoverException problems(String text) {
        ChangeoverException broken =
                catchThrowableOfType(ChangeoverException.class, () -> reader.parse("p.yaml", text));
        assertThat(broken).isNotNull();
        return broken;
    }

    @Test
    void allProblems_areToldAtOnce_inTheOrderOfTheirLines() {
        String text = GOOD.replace("pipeline: orders", "pipeline: a b")
                .replace("partitions: 4", "partitions: x")
                .replace("port: 3306", "port: 0")
                .replace("start: snapshot", "begin: snapshot")
                .replace("buyer_id: user_id", "buyer_id: RAND() + @x")
                .replace("is_test = 0", "?")
                .replace("shop.orders.item", "sho.orders.item")
                .replace("every: 15m", "every: 15");
        assertThat(problems(text).problems())
                .extracting(problem -> problem.place().substring("p.yaml:".length()))
                .containsExactly("1", "3", "7", "10", "18", "20", "23", "24");
    }

    @Test
    void emptyFile_isAProblem() {
        for (String text : List.of("", "\n\n", "# nothing\n", "---\n")) {
            assertThat(problems(text).problems())
                    .as(text)
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.cause())
                            .containsAnyOf("the file is empty", "found nothing instead of the keys"));
        }
        assertThat(problems("- a\n").problems())
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.cause()).isEqualTo("found a list instead of the keys of a definition"));
    }

    @Test
    void emptyLists_areProblems() {
        String text = "pipeline: p\nkafka: { bootstrap.servers: k }\nsources: {}\ntargets: {}\ntables: []\n";
        assertThat(problems(text).problems())
                .extracting(problem -> problem.cause())
                .containsExactly("`sources` names no server", "`targets` names no server", "`tables` names no table");
    }

    @Test
    void controlCharacter_isAProblemAtItsLine() {
        assertThat(problems(GOOD.replace("user: apply", "user: app\u0007ly")).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.place()).isEqualTo("p.yaml:12"));
    }

    @Test
    void wildcard_takesNoColumns() {
        String text =
                GOOD.replace("t_item\n    target: shop.orders.item", "*\n    target: shop.orders.*\n    where: a = 1");
        assertThat(problems(text).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.cause()).isEqualTo("`where` cannot stand at a wildcard");
            assertThat(problem.place()).isEqualTo("p.yaml:24");
        });
    }

    @Test
    void tableMappedOntoItself_isAProblem() {
        String text = GOOD.replace("3307", "3306").replace("shop.orders.item", "shop.trade.t_item");
        assertThat(problems(text).problems())
                .singleElement()
                .satisfies(
                        problem -> assertThat(problem.cause()).contains("`legacy.trade.t_item` is mapped onto itself"));
    }

    @Test
    void partsThatWriteOneTable_areAProblem_alsoWhereTheServerHasTwoNames() {
        String text = GOOD.replace(
                        "targets:\n", "targets:\n  second: { host: 127.0.0.1, port: 3307, user: apply, password: x }\n")
                .replace("legacy.trade.t_item", "legacy.trade.t_order")
                .replace("    target: shop.orders.item\n", """
                            part: a
                            target: second.orders.items
                            shards: { by: id, count: 2, table: 'order{shard}', targets: [shop, second] }
                          - source: legacy.trade.t_order
                            part: b
                            target: shop.orders.order1
                        """);
        assertThat(problems(text).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.cause())
                    .isEqualTo("`legacy.trade.t_order/b` goes to orders.order1 on 127.0.0.1:3307, as"
                            + " `legacy.trade.t_order/a` does, line 23");
            assertThat(problem.place()).isEqualTo("p.yaml:27");
        });
    }

    @Test
    void certificates_thatNobodyLooksAt_areAProblem() {
        String text = GOOD.replace("start: snapshot", "tls: required\n    tlsCa: /ca.pem");
        assertThat(problems(text).problems())
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.cause()).isEqualTo("`tlsCa` would not be looked at with `tls: required`"));
    }

    @Test
    void longTopicName_isAProblem() {
        String text = GOOD.replace("pipeline: orders", "pipeline: " + "p".repeat(100))
                .replace("legacy", "l".repeat(100))
                .replace("t_item", "t".repeat(64));
        assertThat(problems(text).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.cause()).contains("is longer than Kafka's 249: 272"));
    }

    @Test
    void references_standInAnyText(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("secret");
        Files.writeString(file, "from-file\n");
        PipelineDefinition definition = reader.parse(
                "p.yaml",
                GOOD.replace(
                                "user: capture\n    password: geheim",
                                "user: cap-${env:PW}\n    password: ${file:" + file + "}")
                        .replace("'legacy-a'", "'$${x}'"));
        assertThat(definition.source("legacy").server().user()).isEqualTo("cap-very-secret");
        assertThat(definition.source("legacy").server().password().reveal()).isEqualTo("from-file");
        assertThat(definition.tables().get(0).columns()).hasToString("{buyer_id=user_id, origin='${x}'}");
    }

    /** A password may be rotated while a worker runs; the file may be gone for a moment meanwhile. */
    @Test
    void secretInAFile_isLookedUpWheneverItIsNeeded(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), "old\n");
        Secret password = reader.parse(
                        "p.yaml",
                        GOOD.replace(
                                "user: capture\n    password: geheim",
                                "user: capture\n    password: ${file:" + file + "}"))
                .source("legacy")
                .server()
                .password();
        Files.writeString(file, "new\n");
        assertThat(password.reveal()).isEqualTo("new");
        Files.delete(file);
        assertThat(password.reveal()).isEqualTo("new");
        assertThat(password).hasToString("***");
    }

    @Test
    void secrets_areMasked() {
        PipelineDefinition definition = reader.parse(
                "p.yaml",
                GOOD.replace(
                        "\"localhost:9092\"",
                        "k, sasl.jaas.config: 'x password=geheim', ssl.keystore.password: geheim, ssl.keystore.key: geheim"));
        assertThat(definition.toString())
                .contains("bootstrap.servers=k", "sasl.jaas.config=***")
                .doesNotContain("geheim");
        assertThat(definition.kafka().properties()).containsEntry("ssl.keystore.password", "geheim");
    }

    @Test
    void unreadableFile_isAProblem(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> reader.read(folder.resolve("none.yaml")))
                .isInstanceOf(ChangeoverException.class)
                .hasMessageContaining("none.yaml: the file does not exist");
        Path latin = folder.resolve("latin.yaml");
        Files.write(latin, "pipeline: ä".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> reader.read(latin))
                .hasMessageContaining("latin.yaml:1: the file is not UTF-8: byte 10");
    }

    @Test
    void dottedNames_standInBackquotes() {
        PipelineDefinition definition =
                reader.parse("p.yaml", GOOD.replace("legacy.trade.t_item", "legacy.trade.`t.item`"));
        assertThat(definition.tables().get(1).source().table()).isEqualTo("t.item");
        assertThat(definition.rowTopic(definition.tables().get(1))).isEqualTo("orders.legacy.trade.t-item");
    }
}
