package io.changeover.reconcile.trace;

import io.changeover.transport.event.TableName;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A table whose rows are looked for in a binlog, and where its key stands in a row there. Confined. */
final class TracedTable {

    /** @param at number of the column in the table, from 0 */
    private record KeyPart(int at, KeyForm form) {}

    private final int columns;
    private final List<KeyPart> key;
    private final Map<String, RowAt> wanted = new HashMap<>();

    private TracedTable(int columns, List<KeyPart> key) {
        this.columns = columns;
        this.key = key;
    }

    /** The table as its server has it now; null where its keys are not recognised in a binlog. */
    static @Nullable TracedTable read(Connection server, TableName table, List<String> keyColumns) throws SQLException {
        Map<String, KeyPart> parts = new HashMap<>();
        int columns = 0;
        try (PreparedStatement query = server.prepareStatement(
                "SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, CHARACTER_SET_NAME, COLLATION_NAME FROM"
                        + " information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?"
                        + " ORDER BY ORDINAL_POSITION")) {
            query.setString(1, table.schema());
            query.setString(2, table.table());
            try (ResultSet column = query.executeQuery()) {
                while (column.next()) {
                    KeyForm form = KeyForm.of(
                            column.getString(2).toLowerCase(Locale.ROOT),
                            column.getString(3),
                            column.getString(4),
                            column.getString(5));
                    if (form != null) {
                        parts.put(column.getString(1).toLowerCase(Locale.ROOT), new KeyPart(columns, form));
                    }
                    columns++;
                }
            }
        }
        List<KeyPart> key = new ArrayList<>();
        for (String name : keyColumns) {
            KeyPart part = parts.get(name.toLowerCase(Locale.ROOT));
            if (part == null) {
                return null;
            }
            key.add(part);
        }
        return new TracedTable(columns, key);
    }

    /** False for a key that no row of the table can have. */
    boolean want(RowAt row) {
        List<String> texts = new ArrayList<>();
        try {
            for (int i = 0; i < key.size(); i++) {
                texts.add(key.get(i)
                        .form()
                        .ofText(Objects.requireNonNull(row.key().get(i), "a key is never NULL")));
            }
        } catch (IllegalArgumentException | ArithmeticException e) {
            return false;
        }
        wanted.put(text(texts), row);
        return true;
    }

    Iterable<RowAt> wanted() {
        return wanted.values();
    }

    int columns() {
        return columns;
    }

    /**
     * The row that is looked for; null: another one.
     *
     * @param included the columns that {@code values} has
     */
    @Nullable
    RowAt find(BitSet included, @Nullable Serializable[] values) {
        List<String> texts = new ArrayList<>();
        for (KeyPart part : key) {
            if (!included.get(part.at())) {
                return null;
            }
            Serializable value = values[included.get(0, part.at()).cardinality()];
            if (value == null) {
                return null;
            }
            texts.add(part.form().ofBinlog(value));
        }
        return wanted.get(text(texts));
    }

    private static String text(List<String> parts) {
        StringBuilder text = new StringBuilder();
        parts.forEach(part -> text.append(part.length()).append(':').append(part));
        return text.toString();
    }
}
