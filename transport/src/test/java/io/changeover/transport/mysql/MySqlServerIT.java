package io.changeover.transport.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.zaxxer.hikari.HikariDataSource;
import io.changeover.embedded.EmbeddedMySql;
import io.changeover.transport.definition.Secret;
import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.definition.TlsMode;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.testing.TestCertificate;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class MySqlServerIT {

    private static EmbeddedMySql mysql;

    @BeforeAll
    static void start() {
        mysql = EmbeddedMySql.create();
        mysql.execute("CREATE DATABASE a", "SET GLOBAL sql_select_limit = 1", "SET GLOBAL sql_mode = 'ANSI'");
    }

    @AfterAll
    static void stop() {
        mysql.close();
    }

    @Test
    void sessions_areAlikeWhateverTheServerIsSetTo() throws SQLException {
        try (Connection connection = server(TlsMode.DISABLED, null).connect()) {
            assertThat(value(connection, "SELECT @@time_zone")).isEqualTo("+00:00");
            assertThat(value(connection, "SELECT @@sql_mode")).isEqualTo(MySqlServer.SQL_MODE);
            assertThat(value(connection, "SELECT CONCAT_WS(',', @@character_set_client, @@character_set_results)"))
                    .isEqualTo("utf8mb4,utf8mb4");
            assertThat(value(connection, "SELECT @@collation_connection")).isEqualTo(MySqlServer.COLLATION);
            assertThat(value(connection, "SELECT @@sql_select_limit")).isEqualTo("18446744073709551615");
            assertThat(value(
                            connection,
                            "SELECT ATTR_VALUE FROM performance_schema.session_account_connect_attrs"
                                    + " WHERE ATTR_NAME = 'program_name' AND PROCESSLIST_ID = CONNECTION_ID()"))
                    .isEqualTo("changeover apply orders");
        }
    }

    @Test
    void values_areWhatTheServerHolds() throws SQLException {
        try (Connection connection = server(TlsMode.DISABLED, null).connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE a.v (b TINYINT(1), y YEAR, d DATE, t DATETIME(3), s VARCHAR(9), l VARBINARY(9))");
            statement.execute(
                    "INSERT INTO a.v VALUES (2, 0, '0000-00-00', '2020-00-00 00:00:00.500', '\ud83d\ude00', x'8100FF')");
            try (ResultSet row = statement.executeQuery("SELECT * FROM a.v")) {
                row.next();
                assertThat(row.getString("b")).isEqualTo("2");
                assertThat(row.getBytes("y")).asString().isEqualTo("0000");
                assertThat(row.getString("d")).isEqualTo("0000-00-00");
                assertThat(row.getString("s")).isEqualTo("\ud83d\ude00");
                assertThat(row.getBytes("l")).containsExactly(0x81, 0x00, 0xFF);
            }
            statement.execute("CREATE TABLE a.l (c CHAR(1) CHARACTER SET latin1)");
            statement.execute("INSERT INTO a.l VALUES (x'81')");
            try (ResultSet row = statement.executeQuery("SELECT c FROM a.l")) {
                row.next();
                assertThat(row.getString("c")).isEqualTo("\u0081");
            }
        }
    }

    @Test
    void tls_isUsedAndTheCertificateIsLookedAt() throws SQLException {
        try (Connection connection = server(TlsMode.REQUIRED, null).connect()) {
            assertThat(value(
                            connection,
                            "SELECT VARIABLE_VALUE FROM performance_schema.session_status"
                                    + " WHERE VARIABLE_NAME = 'Ssl_cipher'"))
                    .isNotEmpty();
        }
        Path ca = mysql.dataDirectory().resolve("ca.pem");
        try (Connection connection = server(TlsMode.VERIFY_CA, ca.toString()).connect()) {
            assertThat(connection.isValid(5)).isTrue();
        }
        MySqlServer untrusted = server(TlsMode.VERIFY_CA, null);
        assertThatThrownBy(untrusted::require)
                .asInstanceOf(type(ChangeoverException.class))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ExitCode.DENIED));
    }

    /** Which certificate, whose, until when: else somebody has to look with other tools first. */
    @Test
    void refusedCertificate_isDescribed(@TempDir Path folder) throws Exception {
        mysql.execute("CREATE USER tls_only IDENTIFIED BY '' REQUIRE SSL");
        String own = mysql.dataDirectory().resolve("ca.pem").toString();
        TestCertificate expired = TestCertificate.make(folder, "expired", "ip:127.0.0.1", "-10d", 5);
        TestCertificate elsewhere = TestCertificate.make(folder, "elsewhere", "dns:db.elsewhere", "-1d", 30);
        try {
            assertThat(refusal(TlsMode.VERIFY_CA, null))
                    .contains("[12] " + mysql.host() + ":" + mysql.port())
                    .contains("tls: verify_ca", "subject CN=MySQL_Server", "issued by", "valid from", "tlsCa");

            show(expired);
            String since = Instant.now().minus(Duration.ofDays(5)).toString().substring(0, 10);
            assertThat(refusal(TlsMode.VERIFY_CA, expired.certificate().toString()))
                    .contains("[12]", "subject CN=expired", "to " + since, "NotAfter");

            show(elsewhere);
            String ca = elsewhere.certificate().toString();
            assertThat(refusal(TlsMode.VERIFY_IDENTITY, ca)).contains("[12]", "subject CN=elsewhere", "db.elsewhere");
            try (Connection connection = server(TlsMode.VERIFY_CA, ca).connect()) {
                assertThat(connection.isValid(5)).isTrue();
            }
            assertThat(refusal(TlsMode.VERIFY_CA, own)).contains("[12]", "subject CN=elsewhere", "trusted are " + own);

            // each side may insist; nobody is talked into what the other one wants
            assertThat(refusal(new ServerAccess(
                            mysql.host(), mysql.port(), "tls_only", Secret.of(""), TlsMode.DISABLED, null)))
                    .contains("[12]", "Access denied");
            mysql.execute("SET GLOBAL ssl_cert = 'nowhere.pem'", "ALTER INSTANCE RELOAD TLS NO ROLLBACK ON ERROR");
            for (TlsMode mode : List.of(TlsMode.REQUIRED, TlsMode.VERIFY_CA, TlsMode.VERIFY_IDENTITY)) {
                assertThat(refusal(mode, null)).as(mode.toString()).contains("[13]", "SSL", "tls");
            }
        } finally {
            mysql.execute(
                    "SET GLOBAL ssl_ca = 'ca.pem', ssl_cert = 'server-cert.pem', ssl_key = 'server-key.pem'",
                    "ALTER INSTANCE RELOAD TLS");
        }
    }

    private static void show(TestCertificate shown) {
        mysql.execute(
                "SET GLOBAL ssl_ca = '" + shown.certificate() + "', ssl_cert = '" + shown.certificate()
                        + "', ssl_key = '" + shown.key() + "'",
                "ALTER INSTANCE RELOAD TLS");
    }

    private static String refusal(TlsMode tls, @Nullable String ca) {
        return refusal(
                new ServerAccess(mysql.host(), mysql.port(), mysql.user(), Secret.of(mysql.password()), tls, ca));
    }

    private static String refusal(ServerAccess access) {
        MySqlServer server = MySqlServer.of(access, "apply orders");
        return String.valueOf(catchThrowable(server::require).getMessage());
    }

    /** A pool opens connections of its own accord, and they are to come in as well. */
    @Test
    void rotatedPassword_countsForTheNextConnection() throws Exception {
        AtomicReference<String> secret = new AtomicReference<>("one");
        mysql.execute("CREATE USER rotated IDENTIFIED BY 'one'");
        MySqlServer server = MySqlServer.of(
                new ServerAccess(
                        mysql.host(), mysql.port(), "rotated", Secret.lookedUp(secret::get), TlsMode.DISABLED, null),
                "apply orders");
        try (HikariDataSource pool = server.pool(1)) {
            pool.setConnectionTimeout(1000);
            try (Connection connection = pool.getConnection()) {
                assertThat(connection.isValid(5)).isTrue();
            }
            mysql.execute("ALTER USER rotated IDENTIFIED BY 'two'");
            pool.getHikariPoolMXBean().softEvictConnections();
            assertThatThrownBy(pool::getConnection)
                    .asInstanceOf(type(SQLException.class))
                    .satisfies(e -> assertThat(server.problem(e).code()).isEqualTo(ExitCode.DENIED));
            secret.set("two");
            pool.setConnectionTimeout(30_000);
            try (Connection connection = pool.getConnection()) {
                assertThat(connection.isValid(5)).isTrue();
            }
            assertThat(server.connect()).satisfies(Connection::close);
        }
    }

    @Test
    void password_isNowhereToBeSeen() {
        ServerAccess wrong = new ServerAccess(
                mysql.host(), mysql.port(), mysql.user(), Secret.of("hunter2"), TlsMode.DISABLED, null);
        MySqlServer server = MySqlServer.of(wrong, "apply orders");
        assertThat(server.toString()).doesNotContain("hunter2");
        assertThat(server.driverProperties().toString()).doesNotContain("hunter2");
        assertThatThrownBy(server::require)
                .asInstanceOf(type(ChangeoverException.class))
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo(ExitCode.DENIED);
                    assertThat(e.getMessage()).contains(server.address()).doesNotContain("hunter2");
                });
    }

    @Test
    void pool_comesUpWithoutTheServerAndSaysWhy() throws SQLException {
        ServerAccess nowhere = new ServerAccess("127.0.0.1", 1, "u", Secret.of("p"), TlsMode.DISABLED, null);
        MySqlServer server = MySqlServer.of(nowhere, "apply orders");
        try (HikariDataSource pool = server.pool(1)) {
            pool.setConnectionTimeout(1000);
            assertThatThrownBy(pool::getConnection)
                    .asInstanceOf(type(SQLException.class))
                    .satisfies(e -> assertThat(server.problem(e).code()).isEqualTo(ExitCode.UNREACHABLE));
        }
        try (HikariDataSource pool = server(TlsMode.DISABLED, null)
                        .with("rewriteBatchedStatements", "true")
                        .pool(2);
                Connection connection = pool.getConnection()) {
            assertThat(value(connection, "SELECT @@time_zone")).isEqualTo("+00:00");
        }
    }

    @Test
    void duplicateKey_isToldByTheServersOwnMessage() throws SQLException {
        try (Connection connection = server(TlsMode.DISABLED, null).connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE a.`d.e` (id INT PRIMARY KEY, m VARCHAR(50), UNIQUE KEY `uk.m` (m))");
            statement.execute("INSERT INTO a.`d.e` VALUES (1, 'x')");
            assertThatThrownBy(() -> statement.execute("INSERT INTO a.`d.e` VALUES (2, 'x')"))
                    .asInstanceOf(type(SQLException.class))
                    .satisfies(e -> {
                        SqlFailure failure = SqlFailure.of(e);
                        assertThat(failure.index("d.e")).contains("uk.m");
                        assertThat(failure.message()).doesNotContain("'x'");
                    });
        }
    }

    @Test
    void gtidState_isTyped() throws SQLException {
        try (Connection connection = server(TlsMode.DISABLED, null).connect()) {
            GtidState state = GtidState.read(connection);
            assertThat(state.server()).isEqualTo(UUID.fromString(mysql.serverUuid()));
            assertThat(state.executed().size()).isPositive();
            assertThat(state.purged().isEmpty()).isTrue();
        }
    }

    private static MySqlServer server(TlsMode tls, @Nullable String ca) {
        return MySqlServer.of(
                new ServerAccess(mysql.host(), mysql.port(), mysql.user(), Secret.of(mysql.password()), tls, ca),
                "apply orders");
    }

    private static String value(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
