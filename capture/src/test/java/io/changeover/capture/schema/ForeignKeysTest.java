package io.changeover.capture.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.event.TableName;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignKeysTest {

    private static final TableName PARENT = new TableName("d", "Parent");
    private static final TableName CHILD = new TableName("d", "child");

    private final SchemaBook book = new SchemaBook(Set.of(PARENT, CHILD), new ServerTraits(true, false, false));

    @BeforeEach
    void asShowCreateTablePrints() {
        book.apply("CREATE TABLE `Parent` (`id` int NOT NULL, `code` char(3), PRIMARY KEY (`id`))", "d");
        book.apply(
                "CREATE TABLE `child` (`id` int NOT NULL, `a b` int DEFAULT NULL, `c` char(3), PRIMARY KEY (`id`),"
                        + " CONSTRAINT `f``1` FOREIGN KEY (`a b`) REFERENCES `parent` (`id`) ON DELETE SET NULL ON UPDATE CASCADE,"
                        + " CONSTRAINT `f2` FOREIGN KEY (`c`, `id`) REFERENCES `other`.`x` (`c`, `d`)) ENGINE=InnoDB",
                "d");
    }

    private List<ForeignKey> keys() {
        return Objects.requireNonNull(book.get(CHILD)).foreignKeys();
    }

    @Test
    void created() {
        assertThat(keys())
                .containsExactly(
                        new ForeignKey("f`1", CHILD, List.of("a b"), PARENT, List.of("id"), "SET NULL", "CASCADE"),
                        new ForeignKey(
                                "f2",
                                CHILD,
                                List.of("c", "id"),
                                new TableName("other", "x"),
                                List.of("c", "d"),
                                "RESTRICT",
                                "RESTRICT"));
    }

    @Test
    void altered() {
        book.apply(
                "ALTER TABLE child DROP FOREIGN KEY `f``1`, ADD COLUMN e INT, ADD FOREIGN KEY (e) REFERENCES Parent"
                        + " (id) ON UPDATE NO ACTION ON DELETE CASCADE",
                "d");
        book.apply("ALTER TABLE d.child ADD CONSTRAINT FOREIGN KEY (e) REFERENCES Parent (id)", "elsewhere");
        book.apply("ALTER TABLE child DROP CONSTRAINT f2", "d");
        assertThat(keys()).extracting(ForeignKey::name).containsExactly("child_ibfk_1", "child_ibfk_2");
        assertThat(keys().get(0).onDelete()).isEqualTo("CASCADE");
        assertThat(keys().get(0).onUpdate()).isEqualTo("RESTRICT");
        assertThat(keys().get(0).parent()).isEqualTo(PARENT);
    }

    @Test
    void tablesSwapPlaces_eachKeepsItsOwn() {
        book.apply("CREATE TABLE new_child LIKE child", "d");
        book.apply("ALTER TABLE new_child ADD CONSTRAINT f3 FOREIGN KEY (id) REFERENCES Parent (id)", "d");
        book.apply("RENAME TABLE child TO old_child, new_child TO child, Parent TO elsewhere", "d");
        assertThat(keys()).extracting(ForeignKey::name).containsExactly("f3");
        assertThat(keys().get(0).parent()).isEqualTo(new TableName("d", "elsewhere"));
    }

    @Test
    void columnsAreRenamed_onBothSides() {
        int version = Objects.requireNonNull(book.get(CHILD)).schema().version();
        book.apply("ALTER TABLE Parent RENAME COLUMN id TO number, CHANGE code label CHAR(4)", "d");
        assertThat(keys().get(0).parentColumns()).containsExactly("number");
        assertThat(Objects.requireNonNull(book.get(CHILD)).schema().version())
                .as("the child's rows are the same")
                .isEqualTo(version);
        book.apply("ALTER TABLE child CHANGE `a b` ab INT", "d");
        assertThat(keys().get(0).columns()).containsExactly("ab");
    }

    @Test
    void inlineReferences_areForgottenByOldServers() {
        String inline = "ALTER TABLE child ADD COLUMN p INT REFERENCES Parent (id) ON DELETE CASCADE";
        String named = "ALTER TABLE child ADD FOREIGN KEY (p) REFERENCES Parent (id)";
        book.apply(inline, "d");
        assertThat(keys()).hasSize(2);
        book.apply(named, "d");
        assertThat(keys().get(2).name()).isEqualTo("child_ibfk_1");

        SchemaBook newer = new SchemaBook(Set.of(CHILD), new ServerTraits(false, true, false));
        newer.apply("CREATE TABLE child (id INT PRIMARY KEY)", "d");
        newer.apply(inline, "d");
        assertThat(Objects.requireNonNull(newer.get(CHILD)).foreignKeys())
                .extracting(ForeignKey::onDelete)
                .containsExactly("CASCADE");
    }

    @Test
    void tableThatIsThere_isNotMadeAgain() {
        book.apply("CREATE TABLE IF NOT EXISTS child (x INT)", "d");
        assertThat(keys()).hasSize(2);
    }

    @Test
    void declared_whateverTheCase() {
        Cascades cascades = Cascades.declaring(Map.of(CHILD, List.of("F`1")));
        CapturedTable child = Objects.requireNonNull(book.get(CHILD));
        assertThat(cascades.refused(List.of(child), Set.of(CHILD, PARENT))).isEmpty();
        assertThat(cascades.followers(PARENT, List.of(child))).isEmpty();

        Cascades none = Cascades.declaring(Map.of());
        assertThat(none.refused(List.of(child), Set.of(CHILD, PARENT)))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.remedy())
                            .contains("`cascades: [f`1]`")
                            .endsWith(
                                    "ALTER TABLE `d`.`child` DROP FOREIGN KEY `f``1`; ALTER TABLE `d`.`child` ADD CONSTRAINT"
                                            + " `f``1` FOREIGN KEY (`a b`) REFERENCES `d`.`Parent` (`id`);");
                });
        assertThat(none.followers(PARENT, List.of(child)))
                .extracting(Cascades.Follower::movesRows)
                .containsExactly(false);
    }

    /** P <- C <- G, where G follows the columns that C's foreign key changes: the binlog shows P only. */
    @ParameterizedTest
    @CsvSource({
        "code, ON UPDATE CASCADE, true",
        "CODE, ON UPDATE SET NULL, true",
        "code, ON DELETE SET NULL, true",
        "code, ON DELETE CASCADE, false",
        "code, ON UPDATE RESTRICT, false",
        "id, ON UPDATE CASCADE, false"
    })
    void chainOfUpdates_isRefusedAtItsEnd(String followed, String rule, boolean refused) {
        TableName end = new TableName("d", "g");
        SchemaBook three = new SchemaBook(Set.of(PARENT, CHILD, end), new ServerTraits(true, false, false));
        three.apply("CREATE TABLE Parent (code INT PRIMARY KEY)", "d");
        three.apply(
                "CREATE TABLE child (id INT PRIMARY KEY, code INT UNIQUE, CONSTRAINT fk_c FOREIGN KEY (code)"
                        + " REFERENCES Parent (code) " + rule + ")",
                "d");
        three.apply(
                "CREATE TABLE g (id INT PRIMARY KEY, c INT, CONSTRAINT fk_g FOREIGN KEY (c) REFERENCES child ("
                        + followed + ") ON UPDATE CASCADE)",
                "d");
        List<CapturedTable> tables = Stream.of(PARENT, CHILD, end)
                .map(name -> Objects.requireNonNull(three.get(name)))
                .toList();

        three.judge(Cascades.declaring(Map.of(CHILD, List.of("fk_c"))), Map.of());
        if (!refused) {
            assertThat(three.refusedCascades()).isEmpty();
            return;
        }
        assertThat(three.refusedCascades().values().stream().flatMap(List::stream))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.code().number()).isEqualTo(11);
                    assertThat(problem.place()).isEqualTo("table d.g");
                    assertThat(problem.cause())
                            .contains("fk_g has ON UPDATE CASCADE")
                            .contains("foreign key fk_c of d.child");
                    assertThat(problem.remedy()).contains("`cascades: [fk_g]`");
                });
        Cascades both = Cascades.declaring(Map.of(CHILD, List.of("fk_c"), end, List.of("fk_g")));
        assertThat(both.refused(tables, three.captured())).isEmpty();
        assertThat(both.warnings(tables, three.captured()))
                .filteredOn(warning -> warning.place().equals("table d.g"))
                .singleElement()
                .satisfies(warning -> assertThat(warning.cause()).contains("also when foreign key fk_c of d.child"));
    }
}
