package io.changeover.deploy.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LossesTest {

    private static final Pattern TYPE = Pattern.compile("([a-z]+)(?:\\((\\d+)(?:,(\\d+))?\\))?.*");
    private static final Map<String, Long> ROOM = Map.of("tinytext", 255L, "text", 65535L, "longtext", 4294967295L);

    /** A column of {@code varchar(9) latin1_bin}, NOT NULL. */
    private static ColumnFacts column(String definition) {
        return column(definition, false, List.of());
    }

    private static ColumnFacts column(String definition, boolean nullable, List<String> uniques) {
        Matcher collated = Pattern.compile("(.*) ([a-z0-9]+)(_[a-z0-9_]+)").matcher(definition);
        boolean hasCollation = collated.matches();
        String type = hasCollation ? collated.group(1) : definition;
        @Nullable String charset = hasCollation ? collated.group(2) : null;
        Matcher parts = TYPE.matcher(type);
        assertThat(parts.matches()).as(type).isTrue();
        String base = parts.group(1);
        int first = parts.group(2) == null ? 0 : Integer.parseInt(parts.group(2));
        int second = parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3));
        TypeFamily family = TypeFamily.of(base);
        boolean temporal = family == TypeFamily.MOMENT || family == TypeFamily.TIME;
        return new ColumnFacts(
                "c",
                base,
                type,
                charset,
                hasCollation ? charset + collated.group(3) : null,
                family == TypeFamily.TEXT || family == TypeFamily.BYTES ? ROOM.getOrDefault(base, (long) first) : 0,
                temporal ? 0 : first,
                temporal ? first : second,
                nullable,
                false,
                false,
                false,
                uniques);
    }

    private static String losses(String old, String next) {
        return String.join(
                "; ",
                Losses.of(column(old), column(next), true).stream()
                        .map(loss -> loss.kind() + " " + loss.what())
                        .toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "int | int",
                "int unsigned | bigint",
                "int unsigned | decimal(10,0)",
                "year | smallint",
                "bit(8) | smallint",
                "decimal(10,2) | decimal(14,4)",
                "decimal(10,0) | bigint",
                "int | double",
                "float | double",
                "date | datetime(3)",
                "datetime(3) | datetime(6)",
                "time | time(3)",
                "varchar(40) latin1_swedish_ci | varchar(40) utf8mb4_0900_ai_ci",
                "text utf8mb3_general_ci | text utf8mb4_bin",
                "varchar(40) utf8mb4_bin | tinytext utf8mb4_bin",
                "int | varchar(11) utf8mb4_bin",
                "datetime(6) | varchar(26) utf8mb4_bin",
                "enum('a','b') | enum('a','b','c')",
                "enum('a','b') | set('a','b')",
                "set('a','b') | varchar(3) utf8mb4_bin",
                "binary(4) | varbinary(4)",
                "json | json",
                "point | geometry"
            })
    void typesThatHoldTheSameValues_loseNothing(String old, String next) {
        assertThat(losses(old, next)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bigint | int unsigned | refused negative numbers are refused; refused numbers beyond 4294967295 are refused",
                "bigint unsigned | bigint | refused numbers beyond +-9223372036854775807 are refused",
                "decimal(10,4) | decimal(10,2) | refused more than 2 digits after the point are refused; use ROUND",
                "decimal(10,2) | int | changed digits after the point are rounded",
                "bigint | double | changed digits beyond about 16 are lost",
                "double | float | changed digits beyond about 7 are lost; refused numbers beyond 3.4e38 are refused",
                "double | decimal(10,2) | refused more than 2 digits after the point are refused; use ROUND; refused numbers beyond decimal(10,2) are refused",
                "bit(16) | tinyint unsigned | refused numbers beyond 255 are refused",
                "int | bit(8) | refused negative numbers are refused; refused numbers beyond 255 are refused",
                "int | year | refused numbers that are no year from 1901 to 2155 are refused; changed numbers below 100 become years of 1970 to 2069",
                "set('a','b') | bit(8) | refused labels are refused or taken for something else; use an expression",
                "enum('a','b') | int | mind gets the label's place in the list, not the label",
                "varchar(9) utf8mb4_bin | int | refused texts that are no number of int are refused",
                "date | int | refused values of date are refused; use an expression",
                "datetime(6) | timestamp | changed fraction rounded to 0 digits; refused dates before 1970 or after 2038-01-19 are refused; mind is taken for UTC; clients will see it in their time zone",
                "timestamp | datetime | mind holds UTC; clients will not see it in their time zone any more",
                "datetime | date | refused a time of day other than midnight is refused; use DATE",
                "datetime | time | refused dates are refused; use TIME",
                "time | date | changed values of time are refused or taken for something else; use an expression",
                "varchar(40) utf8mb4_bin | varchar(20) latin1_bin | refused more than 20 characters are refused; refused characters outside latin1 are refused",
                "varchar(100) utf8mb4_bin | tinytext utf8mb4_bin | refused more than 255 bytes are refused",
                "text latin1_bin | text utf8mb4_bin | refused more than 65535 bytes are refused",
                "varchar(9) utf8mb4_bin | char(9) utf8mb4_bin | changed blanks at the end are lost",
                "double | varchar(30) utf8mb4_bin | mind is written as 0.1 or 1.0E-4, not as MySQL does; use CAST",
                "varbinary(4) | varchar(4) utf8mb4_bin | refused bytes that are no text in utf8mb4 are refused; use HEX",
                "enum('a','b') | enum('b','c') | refused no label for 'a': refused",
                "enum('a','b') | enum('b','a') | mind the labels have other numbers",
                "set('a','b') | enum('a','b') | refused sets of several labels are refused",
                "int | enum('1') | changed numbers are refused or taken for labels or places in the list; use an expression",
                "varbinary(8) | binary(4) | refused more than 4 bytes are refused; changed filled up with zero bytes to 4",
                "varchar(4) utf8mb4_bin | varbinary(16) | mind holds the bytes of the text in UTF-8",
                "text utf8mb4_bin | json | refused texts that are no JSON are refused; changed blanks, double names and the order of names inside are lost",
                "date | json | refused every value is refused: it is no JSON; use JSON_QUOTE",
                "geometry | point | refused values other than point are refused",
                "json | point | refused values of json are refused; use an expression"
            })
    void typesThatDoNot_areSaid(String old, String next, String said) {
        assertThat(losses(old, next)).isEqualTo(said);
    }

    /** Two values that the new index takes for one hold each other up; where there is no index, nothing is compared. */
    @Test
    void collations_matterInUniqueIndexes() {
        ColumnFacts old = column("varchar(9) utf8mb4_bin");
        assertThat(Losses.of(old, column("varchar(9) utf8mb4_general_ci"), true))
                .isEmpty();
        assertThat(Losses.of(old, column("varchar(9) utf8mb4_general_ci", false, List.of("by_name")), true))
                .extracting(Loss::what)
                .containsExactly("of texts equal by utf8mb4_general_ci but not by utf8mb4_bin, one is taken");
        assertThat(Losses.of(column("datetime(3)"), column("datetime", false, List.of("u")), true))
                .extracting(Loss::what)
                .last()
                .isEqualTo("where two values become one, unique index u holds the second back");
        assertThat(Losses.of(
                        column("varchar(9) utf8mb4_general_ci"),
                        column("varchar(9) utf8mb4_bin", false, List.of("u")),
                        true))
                .isEmpty();
    }

    @Test
    void null_isRefusedWhereItMayNotBe() {
        assertThat(Losses.of(column("int", true, List.of()), column("int"), true))
                .containsExactly(Loss.refused("NULL is refused"));
    }

    @Test
    void wayBack_isThatOfTheNewValues() {
        assertThat(WayBack.through(column("int"), column("int"), "new").state()).isEqualTo(WayBack.State.yes);
        assertThat(WayBack.through(column("int"), column("bigint"), "new").losses())
                .containsExactly("numbers beyond +-2147483647 are refused");
        assertThat(WayBack.through(column("datetime(3)"), column("datetime"), "new")
                        .losses())
                .containsExactly("comes back as it is in the new table: fraction rounded to 0 digits");
        assertThat(WayBack.none(column("int"), List.of()).state()).isEqualTo(WayBack.State.blocked);
        assertThat(WayBack.none(column("int", true, List.of()), List.of()).state())
                .isEqualTo(WayBack.State.none);
    }
}
