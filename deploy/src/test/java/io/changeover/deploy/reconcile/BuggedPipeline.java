package io.changeover.deploy.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.apply.Apply;
import io.changeover.capture.Capture;
import io.changeover.capture.CaptureSettings;
import io.changeover.deploy.mapping.TwoSchemas;
import io.changeover.deploy.reconcile.HandMapping.Harm;
import io.changeover.deploy.run.PipelineServers;
import io.changeover.reconcile.CompareProgress;
import io.changeover.reconcile.LiveCompare;
import io.changeover.reconcile.TableReport;
import io.changeover.transport.definition.BackfillSettings;
import io.changeover.transport.definition.KafkaSettings;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.definition.SourceDefinition;
import io.changeover.transport.definition.TargetDefinition;
import io.changeover.transport.testing.TestingServers;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline whose capture and apply run as they are, with a place for a bug at every seam between them and their servers. The
 * comparison goes past those places. Confined to one thread.
 */
final class BuggedPipeline implements AutoCloseable {

    /** Rows of each old table that one bug has for itself. */
    static final int BLOCK = 20;

    /** Numbers of rows that a burst inserts, and that a changed key gets. */
    static final int INSERTED = 1_000_000;

    static final int RENUMBERED = 2_000_000;

    static final int CHUNK_ROWS = 50;

    private static final String TABLES = """
              - source: legacy.OLD.t_account
                target: shop.NEW.account
              - source: legacy.OLD.t_item
                target: shop.NEW.item
              - source: legacy.OLD.t_odd
                target: shop.NEW.odd
              - source: legacy.OLD.t_order
                target: shop.NEW.orders
                key: { order_id: id }
                columns:
                  buyer_id: user_id
                  cents: "ROUND(amount * 100)"
                  note: note
                  status: "CASE state WHEN 0 THEN 'OPEN' WHEN 1 THEN 'PAID' ELSE 'DONE' END"
                where: "is_test = 0"
                shards: { by: "MOD(user_id DIV 10, 3)", count: 3, table: "orders_{shard}" }
              - source: legacy.OLD.t_client
                target: shop.NEW.party
                key: { kind: "'c'", id: id }
                columns: { name: name, email: "LOWER(email)" }
                where: "deleted_at IS NULL"
              - source: legacy.OLD.t_partner
                target: shop.NEW.party
                key: { kind: "'p'", id: id }
                columns: { name: name, email: email }
            reconcile: { patience: 30s }
            """;

    private static final String ITEM_COLUMNS =
            "area CHAR(2), no INT, label VARCHAR(60) CHARACTER SET utf8mb4, price DECIMAL(12,4),"
                    + " made DATETIME(6), seen TIMESTAMP(6) NULL, doc JSON, body BLOB, flags BIT(8), color ENUM('red','green','blue'),"
                    + " qty %s, memo TEXT, tag VARCHAR(20), delta INT, born DATE, grade TINYINT DEFAULT 3, PRIMARY KEY (area, no)";

    private static final String ODD_COLUMNS =
            "code VARCHAR(20) COLLATE utf8mb4_0900_ai_ci PRIMARY KEY, f FLOAT, d DOUBLE, t TIME(3),"
                    + " y YEAR, s SET('a','b','c'), z DATETIME, vb VARBINARY(10), j JSON, w DECIMAL(%s)";

    /** The columns of an item by {@code #} (its number) and {@code GEN} (which change of it). */
    private static final Map<String, String> ITEM = new LinkedHashMap<>();

    /** The same of a row of odd types. */
    private static final Map<String, String> ODD = new LinkedHashMap<>();

