package io.changeover.apply.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changeover.apply.guard.Change;
import io.changeover.apply.guard.Deferred;
import io.changeover.apply.guard.ProgressStep;
import io.changeover.apply.guard.Refusal;
import io.changeover.apply.guard.Refusal.Cause;
import io.changeover.apply.guard.RowKey;
import io.changeover.apply.guard.Stored;
import io.changeover.apply.guard.Tombstone;
import io.changeover.apply.guard.Write;
import io.changeover.apply.stream.Received;
import io.changeover.transport.definition.Secret;
import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TargetDefinition.VersionStore;
import io.changeover.transport.definition.TlsMode;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.Version;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The promises of {@link io.changeover.apply.guard.TargetTransaction}, on a real server. */
@WithServers
@Timeout(60)
class MySqlTargetTransactionIT {

    private static final Map<TargetTable, RowLayout> LAYOUTS = new HashMap<>();
    private static final Received ORIGIN = new Received("topic", 0, 7, new byte[] {'{', '}'}, null, null);

    private final TestingServers servers;
    private final String schema;
    private @Nullable TargetSession session;

    MySqlTargetTransactionIT(TestingServers servers) throws SQLException {
        this.servers = servers;
        this.schema = servers.target().freshSchema();
        try (var connection = servers.target().connect("")) {
            MetadataSchema.create(connection);
        }
    }

    @AfterEach
    void close() {
        if (session != null) {
            session.close();
        }
    }

    @Test
    void advance_needsOffsetEpochAndAnOpenRow() throws Exception {
        OpenTarget open = open("(id INT PRIMARY KEY, u INT)");
        var claim = open.progress().claim(0, 0, 100).orElseThrow();
        assertThat(claim.epoch()).isEqualTo(1);
        MySqlTargetTransaction transaction = transaction(open, false);
        assertThat(transaction.advance(new ProgressStep("topic", 0, 0, 10, 1))).isTrue();
        assertThat(transaction.advance(new ProgressStep("topic", 0, 0, 10, 1))).isFalse();
        assertThat(transaction.advance(new ProgressStep("topic", 0, 10, 20, 2))).isFalse();
        assertThat(open.progress().claim(0, 0, 100).orElseThrow().nextOffset()).isEqualTo(10);
        assertThat(transaction.advance(new ProgressStep("topic", 0, 10, 20, 1))).isFalse();
        open.session().execute("UPDATE changeover.progress SET state = 'closed'");
        assertThat(transaction.advance(new ProgressStep("topic", 0, 10, 20, 2))).isFalse();
        assertThat(open.progress().claim(0, 0, 100)).isEmpty();
    }

    @Test
    void stored_tellsEachKeyItsOwn() throws Exception {
        OpenTarget open = open("(id BIGINT UNSIGNED, t VARBINARY(8), u INT, PRIMARY KEY (t, id))");
        MySqlTargetTransaction transaction = transaction(open, false);
        RowKey live = key("\u0000\u00ff", "18446744073709551615");
        RowKey dead = key("", "1");
        RowKey late = key("'", "2");
        transaction.write(List.of(write(open, live, 5, false, new byte[] {0, -1}, "18446744073709551615", "1")));
        transaction.bury(List.of(new Tombstone(dead, version(6))));
        transaction.bury(List.of(new Tombstone(dead, version(4))));
        transaction.defer(
                List.of(new Deferred<>(change(open, late, 7, new byte[] {39}, "2", "1"), Deferred.Kind.HELD, "x")));
        Map<RowKey, Stored> stored = transaction.stored(Set.of(live, dead, late, key("x", "3")), 1);
        assertThat(stored.get(live)).isEqualTo(new Stored(version(5), null, null));
        assertThat(stored.get(dead)).isEqualTo(new Stored(null, version(6), null));
        assertThat(stored.get(late)).isEqualTo(new Stored(null, null, version(7)));
        assertThat(transaction.stored(Set.of(dead, late), 2).get(dead)).isEqualTo(Stored.NOTHING);
        transaction.release(List.of(late), 1);
        transaction.delete(List.of(live));
        assertThat(transaction.stored(Set.of(live, late), 1).values()).containsOnly(Stored.NOTHING);
    }

