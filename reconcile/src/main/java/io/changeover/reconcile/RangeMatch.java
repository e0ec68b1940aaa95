package io.changeover.reconcile;

import io.changeover.reconcile.table.RawRow;
import io.changeover.reconcile.table.RowDifference;
import io.changeover.reconcile.table.TableReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings the old and the new rows of one range together. As long as both come in step, which is nearly always, their
 * sent bytes are compared and nothing else; from the first pair on that is not one, by the texts of the keys. Confined.
 */
final class RangeMatch {

    private final List<RawRow> old;
    private final TableReader mapped;
    private final TableReader stored;
    private final RowDifference difference;
    private final BiConsumer<RawRow, RawRow> pairs;
    private final List<RawRow> ambiguous = new ArrayList<>();
    private int inStep;
    private @Nullable Map<String, RawRow> byText;

    /** @param pairs takes an old row and the new one with its key */
    RangeMatch(
            List<RawRow> old,
            TableReader mapped,
            TableReader stored,
            RowDifference difference,
            BiConsumer<RawRow, RawRow> pairs) {
        this.old = old;
        this.mapped = mapped;
        this.stored = stored;
        this.difference = difference;
        this.pairs = pairs;
    }

    /** Takes the next new rows of the range, and returns those that have no old one here. */
    List<RawRow> page(List<RawRow> rows) {
        int from = 0;
        while (byText == null && from < rows.size()) {
            if (inStep == old.size() || !difference.sameKey(old.get(inStep), rows.get(from))) {
                byText = rest();
                break;
            }
            pairs.accept(old.get(inStep++), rows.get(from++));
        }
        return byText == null ? List.of() : withoutOldRow(byText, rows.subList(from, rows.size()));
    }

    private List<RawRow> withoutOldRow(Map<String, RawRow> open, List<RawRow> rows) {
        List<RawRow> alone = new ArrayList<>();
        for (RawRow row : rows) {
            RawRow same = open.remove(stored.keyText(row));
            if (same == null) {
                alone.add(row);
            } else {
                pairs.accept(same, row);
            }
        }
        return alone;
    }

    /** After the last page: the old rows that have no new one here. */
    List<RawRow> oldAlone() {
        List<RawRow> alone = new ArrayList<>((byText == null ? rest() : byText).values());
        alone.addAll(ambiguous);
        return alone;
    }

    private Map<String, RawRow> rest() {
        Map<String, RawRow> rest = new LinkedHashMap<>();
        for (RawRow row : old.subList(inStep, old.size())) {
            if (rest.putIfAbsent(mapped.keyText(row), row) != null) {
                ambiguous.add(row);
            }
        }
        return rest;
    }
}
