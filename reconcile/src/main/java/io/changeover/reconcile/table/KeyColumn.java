package io.changeover.reconcile.table;

import org.jspecify.annotations.Nullable;

/**
 * A column of the new table's key.
 *
 * @param oldName the old column that it takes its value from; null for a constant
 * @param mapped SQL of its value, over the old table
 * @param oldType null for a constant
 */
record KeyColumn(
        String name,
        ColumnType type,
        String mapped,
        @Nullable String oldName,
        @Nullable ColumnType oldType) {

    /** SQL over the old table that shows its value as it is in the new one. */
    String shown() {
        if (oldType == null) {
            return mapped;
        }
        if (takesLabelsNumber(oldType)) {
            return "CAST(" + mapped + " AS UNSIGNED)";
        }
        boolean stripped = oldType.zerofill() && type.family() != ColumnType.Family.NUMBER;
        return stripped ? "(" + mapped + ") + 0" : oldType.walked(mapped);
    }

    /** SQL over the old table by which a value of the new one is looked up there; a label's number in a list finds nothing. */
    String lookedUp() {
        return oldType != null && takesLabelsNumber(oldType) ? shown() : TableReader.lookup(oldType, oldName);
    }

    /** The type of that; null for a constant. */
    @Nullable
    ColumnType lookupType() {
        return oldType != null && takesLabelsNumber(oldType) ? type : oldType;
    }

    private boolean takesLabelsNumber(ColumnType old) {
        return old.hasLabels() && type.takesNumbers();
    }
}