    @Test
    void stored_leavesOutTheTombstoneOfARowOfItsOwnOnly() throws Exception {
        OpenTarget open = open("(id INT PRIMARY KEY, u INT)");
        MySqlTargetTransaction transaction = transaction(open, false);
        RowKey key = key("", "1");
        RowKey row = new RowKey(key.identity(), List.of("1"));
        transaction.bury(List.of(new Tombstone(row, version(6)), new Tombstone(row, new Version(2, 1, 4, 0))));
        transaction.write(List.of(write(open, row, 8, false, "1", "1")));
        assertThat(transaction.stored(Set.of(row), 1).get(row)).isEqualTo(new Stored(version(8), null, null));
        assertThat(transaction.stored(Set.of(row), 2).get(row))
                .as("another source's row says nothing of this source's tombstone")
                .isEqualTo(new Stored(version(8), new Version(2, 1, 4, 0), null));
        open.session().execute("UPDATE " + schema + ".t SET changeover_version = REPEAT('\\0', 16)");
        assertThat(transaction.stored(Set.of(row), 1).get(row)).isEqualTo(new Stored(Version.NONE, version(6), null));
    }

    @Test
    void stored_looksForATombstone_whereAChangeMayBeOlder() throws Exception {
        OpenTarget open = open("(id INT PRIMARY KEY, u INT)");
        assertThat(tombstone(open, batch(open, 0, 5))).isNull();
        transaction(open, false).bury(List.of(new Tombstone(key("", "1"), version(6))));
        assertThat(tombstone(open, batch(open, 0, 7))).as("newer than all").isNull();
        assertThat(tombstone(open, batch(open, 0, 6))).isEqualTo(version(6));
        assertThat(tombstone(open, batch(open, 0, 5, 7)))
                .as("one of its changes is not")
                .isEqualTo(version(6));
        assertThat(tombstone(open, BatchContext.ofKept()))
                .as("an image that was put aside, of whatever version")
                .isEqualTo(version(6));
        assertThat(tombstone(open, batch(open, 1, 5))).as("another partition").isNull();
    }

    /** What a former owner buried before we claimed, in whatever partition, and with what version. */
    @Test
    void stored_looksForTombstonesOfFormerOwners() throws Exception {
        OpenTarget open = open("(id INT PRIMARY KEY, u INT)");
        assertThat(tombstone(open, batch(open, 1, 5))).isNull();
        open.session()
                .execute("INSERT INTO changeover.tombstone (target, source, key_hash, key_text, version, topic,"
                        + " `partition`, `offset`) SELECT id, 1, UNHEX(SHA2('|1', 256)), '|1',"
                        + " 0x00010001000000000000000600000000, 'topic', 0, 1 FROM changeover.target WHERE table_schema = '"
                        + schema + "'");
        open.lookForRemembered();
        assertThat(tombstone(open, batch(open, 1, 5))).isEqualTo(version(6));
        assertThat(tombstone(open, batch(open, 1, 7))).isNull();
    }

    /** Anybody's retry may bury an image that is put aside: the owner of its partition does not hear of it. */
    @Test
    void stored_looksForATombstone_whereAnImageWasPutAside() throws Exception {
        OpenTarget open = open("(id INT PRIMARY KEY, u INT)");
        RowKey key = key("", "1");
        MySqlTargetTransaction transaction = transaction(open, false);
        transaction.defer(List.of(new Deferred<>(change(open, key, 6, "1", "1"), Deferred.Kind.HELD, "x")));
        transaction.release(List.of(key), 1);
        new Tombstones(open.session(), targetId(open)).bury(List.of(new Tombstone(key, version(6))), any -> ORIGIN);
        assertThat(tombstone(open, batch(open, 0, 5))).isEqualTo(version(6));
    }