    static {
        ITEM.put("label", "CONCAT('Ünï 日本 ', IF(# % 3 = 0, '🙂', ''), #, '-GEN', IF(# % 2 = 0, '  ', ''))");
        ITEM.put("price", "(# % 20 - 10) * 234567.8912 + GEN");
        ITEM.put("made", "TIMESTAMPADD(MICROSECOND, 123456 + #, '2024-02-29 23:30:0GEN')");
        ITEM.put("seen", "TIMESTAMPADD(MICROSECOND, 654321 + #, '2024-05-31 00:30:0GEN')");
        ITEM.put(
                "doc",
                "IF(# % 4 = 3, NULL, JSON_OBJECT('a', #, 'b', JSON_ARRAY(GEN, 'x', NULL), 'big', 12345678901234567))");
        ITEM.put("body", "UNHEX(CONCAT('61', LPAD(HEX(# % 256), 2, '0'), '00FF80270GEN00'))");
        ITEM.put("flags", "(# * 6 + GEN) & 127");
        ITEM.put("color", "ELT(1 + (# + GEN) % 2, 'red', 'green')");
        ITEM.put("qty", "4294967000 + # % 20 + GEN");
        ITEM.put("memo", "IF(# % 5 = 4, '', REPEAT(CONCAT('line ', #, '-GEN '), 20))");
        ITEM.put("tag", "IF(# % 3 = 1, NULL, CONCAT('t', #, 'GEN'))");
        ITEM.put("delta", "IF(# % 3 = 2, NULL, -1 - # - GEN)");
        ITEM.put("born", "DATE_ADD('2000-01-01', INTERVAL # + 40 * GEN DAY)");
        ITEM.put("grade", "1 + (# + GEN) % 5");
        ODD.put("f", "# + 1000000.125 + GEN");
        ODD.put("d", "(# + GEN) * 1.1e0");
        ODD.put("t", "IF(# % 2 = 0, '-30:15:01.250', '49:59:59.125')");
        ODD.put("y", "IF(# % 3 = 0, 0, 2001 + GEN)");
        ODD.put("s", "1 + (# + GEN) % 7");
        ODD.put("z", "IF(# % 3 = 1, '0000-00-00', '2024-05-06 07:08:09')");
        ODD.put("vb", "UNHEX('410GEN0000')");
        ODD.put("j", "JSON_OBJECT('n', 7 + GEN, 'b', FALSE, 'd', 0.125, 'x', NULL)");
        ODD.put("w", "# + 0.5 + GEN");
    }

    private final TestingServers servers;
    private final TwoSchemas schemas;
    private final StatementProxy applies;
    private final StatementProxy captures;
    private final PipelineDefinition pipeline;
    private @Nullable Capture capture;
    private @Nullable Apply apply;
    private boolean redefined;
    private boolean lostByHand;

