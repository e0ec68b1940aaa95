package io.changeover.capture.schema;

import io.changeover.transport.event.TableName;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A foreign key of a captured table.
 *
 * @param child the table that has it
 * @param columns of the child, in the order of the columns of the parent that they refer to
 * @param onDelete the rule in capitals with blanks, {@code SET NULL}; {@code RESTRICT} where nothing is said
 */
public record ForeignKey(
        String name,
        TableName child,
        List<String> columns,
        TableName parent,
        List<String> parentColumns,
        String onDelete,
        String onUpdate) {

    /** What InnoDB does by itself, below the binlog, before MySQL 9.6. */
    private static final Set<String> HIDDEN = Set.of("CASCADE", "SET NULL", "SET DEFAULT");

    public ForeignKey {
        columns = List.copyOf(columns);
        parentColumns = List.copyOf(parentColumns);
    }

    /** Whether InnoDB may change one of these columns of the child by itself, so that who refers to them follows unseen. */
    boolean changes(List<String> childColumns) {
        boolean keepsRows = onDelete.startsWith("SET ");
        return (followsUpdates() || keepsRows)
                && columns.stream().anyMatch(column -> childColumns.stream().anyMatch(column::equalsIgnoreCase));
    }

    /**
     * A condition on the child's columns, quoted for the server and for the shell.
     *
     * @param is what each of them shall be, {@code IS NULL}
     */
    public String shellCondition(String is) {
        String condition = columns.stream()
                .map(column -> TableName.quote(column) + " " + is)
                .collect(Collectors.joining(" AND "));
        return "'" + condition.replace("'", "'\\''") + "'";
    }

    /** Whether a delete in the parent changes or deletes rows of the child. */
    public boolean followsDeletes() {
        return HIDDEN.contains(onDelete);
    }

    /** Whether another key in the parent changes rows of the child; never within one table, where InnoDB refuses it. */
    public boolean followsUpdates() {
        return HIDDEN.contains(onUpdate) && !child.equals(parent);
    }
}
