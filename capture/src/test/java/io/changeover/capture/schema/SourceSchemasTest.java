package io.changeover.capture.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changeover.transport.event.Column;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.TableSchema;
import io.changeover.transport.position.Gtid;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.problem.ChangeoverException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SourceSchemasTest {

    private static final ServerTraits SERVER = new ServerTraits(false, false, false);
    private static final TableName T = new TableName("d", "t");
    private static final Gtid GTID = Gtid.parse("3e11fa47-71ca-11e1-9e33-c80aa9429562:7");

    @Test
    void synonyms_becomeTheTypesOfShowCreateTable() {
        TableSchema schema = schema(
                "CREATE TABLE t (a INTEGER(11) UNSIGNED, b BOOL, c NUMERIC, d DEC(5) UNSIGNED, e REAL,"
                        + " f FLOAT(53), g DOUBLE PRECISION, h CHARACTER VARYING(3), i NATIONAL CHAR(4), j INT8, k BIT, l CHAR,"
                        + " m YEAR(4), n LONG VARCHAR, o TIMESTAMP(0) NULL, p SERIAL, q INT(5) ZEROFILL, PRIMARY KEY (p, a))");
        assertThat(schema.columns().stream().map(Column::mysqlType))
                .containsExactly(
                        "int unsigned",
                        "tinyint(1)",
                        "decimal(10,0)",
                        "decimal(5,0) unsigned",
                        "double",
                        "double",
                        "double",
                        "varchar(3)",
                        "char(4)",
                        "bigint",
                        "bit(1)",
                        "char(1)",
                        "year",
                        "mediumtext",
                        "timestamp",
                        "bigint unsigned",
                        "int(5) unsigned zerofill");
        assertThat(schema.keyColumns()).as("in column order").containsExactly("a", "p");
    }

    /** A statement may write a member in ways that SHOW CREATE TABLE does not. */
    @Test
    void members_areWrittenAsInShowCreateTable() {
        TableSchema schema = schema("CREATE TABLE t (id INT PRIMARY KEY, a ENUM(\"it's\", 'b\\'c', 'd  ', 'e,f'),"
                + " b SET('it''s', 'a\"b', 'x\\\\y', '\u540d'))");
        assertThat(schema.columns().stream().map(Column::mysqlType))
                .containsExactly("int", "enum('it''s','b''c','d','e,f')", "set('it''s','a\"b','x\\\\y','\u540d')");
    }

    /** As gh-ost does it; the statements in between come to the book, too. */
    @Test
    void tableInTheImageOfAnother_takesItsPlaceWithItsOwnColumns() {
        SchemaBook book = new SchemaBook(Set.of(T), SERVER);
        book.apply("CREATE TABLE t (id INT PRIMARY KEY, a TEXT)", "d");
        TableName ghost = new TableName("d", "_t_gho");
        assertThat(book.apply("create /* gh-ost */ table `d`.`_t_gho` like `d`.`t`", "d"))
                .containsExactly(ghost);
        assertThat(book.followed()).containsExactlyInAnyOrder(T, ghost);
        assertThat(book.apply("alter table `d`.`_t_gho` ADD COLUMN b INT AFTER id", "d"))
                .containsExactly(ghost);
        assertThat(book.named(DdlStatement.of("ALTER TABLE _t_gho SOMETHING NEW")))
                .containsExactly(T);
        assertThat(Objects.requireNonNull(book.get(T)).schema().columns()).hasSize(2);

        assertThat(book.apply("rename table `d`.`t` to `d`.`_t_del`, `d`.`_t_gho` to `d`.`t`", "d"))
                .contains(T);
        assertThat(Objects.requireNonNull(book.get(T)).schema().columns().stream()
                        .map(Column::name))
                .containsExactly("id", "b", "a");
        assertThat(book.followed()).containsExactly(T);
        assertThat(book.entries()).isEqualTo(4);
    }

    @Test
    void tableThatWasThere_isNotMadeAnew() {
        TableName u = new TableName("d", "u");
        SchemaBook book = new SchemaBook(Set.of(T, u), SERVER);
        book.apply("CREATE TABLE t (id INT PRIMARY KEY, a TEXT)", "d");
        book.apply("CREATE TABLE u (id INT PRIMARY KEY, b INT)", "d");
        book.apply("CREATE TABLE IF NOT EXISTS u LIKE t", "d");
        book.apply("CREATE TABLE report (id INT PRIMARY KEY, c INT CHECK (c LIKE 't'))", "d");
        assertThat(Objects.requireNonNull(book.get(u)).schema().columns())
                .extracting(Column::name)
                .containsExactly("id", "b");
        assertThat(book.followed()).containsExactly(T, u);
    }

    /** What nobody followed meanwhile must not come back with the columns of before. */
    @Test
    void tableThatWasSwappedOut_isUnknownWhenItComesBack() {
        SchemaBook book = new SchemaBook(Set.of(T), SERVER);
        book.apply("CREATE TABLE t (id INT PRIMARY KEY, a TEXT)", "d");
        book.apply("CREATE TABLE n LIKE t", "d");
        book.apply("RENAME TABLE t TO o, n TO t", "d");
        assertThat(book.get(T)).isNotNull();
        book.apply("RENAME TABLE t TO n, o TO t", "d");
        assertThat(book.get(T)).isNull();
    }

    @Test
    void tableThatIsLeft_takesWhatMightTakeItsPlaceAlong() {
        SchemaBook book = new SchemaBook(Set.of(T), SERVER);
        book.apply("CREATE TABLE t (id INT PRIMARY KEY, a TEXT)", "d");
        book.apply("CREATE TABLE n LIKE t", "d");
        book.leave(T);
        assertThat(book.followed()).isEmpty();
        assertThat(book.get(T)).isNull();
    }

    /** By what a statement says, or else its table; only MySQL 5.7 writes a schema without the collation of utf8mb4. */
    @Test
    void collations_areFollowed() {
        SchemaBook book = new SchemaBook(Set.of(T), SERVER);
        book.replay(HistoryEntry.read(
                1,
                GtidSet.EMPTY,
                T,
                "CREATE TABLE `t` (`id` int NOT NULL, `a` varchar(9) DEFAULT NULL, `b` char(3) CHARACTER SET latin1 COLLATE"
                        + " latin1_bin DEFAULT NULL, `e` enum('x') CHARACTER SET ascii, `c` text CHARACTER SET gbk,"
                        + " PRIMARY KEY (`id`)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4"));
        assertThat(collations(book))
                .containsExactly("-", "utf8mb4_general_ci", "latin1_bin", "ascii_general_ci", "gbk_chinese_ci");
        book.apply(
                "ALTER TABLE t DEFAULT CHARACTER SET latin2, ADD f VARCHAR(3), ADD (g TEXT BINARY, h NCHAR(2))", "d");
        assertThat(collations(book).subList(5, 8))
                .containsExactly("latin2_general_ci", "latin2_bin", "utf8_general_ci");
        assertThat(Objects.requireNonNull(book.get(T)).charsets().get(5)).isEqualTo("latin2");
        book.apply("ALTER TABLE t RENAME COLUMN b TO b2, MODIFY a VARCHAR(9) COLLATE utf8mb4_bin, DROP g, DROP h", "d");
        assertThat(collations(book).subList(0, 3)).containsExactly("-", "utf8mb4_bin", "latin1_bin");
        book.apply("CREATE TABLE n LIKE t", "d");
        book.apply("ALTER TABLE n CONVERT TO CHARACTER SET utf8mb4, ADD z TEXT FIRST", "d");
        book.apply("RENAME TABLE t TO o, n TO t", "d");
        assertThat(collations(book))
                .containsExactly(
                        "utf8mb4_0900_ai_ci",
                        "-",
                        "utf8mb4_0900_ai_ci",
                        "utf8mb4_0900_ai_ci",
                        "utf8mb4_0900_ai_ci",
                        "utf8mb4_0900_ai_ci",
                        "utf8mb4_0900_ai_ci");
    }

    private static List<String> collations(SchemaBook book) {
        return Objects.requireNonNull(book.get(T)).schema().columns().stream()
                .map(column -> Objects.requireNonNullElse(column.collation(), "-"))
                .toList();
    }

    @Test
    void history_isReplayed() {
        List<HistoryEntry> history = List.of(
                HistoryEntry.read(
                        1, GtidSet.EMPTY, T, "CREATE TABLE `t` (id INT PRIMARY KEY, a TEXT) DEFAULT CHARSET=latin1"),
                HistoryEntry.statement(2, GTID, "d", "ALTER TABLE t ADD b VARCHAR(5) FIRST", Set.of(T)),
                HistoryEntry.statement(3, GTID, "other", "CREATE INDEX i ON d.t (b)", Set.of(T)));
        SchemaBook book = SchemaBook.recover(
                "legacy",
                Set.of(T),
                SERVER,
                history.stream()
                        .map(entry -> HistoryEntry.parse(entry.toJson()))
                        .toList());
        CapturedTable table = Objects.requireNonNull(book.get(T));
        assertThat(table.schema().columns()).extracting(Column::name).containsExactly("b", "id", "a");
        assertThat(table.charsets()).containsExactly("latin1", null, "latin1");
        assertThat(table.schema().version()).as("an index is no new shape").isEqualTo(2);
        assertThat(book.entries()).isEqualTo(3);
    }

    @Test
    void gapInTheHistory_isDamage() {
        List<HistoryEntry> cut = List.of(
                HistoryEntry.read(1, GtidSet.EMPTY, T, "CREATE TABLE t (id INT PRIMARY KEY)"),
                HistoryEntry.statement(3, GTID, "d", "ALTER TABLE t ADD b INT", Set.of(T)));
        assertThatThrownBy(() -> SchemaBook.recover("legacy", Set.of(T), SERVER, cut))
                .isInstanceOfSatisfying(
                        ChangeoverException.class,
                        e -> assertThat(e.code().number()).isEqualTo(18));
    }

    @Test
    void tableReadAnew_forgetsWhatItWas() {
        List<HistoryEntry> history = List.of(
                HistoryEntry.read(1, GtidSet.EMPTY, T, "CREATE TABLE t (id INT PRIMARY KEY, old INT)"),
                HistoryEntry.read(2, GtidSet.EMPTY, T, "CREATE TABLE t (id INT PRIMARY KEY, fresh INT)"));
        SchemaBook book = SchemaBook.recover("legacy", Set.of(T), SERVER, history);
        assertThat(Objects.requireNonNull(book.get(T)).schema().columns())
                .extracting(Column::name)
                .containsExactly("id", "fresh");
    }

    private static TableSchema schema(String createTable) {
        return Objects.requireNonNull(SourceSchemas.of(Map.of(T, createTable)).get(T));
    }
}
