package io.changeover.capture.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.event.TableName;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DdlStatementTest {

    private static final Set<TableName> TABLES = Set.of(new TableName("trade", "t_order"));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    CREATE TABLE t_order (id INT)                          | CREATE
                    create table if not exists trade.t_order (id int)      | CREATE
                    /* a comment */ ALTER  TABLE t_order ADD c INT         | ALTER
                    /*!40000 ALTER TABLE `t_order` DISABLE KEYS */         | ALTER
                    DROP TABLE IF EXISTS a, t_order                        | ERASE
                    TRUNCATE t_order                                       | TRUNCATE
                    RENAME TABLE t_order TO x                              | RENAME
                    CREATE UNIQUE INDEX i ON t_order (id)                  | CINDEX
                    DROP INDEX i ON t_order                                | DINDEX
                    """)
    void type_isCanals(String sql, String type) {
        DdlStatement statement = DdlStatement.of(sql);
        assertThat(statement.type()).isEqualTo(type);
        assertThat(statement.mayTouch(TABLES)).isTrue();
        assertThat(statement.isDml()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    CREATE TRIGGER t BEFORE INSERT ON t_order FOR EACH ROW BEGIN END
                    CREATE VIEW v AS SELECT * FROM t_order
                    DROP TEMPORARY TABLE t_order
                    GRANT SELECT ON t_order TO u
                    ANALYZE TABLE t_order
                    SAVEPOINT t_order
                    """)
    void otherStatements_areNotLookedAt(String sql) {
        assertThat(DdlStatement.of(sql).type()).isNull();
    }

    @Test
    void name_countsAsAWordOnly() {
        assertThat(DdlStatement.of("ALTER TABLE t_order2 ADD c INT").mayTouch(TABLES))
                .isFalse();
        assertThat(DdlStatement.of("ALTER TABLE x_t_order ADD c INT").mayTouch(TABLES))
                .isFalse();
        assertThat(DdlStatement.of("ALTER TABLE x ADD c INT /* t_order */").mayTouch(TABLES))
                .isFalse();
        assertThat(DdlStatement.of("ALTER TABLE T_ORDER ADD c INT").mayTouch(TABLES))
                .isTrue();
        assertThat(DdlStatement.of("DROP DATABASE trade").mayTouch(TABLES)).isTrue();
        assertThat(DdlStatement.of("DROP DATABASE trade2").mayTouch(TABLES)).isFalse();
    }

    @Test
    void dml_isRecognisedBehindComments() {
        assertThat(DdlStatement.of("/* app */ insert into t_order values (1)").isDml())
                .isTrue();
        assertThat(DdlStatement.of("WITH x AS (SELECT 1) DELETE FROM t_order").isDml())
                .isTrue();
    }
}
