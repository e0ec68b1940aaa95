package io.changeover.reconcile;

import io.changeover.reconcile.Mismatch.Kind;
import io.changeover.reconcile.table.ColumnValues;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of suspects. Those that stand nowhere here are equal.
 *
 * @param different with what is wrong with each
 * @param undecided with the reason why it could not be told
 */
record Settled(Map<Suspect, Finding> different, Map<Suspect, String> undecided) {

    /**
     * What is wrong with a row.
     *
     * @param columns of the new table that differ, where the row is on both sides
     * @param values of these columns, or of all where one side has no such row; empty where nobody asked for them
     * @param beyond why nothing that is sent again could overwrite the row; null: it could
     * @param author who wrote it last; null: not known
     */
    record Finding(
            Kind kind,
            List<String> columns,
            List<ColumnValues> values,
            @Nullable String beyond,
            @Nullable String author) {

        Finding {
            columns = List.copyOf(columns);
            values = List.copyOf(values);
        }

        Finding(Kind kind, List<String> columns, List<ColumnValues> values) {
            this(kind, columns, values, null, null);
        }

        Finding as(Kind other) {
            return new Finding(other, columns, values, beyond, author);
        }

        Finding beyond(String why) {
            return new Finding(kind, columns, values, why, author);
        }

        Finding by(String who) {
            return new Finding(kind, columns, values, beyond, who);
        }

        Mismatch of(String key) {
            String note = beyond == null ? author : author == null ? beyond : beyond + "; " + author;
            return new Mismatch(kind, key, columns, note, values);
        }
    }

    Settled {
        different = Map.copyOf(different);
        undecided = Map.copyOf(undecided);
    }
}