    private static int targetId(OpenTarget open) throws SQLException {
        try (var statement = open.session().connection().createStatement();
                var row = statement.executeQuery("SELECT id FROM changeover.target WHERE table_schema = '"
                        + open.shape().name().schema() + "'")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static @Nullable Version tombstone(OpenTarget open, BatchContext batch) {
        RowKey key = key("", "1");
        return new MySqlTargetTransaction(open, batch, false)
                .stored(Set.of(new RowKey(key.identity(), List.of("1"))), 1)
                .getOrDefault(key, Stored.NOTHING)
                .tombstone();
    }

    /** Changes of one row, of these versions. */
    private static BatchContext batch(OpenTarget open, int partition, long... versions) {
        BatchContext batch = BatchContext.ofStream();
        for (long version : versions) {
            batch.add(
                    new Received("topic", partition, version, new byte[] {'{', '}'}, null, null),
                    change(open, key("", "1"), version, "1", "1"));
        }
        return batch;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void badRows_standAlone(boolean unique) throws Exception {
        OpenTarget open = open("(id INT PRIMARY KEY, u TINYINT" + (unique ? ", k INT, UNIQUE (k))" : ")"));
        MySqlTargetTransaction transaction = transaction(open, false);
        List<Write<MappedRow>> writes = new ArrayList<>();
        for (int id = 0; id < 700; id++) {
            writes.add(write(open, key("" + id), 1, false, "" + id, id % 100 == 7 ? "1000" : "1"));
        }
        assertThat(transaction.write(writes))
                .hasSize(7)
                .allSatisfy(refusal -> assertThat(refusal.cause()).isEqualTo(Cause.BAD_DATA));
        List<Write<MappedRow>> updates = new ArrayList<>();
        for (int id = 0; id < 700; id++) {
            updates.add(write(open, key("" + id), 2, id % 100 != 7, "" + id, id % 100 == 8 ? "x" : "2"));
        }
        assertThat(transaction.write(updates)).hasSize(7);
        assertThat(count(open, "u = 2")).isEqualTo(693);
        assertThat(count(open, "u = 1")).isEqualTo(7);
    }

    @Test
    void uniqueConflict_touchesNeitherRow() throws Exception {
        OpenTarget open = open("(id INT PRIMARY KEY, u INT UNIQUE, own INT DEFAULT 5)");
        MySqlTargetTransaction transaction = transaction(open, false);
        transaction.write(
                List.of(write(open, key("1"), 1, false, "1", "10"), write(open, key("2"), 1, false, "2", "20")));
        List<Refusal<MappedRow>> refusals = transaction.write(
                List.of(write(open, key("2"), 2, true, "2", "10"), write(open, key("3"), 2, false, "3", "10")));
        assertThat(refusals).extracting(Refusal::cause).containsExactly(Cause.UNIQUE_CONFLICT, Cause.UNIQUE_CONFLICT);
        assertThat(count(open, "(id, u, own) IN ((1, 10, 5), (2, 20, 5))")).isEqualTo(2);
        assertThat(count(open, "TRUE")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void existsIsAHint(boolean unique) throws Exception {
        OpenTarget open = open("(id INT PRIMARY KEY, u INT" + (unique ? ", k INT UNIQUE)" : ")"));
        MySqlTargetTransaction transaction = transaction(open, false);
        transaction.write(List.of(write(open, key("1"), 1, false, "1", "1")));
        assertThat(transaction.write(
                        List.of(write(open, key("1"), 2, true, "1", "2"), write(open, key("2"), 2, true, "2", "2"))))
                .isEmpty();
        assertThat(count(open, "u = 2")).isEqualTo(2);
        assertThatThrownBy(() -> transaction.write(List.of(write(open, key("1"), 3, false, "1", "3"))))
                .isInstanceOf(TryAgain.class);
    }

    /** A row that is there although its update did not meet it: counted as written, its change would be lost. */
    @Test
    void updateThatMeetsTooFewRows_isNeverTakenForWritten() throws Exception {
        OpenTarget open = open("(id INT PRIMARY KEY, u INT)");
        transaction(open, false).write(List.of(write(open, key("1"), 1, false, "1", "1")));
        RowWriter writer = new RowWriter(open.session(), open.place(0), open.versions(), Set::copyOf, false);
        List<Write<MappedRow>> updates =
                List.of(write(open, key("1"), 2, true, "1", "2"), write(open, key("2"), 2, true, "2", "2"));
        assertThatThrownBy(() -> writer.write(updates))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("an update of 2 rows")
                .hasMessageContaining("met 1");
    }

    /** Keys of one number go another way to the server than all others. */
    @ParameterizedTest
    @ValueSource(strings = {"BIGINT UNSIGNED", "BIGINT", "DECIMAL(20)", "VARCHAR(20)"})
    void updatesAndDeletes_touchTheRowsMeantOnly(String type) throws Exception {
        OpenTarget open = open("(id " + type + " PRIMARY KEY, u VARCHAR(40), own INT DEFAULT 5)");
        MySqlTargetTransaction transaction = transaction(open, false);
        String largest = type.equals("BIGINT") ? "9223372036854775807" : "18446744073709551615";
        String smallest = type.equals("BIGINT UNSIGNED") ? "0" : "-9223372036854775808";
        String next = type.equals("BIGINT") ? "9223372036854775806" : "18446744073709551614";
        List<String> ids = List.of("1", "2", "3", largest, smallest, next, "9007199254740993", "9007199254740992");
        transaction.write(
                ids.stream().map(id -> write(open, key(id), 1, false, id, "a")).toList());
        List<String> meant = List.of("2", largest, smallest, "9007199254740993");
        assertThat(transaction.write(meant.stream()
                        .map(id -> write(open, key(id), 2, true, id, "b of " + id))
                        .toList()))
                .isEmpty();
        assertThat(count(open, "u = CONCAT('b of ', id) AND own = 5")).isEqualTo(4);
        assertThat(count(open, "u = 'a' AND CAST(id AS CHAR) IN ('1', '3', '" + next + "', '9007199254740992')"))
                .isEqualTo(4);
        transaction.delete(List.of(key(largest), key("9007199254740993"), key("3"), key("4")));
        assertThat(count(open, "TRUE")).isEqualTo(5);
        assertThat(count(open, "CAST(id AS CHAR) IN ('" + largest + "', '9007199254740993', '3')"))
                .isZero();
    }

    /** Where the new table comes first, rows are changed while they are read, and no other row is locked. */
    @Test
    void updateByNumber_neverScans() throws Exception {
        OpenTarget open = open("(id INT PRIMARY KEY, u INT, KEY (u))");
        MySqlTargetTransaction transaction = transaction(open, false);
        List<Write<MappedRow>> writes = new ArrayList<>();
        for (int id = 0; id < 2048; id++) {
            writes.add(write(open, key("" + id), 1, false, "" + id, "1"));
        }
        transaction.write(writes);
        open.session().connection().commit();
        long before = handlerReads(open);
        transaction.write(writes.subList(0, 512).stream()
                .map(write -> new Write<>(write.change(), true))
                .toList());
        transaction.delete(writes.subList(600, 700).stream()
                .map(write -> write.change().key())
                .toList());
        assertThat(handlerReads(open) - before)
                .as("one for each row of the joined values, none for rows of the table")
                .isLessThanOrEqualTo(512);
    }

    /** Rows that the session read one after another in an index. */
    private static long handlerReads(OpenTarget open) throws SQLException {
        try (var statement = open.session().connection().createStatement();
                var rows = statement.executeQuery("SHOW SESSION STATUS LIKE 'Handler_read_next'")) {
            rows.next();
            return rows.getLong(2);
        }
    }

    @Test
    void warning_isARefusalWhenCareful() throws Exception {
        OpenTarget open = open("(id INT PRIMARY KEY, u DECIMAL(6,1))");
        Write<MappedRow> lossy = write(open, key("1"), 1, false, "1", "1.25");
        assertThatThrownBy(() -> transaction(open, false).write(List.of(lossy)))
                .isInstanceOfSatisfying(
                        TryAgain.class, e -> assertThat(e.carefully()).isTrue());
        open.session().connection().rollback();
        Write<MappedRow> good = write(open, key("2"), 1, false, "2", "1.5");
        assertThat(transaction(open, true).write(List.of(lossy, good)))
                .singleElement()
                .satisfies(refusal -> assertThat(refusal.reason()).contains("truncated for column 'u'"));
        assertThat(count(open, "u = 1.5")).isEqualTo(1);
        assertThat(count(open, "TRUE")).isEqualTo(1);
    }

    @Test
    void rowsLargerThanAPacket_areRefusedAndOthersSplit() throws Exception {
        servers.target().execute("SET GLOBAL max_allowed_packet = 1048576");
        try {
            OpenTarget open = open("(id INT PRIMARY KEY, u LONGTEXT)");
            List<Write<MappedRow>> writes = new ArrayList<>();
            for (int id = 0; id < 20; id++) {
                writes.add(write(open, key("" + id), 1, false, "" + id, "'".repeat(id == 3 ? 2_000_000 : 200_000)));
            }
            assertThat(transaction(open, false).write(writes))
                    .singleElement()
                    .satisfies(refusal -> assertThat(refusal.cause()).isEqualTo(Cause.BAD_DATA));
            assertThat(count(open, "LENGTH(u) = 200000")).isEqualTo(19);
        } finally {
            servers.target().execute("SET GLOBAL max_allowed_packet = 67108864");
        }
    }

    @Test
    void blockers_areTheOtherRowsThatHaveAValue() throws Exception {
        OpenTarget open = open(
                "(id INT PRIMARY KEY, code VARCHAR(20) COLLATE utf8mb4_0900_ai_ci UNIQUE, a INT, b INT, UNIQUE (a, b))");
        open.session()
                .execute("INSERT INTO " + schema
                        + ".t (id, code, a, b) VALUES (1, 'one', 1, 1), (2, 'two', 2, NULL), (3, '3', 3, 3),"
                        + " (4, 'null', NULL, 4)");
        assertThat(blockers(
                        open,
                        List.of(
                                row(open, "1", "one", "1", "1"),
                                row(open, "9", "TWO", "2", null),
                                row(open, "9", "new", "9", "9"),
                                row(open, "9", "One", "3", "3"),
                                row(open, "9", BigInteger.valueOf(3), "9", "9"),
                                row(open, "9", new byte[] {'3'}, "9", "9"),
                                row(open, "9", null, null, "4"))))
                .as(
                        "its own; of another case, and a NULL; none; two; a number as text; bytes, which cannot be told; NULL")
                .containsExactly(Set.of(), Set.of("2"), Set.of(), Set.of("1", "3"), Set.of("3"), Set.of(), Set.of());
    }

    /** The looks are hints: what the column cannot have, the write refuses. */
    @Test
    void blockers_ofValuesThatTheColumnCannotHave_areNone_andTheOthersAreFoundBesideThem() throws Exception {
        OpenTarget open = open(
                "(id INT PRIMARY KEY, code VARCHAR(20) CHARACTER SET latin1 UNIQUE, day DATE UNIQUE, body TEXT, UNIQUE (body(5)))");
        open.session()
                .execute("INSERT INTO " + schema + ".t (id, code, day, body) VALUES (1, 'one', '2024-02-29', 'x')");
        String letters = "a letter".repeat(1000);
        assertThat(blockers(
                        open,
                        List.of(
                                row(open, "9", "\ud83d\ude00", "2024-02-29", "y"),
                                row(open, "9", "one", "2024-02-30", "y"),
                                row(open, "9", "new", "no day", "x"),
                                row(open, "9", "new", "2024-03-01", letters))))
                .containsExactly(Set.of("1"), Set.of("1"), Set.of("1"), Set.of());
        open.session().execute("SELECT 1");
    }

    @Test
    void blockers_areLookedUpInTheIndex() throws Exception {
        OpenTarget open = open("(id INT PRIMARY KEY, code VARCHAR(20) UNIQUE, n INT)");
        open.session()
                .execute("INSERT INTO " + schema + ".t (id, code) WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL"
                        + " SELECT i + 1 FROM n WHERE i < 1000) SELECT i, i FROM n");
        long before = rowsRead(open);
        assertThat(blockers(
                        open, List.of(row(open, "9999", BigInteger.valueOf(77), null), row(open, "9999", "78", null))))
                .containsExactly(Set.of("77"), Set.of("78"));
        assertThat(rowsRead(open) - before).isLessThan(100);
    }

    private static long rowsRead(OpenTarget open) throws SQLException {
        long read = 0;
        try (var statement = open.session().connection().createStatement();
                var rows = statement.executeQuery("SHOW SESSION STATUS LIKE 'Handler_read%'")) {
            while (rows.next()) {
                read += rows.getLong(2);
            }
        }
        return read;
    }

    private static List<Set<String>> blockers(OpenTarget open, List<Change<MappedRow>> changes) {
        return transaction(open, false).blockers(changes).stream()
                .map(keys -> keys.stream().map(RowKey::identity).collect(Collectors.toSet()))
                .toList();
    }

    private static Change<MappedRow> row(OpenTarget open, String key, @Nullable Object... others) {
        List<@Nullable Object> values = new ArrayList<>();
        values.add(key);
        values.addAll(Arrays.asList(others));
        RowLayout layout = new RowLayout(open.shape(), open.shape().columns());
        return new Change<>(key(key), version(9), new MappedRow(layout, values.toArray(), ORIGIN, null));
    }

    private OpenTarget open(String definition) throws SQLException {
        servers.target().execute("CREATE TABLE " + schema + ".t " + definition);
        MySqlServer server = MySqlServer.of(
                new ServerAccess(
                        servers.target().host(),
                        servers.target().port(),
                        servers.target().user(),
                        Secret.of(servers.target().password()),
                        TlsMode.DISABLED,
                        null),
                "test");
        TableName name = new TableName(schema, "t");
        try (var connection = server.connect()) {
            MetadataSchema.prepareTable(
                    connection, TargetTable.read(connection, name).orElseThrow());
        }
        TableDefinition copying = TableDefinition.copying("legacy", new TableName("trade", "t"), "shop", name);
        TargetSession opened = TargetSession.open(server);
        session = opened;
        return OpenTarget.of(
                opened,
                new TargetTask(
                        schema,
                        "topic",
                        "id",
                        copying,
                        Map.of(),
                        Map.of("shop", new TargetAccess(server, VersionStore.COLUMN))),
                "shop");
    }

    private static MySqlTargetTransaction transaction(OpenTarget open, boolean careful) {
        RowKey any = key("", "1");
        BatchContext batch = BatchContext.ofStream();
        batch.add(ORIGIN, new Change<>(any, version(1), null));
        batch.add(ORIGIN, new Change<>(any, new Version(2, 1, 1, 0), null));
        return new MySqlTargetTransaction(open, batch, careful);
    }

    private static RowKey key(String... values) {
        return new RowKey(String.join("|", values), List.of(values));
    }

    private static Version version(long transaction) {
        return new Version(1, 1, transaction, 0);
    }

    private static Change<MappedRow> change(OpenTarget open, RowKey key, long version, @Nullable Object... values) {
        List<TargetColumn> columns = new ArrayList<>(open.shape().key());
        columns.addAll(open.shape().columns().stream()
                .filter(column -> !open.shape().isKey(column))
                .toList()
                .subList(0, 1));
        RowLayout layout = LAYOUTS.computeIfAbsent(open.shape(), table -> new RowLayout(table, columns));
        return new Change<>(key, version(version), new MappedRow(layout, values, ORIGIN, null));
    }

    private static Write<MappedRow> write(
            OpenTarget open, RowKey key, long version, boolean exists, @Nullable Object... values) {
        return new Write<>(change(open, key, version, values), exists);
    }

    private static int count(OpenTarget open, String where) throws SQLException {
        try (var statement = open.session().connection().createStatement();
                var rows = statement.executeQuery(
                        "SELECT COUNT(*) FROM " + open.shape().name().quoted() + " WHERE " + where)) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
