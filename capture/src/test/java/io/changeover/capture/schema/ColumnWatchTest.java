package io.changeover.capture.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.definition.OnDdl;
import io.changeover.transport.event.TableName;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnWatchTest {

    private static final TableName T = new TableName("d", "t");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                    INT                     | BIGINT                     | yes
                    INT UNSIGNED            | BIGINT                     | yes
                    INT UNSIGNED            | INT                        | no
                    INT                     | BIGINT UNSIGNED            | no
                    BIGINT                  | INT                        | no
                    INT                     | VARCHAR(20)                | no
                    DECIMAL(10,2)           | DECIMAL(12,2)              | yes
                    DECIMAL(10,2)           | DECIMAL(12,4)              | yes
                    DECIMAL(10,2)           | DECIMAL(10,4)              | no
                    DECIMAL(10,2)           | DECIMAL(10,1)              | no
                    DECIMAL(10,2)           | DECIMAL(10,2) UNSIGNED     | no
                    VARCHAR(10)             | VARCHAR(20)                | yes
                    VARCHAR(20)             | VARCHAR(10)                | no
                    VARCHAR(10)             | TEXT                       | yes
                    VARCHAR(10)             | TINYTEXT                   | no
                    TEXT                    | LONGTEXT                   | yes
                    LONGTEXT                | TEXT                       | no
                    BLOB                    | TEXT                       | no
                    BINARY(4)               | BINARY(8)                  | no
                    VARBINARY(4)            | VARBINARY(8)               | yes
                    DATETIME                | DATETIME(3)                | yes
                    DATETIME(6)             | DATETIME(3)                | no
                    DATETIME                | TIMESTAMP                  | no
                    FLOAT                   | DOUBLE                     | no
                    ENUM('a','b')           | ENUM('a','b','c')          | yes
                    ENUM('a','b')           | ENUM('b','a')              | no
                    ENUM('a')               | ENUM('a,b')                | no
                    SET('a','b')            | SET('a')                   | no
                    BIT(3)                  | BIT(9)                     | yes
                    """)
    void changeOfType_goesOnWhereItKeepsAllValues(String before, String after, String goesOn) {
        boolean fine = objection(ColumnWatch.DEFAULT, "a " + before, "MODIFY a " + after)
                .isEmpty();
        assertThat(fine).isEqualTo(goesOn.equals("yes"));
    }

    @Test
    void columnThatIsNotMapped_mayBecomeAnything() {
        ColumnWatch watch = new ColumnWatch(OnDdl.IGNORE, Set.of("b"));
        assertThat(objection(watch, "a INT, b INT", "MODIFY a DATE")).isEmpty();
        assertThat(objection(watch, "a INT, B INT", "MODIFY B DATE")).contains("B from int to date", "d.t");
        assertThat(objection(watch, "a INT, b INT", "DROP b, ADD c INT FIRST"))
                .as("the mapping's trouble")
                .isEmpty();
    }

    @Test
    void stop_isForAnyChange() {
        ColumnWatch watch = new ColumnWatch(OnDdl.STOP, Set.of("b"));
        assertThat(objection(watch, "a INT", "ADD c INT")).isNotEmpty();
        assertThat(objection(watch, "a INT", "ADD INDEX (a)")).isEmpty();
    }

    private static String objection(ColumnWatch watch, String columns, String change) {
        SchemaBook book = new SchemaBook(Set.of(T), new ServerTraits(false, false, false));
        book.apply("CREATE TABLE t (id INT PRIMARY KEY, " + columns + ")", "d");
        CapturedTable before = Objects.requireNonNull(book.get(T));
        book.apply("ALTER TABLE t " + change, "d");
        return watch.objection(
                        before.schema(), Objects.requireNonNull(book.get(T)).schema())
                .orElse("");
    }
}
