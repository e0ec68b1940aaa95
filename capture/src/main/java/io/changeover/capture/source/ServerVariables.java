package io.changeover.capture.source;

import io.changeover.capture.schema.ServerTraits;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The server's global variables at one moment, by lower-case name. */
public record ServerVariables(Map<String, String> values) {

    public ServerVariables {
        values = Map.copyOf(values);
    }

    public static ServerVariables read(Connection connection) throws SQLException {
        return read(connection, "%");
    }

    /** Those with names like the pattern. */
    public static ServerVariables read(Connection connection, String pattern) throws SQLException {
        Map<String, String> values = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW GLOBAL VARIABLES LIKE '" + pattern + "'")) {
            while (rows.next()) {
                String value = rows.getString(2);
                values.put(rows.getString(1).toLowerCase(Locale.ROOT), value == null ? "" : value);
            }
        }
        return new ServerVariables(values);
    }

    public @Nullable String get(String name) {
        return values.get(name);
    }

    /** The first of several names that the server knows; null when it knows none. */
    public @Nullable String first(String... names) {
        for (String name : names) {
            String value = values.get(name);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    public boolean is(String name, String value) {
        return value.equalsIgnoreCase(values.get(name));
    }

    /** What the server does one way or another. */
    public ServerTraits traits() {
        // before MySQL 8.0 there was no choice
        String utf8mb4 = values.getOrDefault("default_collation_for_utf8mb4", "utf8mb4_general_ci");
        return new ServerTraits(caseInsensitive(), inlineReferences(), shortDoubles(), utf8mb4);
    }

    /** How long binlogs are kept; null when they are never deleted by themselves. */
    public @Nullable Duration binlogRetention() {
        Duration seconds = Duration.ofSeconds(number("binlog_expire_logs_seconds"));
        Duration kept = seconds.isZero()
                ? Duration.ofDays(number("expire_logs_days"))
                : seconds; // days: the only ones before 8.0
        return kept.isZero() || is("binlog_expire_logs_auto_purge", "OFF") ? null : kept;
    }

    private long number(String name) {
        return Long.parseLong(values.getOrDefault(name, "0"));
    }

    /** Whether {@code REFERENCES} at a column makes a foreign key, as since MySQL 9.0; yes where the version is not known. */
    public boolean inlineReferences() {
        return major() >= 9;
    }

    /** Whether a whole double in a JSON document is printed as {@code 100}, as before MySQL 8.0. */
    public boolean shortDoubles() {
        return major() < 8;
    }

    /** The first number of the version; a large one where it is not known. */
    private int major() {
        String major = values.getOrDefault("version", "").split("\\.", 2)[0];
        return major.matches("\\d{1,9}") ? Integer.parseInt(major) : Integer.MAX_VALUE;
    }

    /** Whether table names are taken without regard to case. */
    public boolean caseInsensitive() {
        return !is("lower_case_table_names", "0");
    }
}
