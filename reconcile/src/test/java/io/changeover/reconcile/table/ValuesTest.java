package io.changeover.reconcile.table;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValuesTest {

    @ParameterizedTest(name = "{0} and {1} as {2}({3}): {4}")
    @CsvSource({
        "1.50, 1.5000, decimal, 4, true",
        "1.505, 1.51, decimal, 2, true",
        "-1.505, -1.51, decimal, 2, true",
        "1.504, 1.51, decimal, 2, false",
        "007, 7, int, 0, true",
        "'', 0, int, 0, false",
        "abc, 0, int, 0, false",
        "'a ', a, varchar, 0, false",
        "A, a, varchar, 0, false",
        "1.10, 1.1, varchar, 0, false",
        "16777217, 16777216, float, 0, true",
        "16777218, 16777216, float, 0, false",
        "0.1, 0.10000000000000001, double, 0, true",
        "0, -0, double, 0, false",
        "-0, 0, float, 0, false",
        "'a,b', 'b,a', set, 0, true",
        "'a,b', a, set, 0, false",
        "2024-01-01 10:00:00, 2024-01-01 10:00:00.000, datetime, 3, true",
        "2023-12-31 23:59:59.9996, 2024-01-01 00:00:00.000, datetime, 3, true",
        "2023-12-31 23:59:59.9994, 2024-01-01 00:00:00.000, datetime, 3, false",
        "2024-01-01 10:00:00, 2024-01-01 10:00:01, datetime, 0, false",
        "0000-00-00 00:00:00, 0000-00-00 00:00:00.000, datetime, 3, true",
        "0000-00-00 00:00:00, 1970-01-01 00:00:00, datetime, 0, false",
        "2024-01-01 10:00:00, 2024-01-01, date, 0, true",
        "-00:00:00.6, -00:00:01, time, 0, true",
        "838:59:59, 00:59:59, time, 0, false",
        "{}, [], json, 0, false",
        "'{\"a\": 0.1250}', '{\"a\": 0.125}', json, 0, true",
        "'{\"a\": 1.0}', '{\"a\": 1}', json, 0, true",
        "'{\"a\": 0.12345678901234567891}', '{\"a\": 0.12345678901234568}', json, 0, false",
        "'{\"a\": \"1\"}', '{\"a\": 1}', json, 0, false",
        "'[1, 2]', '[2, 1]', json, 0, false",
        "'[1, 2]', '[1, 2, 3]', json, 0, false",
        "[0.0], [-0.0], json, 0, false",
        "[-0], [0], json, 0, true"
    })
    void values_areTheSame_onlyWhereTheTypeCannotTellThemApart(
            String mapped, String stored, String base, int digits, boolean same) {
        ColumnType type = new ColumnType(base, digits);

        assertThat(Values.same(mapped, stored, type, type)).isEqualTo(same);
    }

    @ParameterizedTest(name = "{0} of {2} and {1} as {3}: {4}")
    @CsvSource({
        "0.10000000149011612, 0.10000000149011612, float, double, true",
        "0.10000000149011612, 0.1, float, double, false",
        "0.10000000149011612, 0.1, float, varchar, true",
        "0.10000000149011612, 0.10, float, varchar, false",
        "0.0001, 1.0E-4, double, varchar, true",
        "0.0001, 0.0001, double, varchar, true",
        "0.0001, 1.0e-4, double, varchar, false",
        "1, 1.0, double, varchar, true",
        "1, 1.0, bigint, varchar, false"
    })
    void floatingNumbers_areWrittenAsInMessages(String mapped, String stored, String old, String base, boolean same) {
        assertThat(Values.same(mapped, stored, new ColumnType(old, 0), new ColumnType(base, 0)))
                .isEqualTo(same);
    }

    @ParameterizedTest
    @CsvSource({"varchar", "int", "json", "datetime"})
    void null_isOnlyEqualToNull(String base) {
        ColumnType type = new ColumnType(base, 0);

        assertThat(Values.same(null, null, type, type)).isTrue();
        assertThat(Values.same(null, "", type, type)).isFalse();
        assertThat(Values.same("0", null, type, type)).isFalse();
    }
}
