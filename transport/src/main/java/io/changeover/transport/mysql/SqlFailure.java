package io.changeover.transport.mysql;

import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an exception of the driver means to us: wait, ask for a grant, park the row, or stop.
 *
 * @param code MySQL's error number; 0 when the driver itself gave up
 * @param message MySQL's message, without the values of the row
 */
public record SqlFailure(Kind kind, int code, String state, String message) {

    public enum Kind {
        /** No connection, or it was lost; whether the last statement took effect is not known. */
        UNREACHABLE,
        /** The server cannot do it now: deadlock, lock wait, read-only, disk full, shutting down. */
        BUSY,
        /** User, password, certificate or privilege. */
        DENIED,
        /** A value that the column or a constraint does not take. */
        DATA,
        /** Another row has the key. */
        DUPLICATE_KEY,
        /** Table or column are not as expected. */
        SCHEMA,
        /** None of the above: most likely our own statement. */
        OTHER
    }

    private static final Pattern KEY = Pattern.compile(" for key '(.*)'$", Pattern.DOTALL);
    private static final Pattern VALUE = Pattern.compile("(Duplicate entry|value:?) '.*' for ", Pattern.DOTALL);
    private static final Pattern TRUNCATED = Pattern.compile("(Truncated incorrect \\S+ value: )'.*'", Pattern.DOTALL);
    private static final Pattern EXPRESSION = Pattern.compile("(value is out of range in )'.*'", Pattern.DOTALL);
    private static final Pattern PARTITION = Pattern.compile("(no partition for value ).*", Pattern.DOTALL);

    /** The first error of the chain that MySQL itself numbered; pools and batches wrap it. */
    public static SqlFailure of(SQLException exception) {
        SQLException numbered = numbered(exception);
        String state = numbered.getSQLState() == null ? "" : numbered.getSQLState();
        String message = String.valueOf(numbered.getMessage());
        Kind kind = kind(numbered, state, message);
        String text = kind == Kind.UNREACHABLE ? message + root(numbered) : masked(message);
        return new SqlFailure(kind, numbered.getErrorCode(), state, text);
    }

    /** Whether waiting and trying again may help, without anybody changing the data or the mapping. */
    public boolean isEnvironment() {
        return kind == Kind.UNREACHABLE || kind == Kind.BUSY || kind == Kind.DENIED;
    }

    /**
     * The index that a duplicate key violates, {@code PRIMARY} for the primary key; empty when it is no duplicate key.
     *
     * @param table name of the table without its schema: MySQL 8.0.19 and later put it before the index
     */
    public Optional<String> index(String table) {
        if (kind != Kind.DUPLICATE_KEY) {
            return Optional.empty();
        }
        Matcher key = KEY.matcher(message);
        if (!key.find()) {
            return Optional.empty();
        }
        String name = key.group(1);
        return Optional.of(name.startsWith(table + ".") ? name.substring(table.length() + 1) : name);
    }

    /** The failure for people. */
    public Problem problem(String place) {
        return new Problem(exitCode(), place, text(), remedy());
    }

    /** MySQL's number and message: {@code MySQL error 1406 (22001): Data too long for column 'name' at row 1}. */
    public String text() {
        return code == 0 ? message : "MySQL error " + code + " (" + state + "): " + message;
    }

    private ExitCode exitCode() {
        return switch (kind) {
            case UNREACHABLE, BUSY -> ExitCode.UNREACHABLE;
            case DENIED -> ExitCode.DENIED;
            case DATA, DUPLICATE_KEY, SCHEMA -> ExitCode.CONFIG;
            case OTHER -> ExitCode.BUG;
        };
    }

    private String remedy() {
        return switch (kind) {
            case UNREACHABLE -> "check that the server runs and that host, port and tls are right";
            case BUSY -> "mend the server's state if it does not pass by itself";
            case DENIED -> "check user, password, certificate and grants (`changeover grants` prints the statements)";
            case DATA -> "mend the row, or the mapping of the column";
            case DUPLICATE_KEY -> "find out which row owns the value";
            case SCHEMA -> "bring the table and its mapping together";
            case OTHER -> "report it, with the message";
        };
    }

    private static SQLException numbered(SQLException exception) {
        for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getErrorCode() != 0) {
                return sql;
            }
        }
        SQLException deepest = exception;
        for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                deepest = sql;
            }
        }
        return deepest;
    }

    private static Kind kind(SQLException e, String state, String message) {
        Kind byCode = ErrorNumbers.kind(e.getErrorCode(), message);
        if (byCode != null) {
            return byCode;
        }
        if (has(e, CertificateException.class)) {
            return Kind.DENIED;
        }
        if (e.getClass().getSimpleName().equals("PacketTooBigException")) {
            return Kind.DATA; // the driver's own error 1153: the row is larger than max_allowed_packet
        }
        return ErrorNumbers.kindOfState(state, e);
    }

    private static boolean has(Throwable e, Class<? extends Throwable> type) {
        for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    /** The driver says "link failure" only; the socket knows whether it was refused, timed out, or not found. */
    private static String root(SQLException e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root == e || root.getMessage() == null ? "" : " (" + root.getMessage() + ")";
    }

    /** MySQL quotes the offending value; a problem must not. */
    private static String masked(String message) {
        String text = message.startsWith("Data truncation: ") ? message.substring(17) : message;
        text = VALUE.matcher(text).replaceAll("$1 '...' for ");
        text = TRUNCATED.matcher(text).replaceAll("$1'...'");
        text = EXPRESSION.matcher(text).replaceAll("$1'...'");
        text = PARTITION.matcher(text).replaceAll("$1...");
        return text;
    }
}
