package io.changeover.capture.value;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every character of every character set is the one that MySQL takes it for. */
@WithServers
@Tag("versions")
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TextCharsetIT {

    private static final HexFormat HEX = HexFormat.of();

    private final Connection connection;
    private final Statement statement;

    TextCharsetIT(TestingServers servers) throws SQLException {
        String schema = servers.source().freshSchema();
        connection = servers.source().connect(schema);
        statement = connection.createStatement();
    }

    @BeforeAll
    void makeEveryCode() throws SQLException {
        statement.execute("SET sql_mode = ''"); // what is no character is no error
        statement.execute("CREATE TABLE codes (code VARBINARY(4) PRIMARY KEY)");
        insert("", 0, 0xFF, "%02x");
        insert("", 0x8000, 0xFFFF, "%04x");
        insert("8f", 0xA1A1, 0xFEFE, "%04x");
    }

    private void insert(String prefix, int from, int to, String format) throws SQLException {
        List<String> codes = new ArrayList<>();
        for (int code = from; code <= to; code++) {
            codes.add("(x'" + prefix + String.format(format, code) + "')");
        }
        statement.execute("INSERT INTO codes VALUES " + String.join(",", codes));
    }

    @AfterAll
    void close() throws SQLException {
        connection.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "latin1",
                "latin2",
                "latin5",
                "latin7",
                "greek",
                "hebrew",
                "cp1250",
                "cp1251",
                "cp1256",
                "cp1257",
                "cp850",
                "cp852",
                "cp866",
                "koi8r",
                "koi8u",
                "tis620",
                "macroman",
                "macce"
            })
    void setOfSingleBytes(String name) throws SQLException {
        assertThat(compare(name, "LENGTH(code) = 1")).isGreaterThan(190);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gbk", "gb2312", "gb18030", "big5", "sjis", "cp932", "euckr", "ujis", "eucjpms"})
    void setOfSeveralBytes(String name) throws SQLException {
        boolean three = name.equals("ujis") || name.equals("eucjpms");
        assertThat(compare(name, three ? "TRUE" : "LENGTH(code) < 3")).isGreaterThan(6000);
    }

    /** How many characters were the same. */
    private int compare(String name, String which) throws SQLException {
        TextCharset ours = TextCharset.of(name, "c");
        String text = "CONVERT(code USING " + name + ")";
        List<String> different = new ArrayList<>();
        int same = 0;
        try (ResultSet rows =
                statement.executeQuery("SELECT code, CONVERT(CONVERT(" + text + " USING utf8mb4) USING binary)"
                        + " FROM codes WHERE " + which + " AND CHAR_LENGTH(" + text + ") = 1 AND CONVERT(" + text
                        + " USING binary) = code")) {
            while (rows.next()) {
                byte[] code = rows.getBytes(1);
                String wanted = new String(rows.getBytes(2), StandardCharsets.UTF_8);
                boolean none = wanted.isEmpty() || wanted.equals("\uFFFD") || (wanted.equals("?") && code[0] != '?');
                if (none) {
                    continue; // a code that MySQL has no character for
                }
                String read = decoded(ours, code);
                if (read.equals(wanted)) {
                    same++;
                } else {
                    different.add(HEX.formatHex(code) + " is " + wanted + ", not " + read);
                }
            }
        }
        assertThat(different).isEmpty();
        return same;
    }

    private static String decoded(TextCharset charset, byte[] code) {
        try {
            return charset.decode(code);
        } catch (IllegalArgumentException e) {
            return "unreadable";
        }
    }

    /** The characters of four bytes, by way of Unicode: the whole basic plane, and every 61st beyond. */
    @Test
    void gb18030_hasAllOfUnicode() throws SQLException {
        TextCharset ours = TextCharset.of("gb18030", "c");
        statement.execute("CREATE TABLE points (point INT PRIMARY KEY)");
        List<String> points = new ArrayList<>();
        for (int point = 1; point <= Character.MAX_CODE_POINT; point += point < 0x10000 ? 1 : 61) {
            if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
                points.add("(" + point + ")");
            }
        }
        statement.execute("INSERT INTO points VALUES " + String.join(",", points));
        List<String> different = new ArrayList<>();
        try (ResultSet rows =
                statement.executeQuery("SELECT point, CONVERT(CONVERT(CONVERT(UNHEX(LPAD(HEX(point), 8, '0'))"
                        + " USING utf32) USING gb18030) USING binary) FROM points")) {
            while (rows.next()) {
                String wanted = Character.toString(rows.getInt(1));
                String text = decoded(ours, rows.getBytes(2));
                if (!text.equals(wanted)) {
                    different.add(HEX.toHexDigits(rows.getInt(1)) + " is not " + text);
                }
            }
        }
        assertThat(different).isEmpty();
    }
}
