package io.changeover.transport.mysql;

import com.mysql.cj.jdbc.Driver;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.definition.TlsMode;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * A MySQL server as every part connects to it. All sessions are alike wherever they run, so that one expression has one
 * value on both sides: UTC, one strict sql_mode, utf8mb4 and one collation.
 *
 * <p>Immutable and thread-safe. The password is handed to the driver only; no URL, log or {@code toString} has it.
 *
 * @see #with to choose the driver's way of preparing, batching and fetching
 */
public final class MySqlServer {

    /** Strict, and nothing that would refuse a value which MySQL can hold: zero dates pass where the column admits them. */
    public static final String SQL_MODE = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";

    /** Known to 5.7 and to 9.x, with weights beyond the basic plane; columns bring their own and win. */
    public static final String COLLATION = "utf8mb4_unicode_520_ci";

    /** Long enough for a row lock wait (50 s by default) to end as MySQL's own error. */
    private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(90);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final ServerAccess access;
    private final String purpose;
    private final Map<String, String> properties;

    private MySqlServer(ServerAccess access, String purpose, Map<String, String> properties) {
        this.access = access;
        this.purpose = purpose;
        this.properties = Map.copyOf(properties);
    }

    /**
     * @param purpose who connects and why, for the server's list of connections: {@code apply orders}
     * @throws ChangeoverException (10) when the file of trusted certificates cannot be used
     */
    public static MySqlServer of(ServerAccess access, String purpose) {
        Map<String, String> properties = new TreeMap<>();
        session(properties);
        exactValues(properties);
        network(properties, purpose);
        tls(properties, access);
        return new MySqlServer(access, purpose, properties);
    }

    private static void session(Map<String, String> properties) {
        // an offset, not a name: names need the server's time zone tables
        properties.put("connectionTimeZone", "+00:00");
        properties.put("forceConnectionTimeZoneToSession", "true");
        properties.put("characterEncoding", "UTF-8");
        properties.put("connectionCollation", COLLATION);
        // else the driver converts columns of other character sets by Java's tables, which differ from MySQL's
        properties.put("characterSetResults", "utf8mb4");
        // the variables that change results, and sql_select_limit, which would cut a read short without a word
        properties.put(
                "sessionVariables",
                "sql_mode='" + SQL_MODE + "',sql_select_limit=18446744073709551615,sql_auto_is_null=0,"
                        + "sql_quote_show_create=1,div_precision_increment=4,default_week_format=0,"
                        + "lc_time_names='en_US'");
    }

    private static void exactValues(Map<String, String> properties) {
        properties.put("tinyInt1isBit", "false");
        properties.put("transformedBitIsBoolean", "false");
        properties.put("yearIsDateType", "false");
        // loud where a zero date is asked for as a date; read as text it is exact
        properties.put("zeroDateTimeBehavior", "EXCEPTION");
    }

    private static void network(Map<String, String> properties, String purpose) {
        properties.put("connectTimeout", Long.toString(CONNECT_TIMEOUT.toMillis()));
        properties.put("socketTimeout", Long.toString(SOCKET_TIMEOUT.toMillis()));
        properties.put("tcpKeepAlive", "true");
        properties.put(
                "connectionAttributes", "program_name:changeover " + purpose.replaceAll("[^A-Za-z0-9 ._-]", "-"));
        properties.put("allowLoadLocalInfile", "false");
        properties.put("allowUrlInLocalInfile", "false");
        properties.put("paranoid", "true"); // no values and no addresses in the driver's own messages
        properties.put("logger", "Slf4JLogger");
    }

    private static void tls(Map<String, String> properties, ServerAccess access) {
        properties.put("sslMode", access.tls().name());
        // without TLS the password goes encrypted with the server's public key, which is asked for; with TLS there is
        // no need
        properties.put("allowPublicKeyRetrieval", Boolean.toString(access.tls() == TlsMode.DISABLED));
        if (access.tlsCa() != null) {
            properties.putAll(TrustedCertificates.fromPem(access.tlsCa()).driverProperties());
        }
    }

    /** The same server with one more property of Connector/J: {@code rewriteBatchedStatements}, {@code useServerPrepStmts}. */
    public MySqlServer with(String property, String value) {
        Map<String, String> more = new TreeMap<>(properties);
        more.put(property, value);
        return new MySqlServer(access, purpose, more);
    }

    /** A new connection, in auto-commit mode, with the password as it is now. The caller closes it. */
    public Connection connect() throws SQLException {
        Properties all = driverProperties();
        all.put("user", access.user());
        all.put("password", access.password().reveal());
        try {
            return new Driver().connect(url(), all);
        } catch (SQLException e) {
            throw ServerCertificate.explained(e, access, CONNECT_TIMEOUT);
        }
    }

    /** As {@link #connect()}, for one-shot commands: says what is wrong with the server as a problem (12, 13). */
    public Connection require() {
        try {
            return connect();
        } catch (SQLException e) {
            throw new ChangeoverException(problem(e), e);
        }
    }

    /**
     * A pool of at most {@code size} connections. Comes up also while the server is away: then taking a connection fails,
     * after ten seconds, with the server's own error as cause. The caller closes it.
     */
    public HikariDataSource pool(int size) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("changeover " + purpose + " " + access.address());
        config.setDataSource(new Connections(this::connect));
        config.setMaximumPoolSize(size);
        config.setConnectionTimeout(CONNECT_TIMEOUT.toMillis());
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    /** What the exception says about this server, for people. */
    public Problem problem(SQLException e) {
        return SqlFailure.of(e).problem(address());
    }

    /** {@code host:port}: the place in problems. */
    public String address() {
        return access.address();
    }

    public String user() {
        return access.user();
    }

    /** The properties that the driver gets beside user and password. */
    Properties driverProperties() {
        Properties copy = new Properties();
        properties.forEach(copy::setProperty);
        return copy;
    }

    private String url() {
        return "jdbc:mysql://" + access.address() + "/";
    }

    @Override
    public String toString() {
        return "MySqlServer[" + access.user() + "@" + access.address() + ", " + purpose + "]";
    }
}