    BuggedPipeline(TestingServers servers, Path folder, int blocks) throws IOException {
        this.servers = servers;
        schemas = new TwoSchemas(servers, folder);
        applies = new StatementProxy(servers.target().port());
        captures = new StatementProxy(servers.source().port());
        String rows = " FROM (WITH RECURSIVE c AS (SELECT 0 n UNION ALL SELECT n + 1 FROM c WHERE n < "
                + (Math.max(blocks, 6) * BLOCK - 1) + ") SELECT n, n % 20 i, n DIV 20 b FROM c) s";
        String insert = "INSERT /*+ SET_VAR(cte_max_recursion_depth = 100000) */ INTO OLD.";
        schemas.old(
                        "CREATE TABLE OLD.t_account (id BIGINT PRIMARY KEY, owner VARCHAR(30), balance DECIMAL(14,2), changed"
                                + " DATETIME(3))",
                        insert + "t_account SELECT n, CONCAT('owner ', n), n * 1.01, '2024-05-06 07:08:09.125'" + rows,
                        "CREATE TABLE OLD.t_item (" + ITEM_COLUMNS.formatted("INT UNSIGNED") + ")",
                        "ALTER TABLE OLD.t_item ADD COLUMN unmapped VARCHAR(20)",
                        insert + "t_item (area, no, " + names(ITEM) + ") SELECT " + area("b") + ", i, "
                                + values(ITEM, "i", 0) + rows,
                        "CREATE TABLE OLD.t_odd (" + ODD_COLUMNS.formatted("10,2") + ")",
                        "CREATE TABLE OLD.t_order (id INT PRIMARY KEY, user_id INT NOT NULL, amount DECIMAL(10,3), note VARCHAR(40),"
                                + " state INT, is_test BOOL NOT NULL)",
                        insert + "t_order SELECT n, n % 90, n * 1.017, CONCAT('note ', n), n % 3, i = 17" + rows,
                        "CREATE TABLE OLD.t_client (id INT PRIMARY KEY, name VARCHAR(40), email VARCHAR(60), deleted_at DATETIME)",
                        insert
                                + "t_client SELECT n, CONCAT('Client ', n), CONCAT('C', n, '@X.org'), IF(i = 17, NOW(), NULL)"
                                + rows,
                        "CREATE TABLE OLD.t_partner (id INT PRIMARY KEY, name VARCHAR(40), email VARCHAR(60))",
                        insert + "t_partner SELECT n, CONCAT('Partner ', n), CONCAT('P', n, '@y.org')" + rows)
                .next(
                        "CREATE TABLE NEW.account (id BIGINT PRIMARY KEY, owner VARCHAR(30), balance DECIMAL(14,2), changed"
                                + " DATETIME(3))",
                        "CREATE TABLE NEW.item (" + ITEM_COLUMNS.formatted("BIGINT") + ")",
                        "CREATE TABLE NEW.odd (" + ODD_COLUMNS.formatted("20,4") + ")",
                        "CREATE TABLE NEW.orders_0 (order_id BIGINT PRIMARY KEY, buyer_id INT NOT NULL, cents BIGINT, note"
                                + " VARCHAR(40), status VARCHAR(8))",
                        "CREATE TABLE NEW.orders_1 LIKE NEW.orders_0",
                        "CREATE TABLE NEW.orders_2 LIKE NEW.orders_0",
                        "CREATE TABLE NEW.party (kind CHAR(1), id INT, name VARCHAR(60), email VARCHAR(60), PRIMARY KEY (kind, id))")
                .mapped(TABLES);
        old(List.of(
                "SET SESSION sql_mode = ''",
                insert.replace("OLD.", "") + "t_odd (code, " + names(ODD) + ") SELECT CONCAT('Code', n), "
                        + values(ODD, "n", 0) + rows));
        pipeline = schemas.pipeline();
    }

    private static String area(String block) {
        return "CONCAT(CHAR(65 + " + block + " DIV 26 USING utf8mb4), CHAR(65 + " + block + " % 26 USING utf8mb4))";
    }

    private static String names(Map<String, String> columns) {
        return String.join(", ", columns.keySet());
    }

    private static String values(Map<String, String> columns, String number, int generation) {
        return String.join(
                ", ",
                columns.values().stream()
                        .map(sql -> value(sql, number, generation))
                        .toList());
    }

    private static String assignments(Map<String, String> columns, String number, int generation) {
        return String.join(
                ", ",
                columns.entrySet().stream()
                        .map(each -> each.getKey() + " = " + value(each.getValue(), number, generation))
                        .toList());
    }

    private static String value(String expression, String number, int generation) {
        return expression.replace("#", number).replace("GEN", Integer.toString(generation));
    }

    /** Capture begins with its backfill, and apply with what comes of it; no more than once. */
    void start() {
        if (capture != null) {
            return;
        }
        TwoSchemas.Said prepared = schemas.command("prepare", "--execute");
        assertThat(prepared.code()).as(prepared.err()).isZero();
        Capture started = new Capture(CaptureSettings.of(throughSeams(pipeline), "legacy"));
        started.start();
        capture = started;
        startApply(pipeline);
    }

    private void startApply(PipelineDefinition by) {
        Apply started = new Apply(throughSeams(by));
        started.start();
        apply = started;
    }

    private void stopApply() {
        Apply running = apply;
        apply = null;
        if (running != null) {
            running.close();
        }
    }

