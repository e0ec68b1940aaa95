package io.changeover.transport.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MappingExpressionTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\u0001',
            value = {
                "user_id; s.`user_id`",
                "`user id`; s.`user id`",
                "order; s.`order`",
                "ROUND(amount * 100); ROUND(s.`amount` * 100)",
                "CASE status WHEN 0 THEN 'CREATED' ELSE 'status' END; CASE s.`status` WHEN 0 THEN 'CREATED' ELSE 'status' END",
                "a = 1 AND b IN (1,2,3) OR NOT c; s.`a` = 1 AND s.`b` IN (1,2,3) OR NOT s.`c`",
                "a DIV b % 3; s.`a` DIV s.`b` % 3",
                "a <=> b; s.`a` <=> s.`b`",
                "a->>'$.x'; s.`a`->>'$.x'",
                "TIMESTAMPDIFF(DAY, day, b); TIMESTAMPDIFF(DAY, s.`day`, s.`b`)",
                "DATE_ADD(a, INTERVAL b+1 DAY); DATE_ADD(s.`a`, INTERVAL s.`b`+1 DAY)",
                "EXTRACT(YEAR FROM a); EXTRACT(YEAR FROM s.`a`)",
                "CONVERT(a USING utf8mb4); CONVERT(s.`a` USING utf8mb4)",
                "CAST(a AS CHAR(10) CHARACTER SET utf8mb4); CAST(s.`a` AS CHAR(10) CHARACTER SET utf8mb4)",
                "a COLLATE utf8mb4_bin; s.`a` COLLATE utf8mb4_bin",
                "TRIM(LEADING '0' FROM a); TRIM(LEADING '0' FROM s.`a`)",
                "SUBSTRING(a FROM 2 FOR 3); SUBSTRING(s.`a` FROM 2 FOR 3)",
                "a NOT REGEXP '^x' AND b LIKE 'x!%' ESCAPE '!'; s.`a` NOT REGEXP '^x' AND s.`b` LIKE 'x!%' ESCAPE '!'",
                "a BETWEEN 1 AND 2 AND b IS NOT NULL; s.`a` BETWEEN 1 AND 2 AND s.`b` IS NOT NULL",
                "JSON_OBJECT('a', b); JSON_OBJECT('a', s.`b`)",
                "UNIX_TIMESTAMP(a); UNIX_TIMESTAMP(s.`a`)",
                "CONCAT('😀', a, 'it\\'s -- # /* ? @x', b); CONCAT('😀', s.`a`, 'it\\'s -- # /* ? @x', s.`b`)",
                "a = 'it\\\\' OR b = 'x'; s.`a` = 'it\\\\' OR s.`b` = 'x'",
                "`now` + `a b`; s.`now` + s.`a b`",
                "ユーザ; s.`ユーザ`",
                "-a / 2.5e3; -s.`a` / 2.5e3",
            })
    void expression_keepsItsText_withColumnsQualified(String text, String sql) {
        assertThat(MappingExpression.parse(text).sql(column -> "s.`" + column + "`"))
                .isEqualTo(sql);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'legacy-a'",
                "'it''s'",
                "42",
                "-1",
                ".5",
                "NULL",
                "TRUE",
                "x'41'",
                "DATE '2020-01-01'",
                "CONCAT('a', 'b')"
            })
    void constant_hasNoColumns(String text) {
        MappingExpression constant = MappingExpression.parse(text);
        assertThat(constant.isConstant()).isTrue();
        assertThat(constant.isPlainColumn()).isFalse();
        assertThat(constant.sql("s")).isEqualTo(text);
    }

    @Test
    void plainColumn_isKnown_andNothingElseIsOne() {
        assertThat(MappingExpression.parse(" `user id` ").plainColumn()).isEqualTo("user id");
        assertThat(MappingExpression.parse("id")).isEqualTo(MappingExpression.parse(" id"));
        assertThat(MappingExpression.parse("(id)").isPlainColumn()).isFalse();
        assertThat(MappingExpression.parse("-id").isPlainColumn()).isFalse();
        assertThat(MappingExpression.column("a`b").sql("s")).isEqualTo("`s`.`a``b`");
    }

    @Test
    void columns_areListedOnce_asMySqlTellsThemApart() {
        assertThat(MappingExpression.parse("IF(b > A, a, c + B)").columns()).containsExactly("b", "A", "c");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '\u0001',
            value = {
                "NOW(); function NOW depends on when it runs",
                "now ( ); function NOW depends on when it runs",
                "SYSDATE(6); depends on when",
                "CURDATE(); depends on when",
                "CURRENT_TIMESTAMP; depends on when",
                "CURRENT_TIMESTAMP(3); depends on when",
                "UTC_TIMESTAMP; depends on when",
                "utc_date(); depends on when",
                "LOCALTIME; depends on when",
                "UNIX_TIMESTAMP(); without an argument",
                "RAND(); another value each time",
                "UUID(); another value each time",
                "UUID_SHORT(); another value each time",
                "CONNECTION_ID(); server or the session",
                "USER(); server or the session",
                "CURRENT_USER; server or the session",
                "DATABASE(); server or the session",
                "SCHEMA(); server or the session",
                "VERSION(); server or the session",
                "LAST_INSERT_ID(); server or the session",
                "ROW_COUNT(); server or the session",
                "FOUND_ROWS(); server or the session",
                "SLEEP(1); acts instead of computing",
                "GET_LOCK('a', 1); acts instead",
                "BENCHMARK(1, MD5(a)); acts instead",
                "LOAD_FILE('/etc/passwd'); acts instead",
                "COUNT(*); needs more than one row",
                "SUM(a); needs more than one row",
                "GROUP_CONCAT(a); needs more than one row",
                "SUM(a) OVER (); needs more than one row",
                "ROW_NUMBER() OVER (ORDER BY a); needs more than one row",
                "(SELECT 1); subqueries",
                "EXISTS (SELECT 1); subqueries",
                "a IN (SELECT b FROM c); subqueries",
                "a = ANY (SELECT 1); subqueries",
                "@x; variables",
                "@@session.time_zone; variables",
                "@x := 1; variables",
                "?; parameters",
                ":name; parameters",
                "my_function(a); is not a built-in one",
                "CONCATT(a); did you mean `CONCAT`?",
                "other.f(a); stored functions are not allowed: f()",
                "t.a; write the column without its table: t.a",
                "\"text\"; double quotes are ambiguous",
                "a || b; depends on sql_mode",
                "a -- b; comments",
                "a--1; comments",
                "a /* b */; comments",
                "/*! a */ b; comments",
                "a#b; comments",
                "a # b; is not one MySQL expression",
                "a, b; is not one MySQL expression, from here on: , b",
                "a b; is not one MySQL expression, from here on: b",
                "a) OR (b; is not one MySQL expression, from here on: ) OR (b",
                "a AS b; is not one MySQL expression, from here on: AS b",
                "1) UNION SELECT (2; is not one",
                "a +; is not one MySQL expression, from here on: +",
                "ROUND(a; is not one MySQL expression",
                "a = 'open; is not one MySQL expression",
                "a::int; MySQL does not know ::",
                "a[1]; MySQL does not know [",
                "q'{x}'; MySQL does not know",
                "CONVERT(a, UNSIGNED); write CAST",
                "DEFAULT(a); server or the session",
            })
    void unsafeExpression_isRefused(String text, String reason) {
        assertThatThrownBy(() -> MappingExpression.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void severalStatements_areRefused() {
        assertThatThrownBy(() -> MappingExpression.parse("a; DROP TABLE b"))
                .hasMessageContaining("from here on: ; DROP");
    }

    @Test
    void allReasons_areToldAtOnce() {
        assertThatThrownBy(() -> MappingExpression.parse("NOW() + RAND() + @x"))
                .hasMessageContaining("NOW")
                .hasMessageContaining("RAND")
                .hasMessageContaining("variables");
    }

    @Test
    void deepExpression_isRefusedOrRead_butEnds() {
        String deep = "(".repeat(5_000) + "a" + ")".repeat(5_000);
        assertThatThrownBy(() -> MappingExpression.parse(deep)).isInstanceOf(IllegalArgumentException.class);
    }
}
