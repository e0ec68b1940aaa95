package io.changeover.apply.mapping;

import io.changeover.transport.event.Column;
import io.changeover.transport.event.TableSchema;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The source's collations by their names on the target: {@code utf8} became {@code utf8mb3} in MySQL 8.0.30. */
final class SourceCollations {

    private static final String OLD = "utf8_";
    private static final String NEW = "utf8mb3_";

    private final Connection target;

    SourceCollations(Connection target) {
        this.target = target;
    }

    /**
     * {@code COLLATE} with the column's collation, which brings its character set along; empty where none is known.
     *
     * @throws ChangeoverException (11) when the target does not have it: an expression could decide otherwise than on the source
     */
    String clause(TableSchema table, Column column) throws SQLException {
        String collation = column.collation();
        if (collation == null) {
            return "";
        }
        try (PreparedStatement query = target.prepareStatement(
                "SELECT COLLATION_NAME FROM information_schema.COLLATIONS WHERE COLLATION_NAME IN (?, ?)")) {
            query.setString(1, collation);
            query.setString(2, renamed(collation));
            try (ResultSet found = query.executeQuery()) {
                if (found.next()) {
                    return " COLLATE " + found.getString(1);
                }
            }
        }
        throw new ChangeoverException(new Problem(
                ExitCode.PREFLIGHT,
                "column " + table.name() + "." + column.name(),
                "an expression reads it, and the target does not know its collation " + collation,
                "give the old column a collation that both servers know, or leave it out of the expressions"));
    }

    private static String renamed(String collation) {
        if (collation.startsWith(OLD)) {
            return NEW + collation.substring(OLD.length());
        }
        return collation.startsWith(NEW) ? OLD + collation.substring(NEW.length()) : collation;
    }
}