    /** The definition as capture and apply get it: servers behind the proxies, clients with the interceptor. */
    private PipelineDefinition throughSeams(PipelineDefinition of) {
        Map<String, String> kafka = new HashMap<>(of.kafka().properties());
        kafka.put("interceptor.classes", PlantedKafka.class.getName());
        return new PipelineDefinition(
                of.name(),
                new KafkaSettings(kafka),
                of.topics(),
                of.sources().stream()
                        .map(source -> new SourceDefinition(
                                source.name(),
                                at(source.server(), captures.port()),
                                source.start(),
                                new BackfillSettings(
                                        1, CHUNK_ROWS, Optional.empty(), Optional.empty(), Optional.empty())))
                        .toList(),
                of.targets().stream()
                        .map(target -> new TargetDefinition(
                                target.name(), at(target.server(), applies.port()), target.versionStore()))
                        .toList(),
                of.tables(),
                of.schemas(),
                of.reconcile(),
                of.http());
    }

    private static ServerAccess at(ServerAccess server, int port) {
        return new ServerAccess(server.host(), port, server.user(), server.password(), server.tls(), server.tlsCa());
    }

    /** Plants a bug in what apply says to the new server. */
    void applySql(StatementProxy.Rewrite bug) {
        applies.rewrite(bug);
    }

    /** The same, in the statements that write rows of a table, or of its shards. */
    void rows(String table, Consumer<RowsStatement> bug) {
        applySql((link, sql) -> {
            Optional<RowsStatement> rows =
                    RowsStatement.of(sql).filter(each -> each.table().startsWith(table));
            rows.ifPresent(bug);
            return List.of(rows.map(RowsStatement::sql).orElse(sql));
        });
    }

    /** The same, in statements that begin like this. */
    void statements(String begin, UnaryOperator<String> bug) {
        String like = begin.replace("NEW", "`" + newSchema() + "`");
        applySql((link, sql) -> List.of(sql.startsWith(like) ? bug.apply(sql) : sql));
    }

    /** Plants a bug in what capture says to the old server. */
    void captureSql(UnaryOperator<String> bug) {
        captures.rewrite((link, sql) -> List.of(bug.apply(sql)));
    }

    /** Plants a bug in what capture sends of an old table. */
    void sent(String oldTable, Function<SentRow, ProducerRecord<byte[], byte[]>> bug) {
        String topic = topic(oldTable);
        PlantedKafka.sent(record -> record.topic().equals(topic) ? bug.apply(SentRow.of(record)) : record);
    }

    /** Plants a bug in what apply is handed of an old table's topic by one poll. */
    void consumed(String oldTable, PlantedKafka.Consumed bug) {
        String topic = topic(oldTable);
        PlantedKafka.consumed(
                (partition, records) -> partition.topic().equals(topic) ? bug.of(partition, records) : records);
    }

    private String topic(String oldTable) {
        return pipeline.tables().stream()
                .filter(table -> table.source().table().equals(oldTable))
                .map(pipeline::rowTopic)
                .findFirst()
                .orElseThrow();
    }

    String newSchema() {
        return pipeline.tables().get(0).target().schema();
    }

    /** Apply goes on with another definition than the comparison. */
    void redefine(UnaryOperator<String> yaml) throws IOException {
        String changed = yaml.apply(TABLES);
        assertThat(changed).isNotEqualTo(TABLES);
        stopApply();
        PipelineDefinition other = schemas.mapped(changed).pipeline();
        schemas.mapped(TABLES);
        redefined = true;
        startApply(other);
    }

    /** Something happens while apply is down. */
    void whileApplyIsDown(Runnable happens) {
        stopApply();
        happens.run();
        startApply(pipeline);
    }

    /** Rows of the new table are lost, and old ones are read and sent again. */
    void copyAgain(String oldTable, String where, String loss) {
        if (!loss.isEmpty()) {
            schemas.next(loss);
            lostByHand = true;
        }
        TwoSchemas.Said said = schemas.command(
                "refresh", "--table", "legacy." + schemas.oldSchema() + "." + oldTable, "--where", where, "--execute");
        assertThat(said.code()).as(said.toString()).isZero();
    }

