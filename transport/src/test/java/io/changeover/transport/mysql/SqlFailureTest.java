package io.changeover.transport.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.mysql.SqlFailure.Kind;
import io.changeover.transport.problem.ExitCode;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlFailureTest {

    @ParameterizedTest
    @CsvSource({
        "1213, 40001, BUSY",
        "1205, 41000, BUSY",
        "1836, HY000, BUSY",
        "1114, HY000, BUSY",
        "1021, HY000, BUSY",
        "28, HY000, BUSY",
        "1040, 08004, BUSY",
        "1053, 08S01, UNREACHABLE",
        "0, 08S01, UNREACHABLE",
        "1045, 28000, DENIED",
        "1044, 42000, DENIED",
        "1142, 42000, DENIED",
        "1143, 42000, DENIED",
        "1227, 42000, DENIED",
        "1410, 42000, DENIED",
        "1264, 22003, DATA",
        "1366, HY000, DATA",
        "1406, 22001, DATA",
        "1292, 22007, DATA",
        "1048, 23000, DATA",
        "3819, HY000, DATA",
        "1690, 22003, DATA",
        "1365, 22012, DATA",
        "1411, HY000, DATA",
        "3140, 22032, DATA",
        "1153, 08S01, DATA",
        "1062, 23000, DUPLICATE_KEY",
        "1054, 42S22, SCHEMA",
        "1146, 42S02, SCHEMA",
        "9999, 22999, DATA",
        "9999, 40002, BUSY",
        "1064, 42000, OTHER"
    })
    void kind_followsTheErrorNumber(int code, String state, Kind kind) {
        assertThat(SqlFailure.of(new SQLException("text", state, code)).kind()).isEqualTo(kind);
    }

    @Test
    void optionPrevents_isAStateOfTheServerOnlyWhenItIsReadOnly() {
        assertThat(failure(1290, "The MySQL server is running with the --super-read-only option")
                        .isEnvironment())
                .isTrue();
        assertThat(failure(1290, "The MySQL server is running with the --secure-file-priv option")
                        .isEnvironment())
                .isFalse();
    }

    @Test
    void wrapped_isReadThroughPoolsAndBatches() {
        SQLException denied = new SQLException("Access denied for user 'a'@'b' (using password: YES)", "28000", 1045);
        SQLException pool = new SQLTransientConnectionException("timed out", "28000", 0, denied);
        assertThat(SqlFailure.of(pool).kind()).isEqualTo(Kind.DENIED);

        SQLException deadlock = new SQLException("Deadlock found", "40001", 1213);
        assertThat(SqlFailure.of(new BatchUpdateException("x", "40001", 0, new int[0], deadlock))
                        .code())
                .isEqualTo(1213);
    }

    @Test
    void duplicateKey_namesItsIndex() {
        SqlFailure present = failure(1062, "Duplicate entry 'a' for key 'b'-c' for key 't.x.uk_mail'");
        assertThat(present.index("t.x")).contains("uk_mail");
        assertThat(failure(1062, "Duplicate entry '1' for key 'PRIMARY'").index("t"))
                .contains("PRIMARY");
        assertThat(failure(1406, "Data too long for column 'a' at row 1").index("t"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "1062 | Duplicate entry 'secret' for key 't.uk'",
                "1366 | Incorrect integer value: 'secret' for column 'a' at row 1",
                "1292 | Truncated incorrect DOUBLE value: 'secret'",
                "1292 | Data truncation: Incorrect datetime value: 'x for secret' for column 'a' at row 1",
                "1411 | Incorrect datetime value: 'secret' for function str_to_date",
                "1690 | BIGINT UNSIGNED value is out of range in '(secret - 5)'",
                "1526 | Table has no partition for value secret",
                "1366 | Incorrect string value: '\\xF0secret' for column 'a' at row 1"
            })
    void message_hidesValuesOfTheRow(int code, String message) {
        SqlFailure failure = failure(code, message);
        assertThat(failure.message()).doesNotContain("secret");
        assertThat(failure.problem("here").toString()).doesNotContain("secret").contains("MySQL error " + code);
    }

    @Test
    void problem_hasCodePlaceAndRemedy() {
        assertThat(failure(1045, "Access denied").problem("db:3306").code()).isEqualTo(ExitCode.DENIED);
        SqlFailure gone = SqlFailure.of(new SQLException("gone", "08S01", 0));
        assertThat(gone.problem("db:3306").code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(gone.problem("db:3306").place()).isEqualTo("db:3306");
    }

    private static SqlFailure failure(int code, String message) {
        return SqlFailure.of(new SQLException(message, "HY000", code));
    }
}
