package io.changeover.apply.target;

import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.SqlFailure;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A temporary table in the image of a new one: what the new table would refuse is refused here, also by its unique indexes,
 * and nobody else sees the rows. It goes with the session. Confined to the session's thread.
 */
public final class TrialTable {

    private static final String ORIGIN = "`changeover origin`";
    private static final int MAX_ROWS = 256;

    /** Takes what the table refused. */
    public interface Refused {
        void row(MappedRow row, SqlFailure why) throws SQLException;
    }

    private final TargetSession session;
    private final TargetTable table;
    private final String name;

    /** @param number tells the trial tables of one session apart */
    public TrialTable(TargetSession session, TargetTable table, int number) throws SQLException {
        this.session = session;
        this.table = table;
        this.name = "trial " + number;
        session.connection().commit();
        session.execute(
                "CREATE TEMPORARY TABLE " + quoted() + " LIKE " + table.name().quoted());
        session.execute("ALTER TABLE " + quoted() + " ADD COLUMN " + ORIGIN + " INT NOT NULL");
        session.connection().commit();
    }

    private String quoted() {
        return TableName.quote(MetadataSchema.SCHEMA) + "." + TableName.quote(name);
    }

    /** The index that a duplicate key violates, {@code PRIMARY} for the primary key. */
    public String index(SqlFailure failure) {
        return failure.index(name).orElse("");
    }

    /**
     * Writes rows of one layout.
     *
     * @param origin where they come from, to be asked for by {@link #originOf}
     */
    public void write(List<MappedRow> rows, int origin, Refused refused) throws SQLException {
        for (int from = 0; from < rows.size(); from += MAX_ROWS) {
            insert(rows.subList(from, Math.min(from + MAX_ROWS, rows.size())), origin, refused);
        }
        session.connection().commit();
    }

    private void insert(List<MappedRow> rows, int origin, Refused refused) throws SQLException {
        SqlFailure failure = tried(rows, origin);
        if (failure == null) {
            return;
        }
        if (rows.size() == 1) {
            refused.row(rows.get(0), failure);
            return;
        }
        insert(rows.subList(0, rows.size() / 2), origin, refused);
        insert(rows.subList(rows.size() / 2, rows.size()), origin, refused);
    }

    /** Null when the rows are written; why none of them is. As the real writer does, warnings count as errors. */
    private @Nullable SqlFailure tried(List<MappedRow> rows, int origin) throws SQLException {
        session.execute("SAVEPOINT before_trial");
        try {
            PreparedStatement insert = session.prepare(insertText(rows));
            int next = 1;
            for (MappedRow row : rows) {
                for (Object value : row.values()) {
                    TargetSession.bind(insert, next++, value);
                }
                insert.setInt(next++, origin);
            }
            insert.executeUpdate();
            for (SQLWarning warning = insert.getWarnings(); warning != null; warning = warning.getNextWarning()) {
                SqlFailure failure = SqlFailure.of(warning);
                if (failure.kind() == SqlFailure.Kind.DATA) {
                    session.execute("ROLLBACK TO SAVEPOINT before_trial");
                    return failure;
                }
            }
            return null;
        } catch (SQLException e) {
            SqlFailure failure = SqlFailure.of(e);
            if (failure.kind() != SqlFailure.Kind.DATA && failure.kind() != SqlFailure.Kind.DUPLICATE_KEY) {
                throw e;
            }
            return failure;
        }
    }

    private String insertText(List<MappedRow> rows) {
        RowLayout layout = rows.get(0).layout();
        String columns = layout.columns().stream()
                .map(column -> TableName.quote(column.name()) + ", ")
                .collect(Collectors.joining());
        String row = "(" + "?,".repeat(layout.columns().size()) + "?)";
        return "INSERT INTO " + quoted() + " (" + columns + ORIGIN + ") VALUES "
                + String.join(",", Collections.nCopies(rows.size(), row));
    }

    /** The origin of the row that has the key of this one; -1 when there is none. */
    public int originOf(MappedRow row) throws SQLException {
        String where = table.key().stream()
                .map(column -> TableName.quote(column.name()) + " = ?")
                .collect(Collectors.joining(" AND "));
        PreparedStatement query = session.prepare("SELECT " + ORIGIN + " FROM " + quoted() + " WHERE " + where);
        int next = 1;
        for (TargetColumn column : table.key()) {
            TargetSession.bind(query, next++, row.values()[row.layout().indexOf(column.name())]);
        }
        try (ResultSet found = query.executeQuery()) {
            return found.next() ? found.getInt(1) : -1;
        }
    }
}