    /** Whether rows of the new side were taken away by the test itself since it was asked last. */
    boolean wasLostByHand() {
        boolean was = lostByHand;
        lostByHand = false;
        return was;
    }

    /** Everything planted is taken away. */
    void heal() {
        applies.rewrite(StatementProxy.Rewrite.NOTHING);
        captures.rewrite(StatementProxy.Rewrite.NOTHING);
        PlantedKafka.remove();
        if (redefined) {
            redefined = false;
            stopApply();
            startApply(pipeline);
        }
    }

    /** Waits until all that was committed so far is applied. */
    void drain() {
        schemas.awaitCaughtUp();
    }

    void next(String statement) {
        schemas.next(statement);
    }

    /** Statements on the old server, one after the other on one connection. */
    void old(List<String> statements) {
        try (Connection connection = servers.source().connect(schemas.oldSchema());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Inserts, updates, deletes, moves, changed keys and transactions of several rows, in all tables. */
    void burst(int block) {
        old(accounts(block));
        old(orders(block));
        old(parties("t_client", block));
        old(parties("t_partner", block));
        old(items(block));
        old(odd(block));
    }

    private static List<String> odd(int block) {
        int first = block * BLOCK;
        String number = "SUBSTRING(code, 5)";
        return List.of(
                "SET SESSION sql_mode = ''",
                "UPDATE t_odd SET " + assignments(ODD, number, 1) + " WHERE " + number + " BETWEEN " + first + " AND "
                        + (first + 5),
                "DELETE FROM t_odd WHERE code = 'code" + (first + 6) + "'",
                "INSERT INTO t_odd (code, " + names(ODD) + ") SELECT CONCAT('Late', id), " + values(ODD, "id", 2)
                        + " FROM t_account WHERE " + ids(first, 16, 19));
    }

    private static List<String> accounts(int block) {
        int first = block * BLOCK;
        int fresh = INSERTED + first;
        return List.of(
                "UPDATE t_account SET balance = balance + 1.25, owner = CONCAT(owner, '!') WHERE " + ids(first, 0, 5),
                "DELETE FROM t_account WHERE " + ids(first, 6, 8),
                "INSERT INTO t_account VALUES (" + fresh + ", 'a', 1, NOW(3)), (" + (fresh + 1) + ", 'b', 2, NULL), ("
                        + (fresh + 2) + ", 'c', 3, NOW(3)), (" + (fresh + 3) + ", 'd', 4, NOW(3))",
                "UPDATE t_account SET id = id + " + RENUMBERED + " WHERE id = " + (first + 9),
                "DELETE FROM t_account WHERE id = " + (first + 10),
                "INSERT INTO t_account VALUES (" + (first + 10) + ", 'again', 5.5, NULL)",
                "START TRANSACTION",
                "UPDATE t_account SET owner = 'in a transaction' WHERE id = " + (first + 11),
                "DELETE FROM t_account WHERE id = " + (first + 12),
                "INSERT INTO t_account VALUES (" + (fresh + 4) + ", 'last', 6, NULL)",
                "COMMIT",
                "UPDATE t_account SET owner = 'once' WHERE id = " + (first + 13),
                "UPDATE t_account SET owner = 'twice', balance = 13 WHERE id = " + (first + 13),
                nudge(block));
    }

    /** A change of accounts that no other statement of the block is about. */
    static String nudge(int block) {
        return "UPDATE t_account SET balance = balance + 0.01 WHERE " + ids(block * BLOCK, 16, 19);
    }

    private static String ids(int first, int from, int to) {
        return "id BETWEEN " + (first + from) + " AND " + (first + to);
    }

    private static List<String> orders(int block) {
        int first = block * BLOCK;
        int fresh = INSERTED + first;
        return List.of(
                "UPDATE t_order SET amount = amount + 1.256, note = CONCAT(note, '!'), state = state + 1 WHERE "
                        + ids(first, 0, 5),
                "DELETE FROM t_order WHERE " + ids(first, 6, 8),
                "INSERT INTO t_order SELECT id + " + INSERTED
                        + ", user_id + 10, amount + 0.006, 'new', 0, FALSE FROM t_order" + " WHERE " + ids(first, 0, 5),
                "UPDATE t_order SET id = id + " + RENUMBERED + " WHERE id = " + (first + 9),
                "DELETE FROM t_order WHERE id = " + (first + 10),
                "INSERT INTO t_order VALUES (" + (first + 10) + ", 25, 7.777, NULL, 1, FALSE)",
                "UPDATE t_order SET user_id = user_id + 10 WHERE " + ids(first, 13, 15),
                "UPDATE t_order SET is_test = TRUE WHERE id = " + (first + 16),
                "UPDATE t_order SET is_test = FALSE WHERE id = " + (first + 17),
                "INSERT INTO t_order VALUES (" + (fresh + 9) + ", 33, 1.009, 'short-lived', 1, FALSE)",
                "DELETE FROM t_order WHERE id = " + (fresh + 9));
    }

    private static List<String> parties(String table, int block) {
        int first = block * BLOCK;
        boolean client = table.equals("t_client");
        String more = client ? ", NULL)" : ")";
        String filter = client ? "deleted_at = " : "email = ";
        return List.of(
                "UPDATE " + table + " SET name = CONCAT(name, '!'), email = CONCAT('Z', email) WHERE "
                        + ids(first, 0, 5),
                "DELETE FROM " + table + " WHERE " + ids(first, 6, 8),
                "INSERT INTO " + table + " VALUES (" + (INSERTED + first) + ", 'New One', 'N@1.org'" + more + ", ("
                        + (INSERTED + first + 1) + ", 'New Two', 'N@2.org'" + more,
                "UPDATE " + table + " SET id = id + " + RENUMBERED + " WHERE id = " + (first + 9),
                "UPDATE " + table + " SET " + filter + "NOW() WHERE id = " + (first + 16),
                "UPDATE " + table + " SET " + filter + "NULL WHERE id = " + (first + 17),
                "UPDATE " + table + " SET name = 'once' WHERE id = " + (first + 18));
    }

    private static List<String> items(int block) {
        String area = "'" + PlantedBugs.area(block) + "'";
        String of = " WHERE area = " + area + " AND no ";
        String insert = "INSERT INTO t_item (area, no, " + names(ITEM) + ") SELECT " + area + ", n, ";
        return List.of(
                "UPDATE t_item SET " + assignments(ITEM, "no", 1) + of + "BETWEEN 0 AND 5",
                "DELETE FROM t_item" + of + "BETWEEN 6 AND 8",
                insert + values(ITEM, "n", 2)
                        + " FROM (SELECT 100 n UNION SELECT 101 UNION SELECT 102 UNION SELECT 103 UNION SELECT 104) s",
                "UPDATE t_item SET no = no + 500" + of + "= 9",
                "DELETE FROM t_item" + of + "= 10",
                insert + values(ITEM, "n", 3) + " FROM (SELECT 10 n) s",
                "INSERT INTO t_item (area, no, label) VALUES (" + area + ", 110, 'by default')",
                "UPDATE t_item SET memo = CONCAT(memo, '+')" + of + "BETWEEN 11 AND 13",
                "UPDATE t_item SET born = DATE_ADD(born, INTERVAL 1 DAY)" + of + "BETWEEN 15 AND 17");
    }

    /** What is wrong by hand-written statements. */
    List<Harm> harm() {
        return HandMapping.harm(schemas, servers.source());
    }

    /** The product's comparison of all tables. */
    List<TableReport> compare(boolean repair) {
        return new LiveCompare(
                        pipeline,
                        new PipelineServers(pipeline),
                        pipeline.reconcile().repairing(repair),
                        CompareProgress.SILENT,
                        said -> {})
                .compare(pipeline.tables());
    }

    @Override
    public void close() {
        try {
            PlantedKafka.remove();
        } finally {
            stopApply();
            Capture running = capture;
            if (running != null) {
                running.close();
            }
            applies.close();
            captures.close();
            schemas.close();
        }
    }
}
