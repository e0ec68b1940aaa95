package io.changeover.reconcile;

import io.changeover.reconcile.Mismatch.Kind;
import io.changeover.reconcile.table.ComparedTable;
import io.changeover.reconcile.table.RawRow;
import io.changeover.reconcile.table.RowDifference;
import io.changeover.reconcile.table.TableReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Compares one old table with one new one: walks the old one in chunks and asks the new one for the same keys; then the
 * other way round, keys only, for rows too many. While one chunk is compared, the next is read. Confined to one thread.
 */
final class PlaceCompare {

    private static final int CHUNK_ROWS = 2000;

    private final ComparedTable table;
    private final Connection target;
    private final Connection source;
    private final Findings findings;

    PlaceCompare(ComparedTable table, Connection source, Connection target, Findings findings) {
        this.table = table;
        this.source = source;
        this.target = target;
        this.findings = findings;
    }

    /** Finds what is MISSING and what is DIFFERENT. */
    void compareSourceRows() throws SQLException {
        TableReader mapped = TableReader.ofSource(source, table, true);
        TableReader stored = TableReader.ofTarget(target, table, true);
        RowDifference difference = new RowDifference(table, mapped, stored);
        try (ChunkWalk walk = new ChunkWalk(mapped, CHUNK_ROWS)) {
            for (List<RawRow> chunk = walk.next(); !chunk.isEmpty(); chunk = walk.next()) {
                Map<String, RawRow> found = new HashMap<>();
                for (RawRow row : stored.find(keys(mapped, chunk))) {
                    found.put(stored.keyText(row), row);
                }
                boolean otherwiseWritten = !keyTexts(mapped, chunk).containsAll(found.keySet());
                for (RawRow row : chunk) {
                    RawRow same = found.get(mapped.keyText(row));
                    if (same == null && otherwiseWritten) {
                        same = findAlone(mapped, stored, row);
                    }
                    compare(row, same, difference, mapped);
                }
                findings.sourceRows(chunk.size());
            }
        }
    }

    private void compare(RawRow row, @Nullable RawRow same, RowDifference difference, TableReader mapped) {
        if (same == null) {
            findings.found(Kind.MISSING, mapped.keys(row), List.of());
            return;
        }
        List<String> columns = new ArrayList<>(difference.keyColumns(row, same));
        columns.addAll(difference.columns(row, same));
        if (!columns.isEmpty()) {
            findings.found(Kind.DIFFERENT, mapped.keys(row), columns);
        }
    }

    /** Finds what is EXTRA: in the new table, and in no old one of {@code feeders}. */
    void findExtraRows(List<PlaceCompare> feeders) throws SQLException {
        TableReader stored = TableReader.ofTarget(target, table, false);
        try (ChunkWalk walk = new ChunkWalk(stored, CHUNK_ROWS)) {
            for (List<RawRow> chunk = walk.next(); !chunk.isEmpty(); chunk = walk.next()) {
                List<RawRow> unknown = chunk;
                for (PlaceCompare feeder : feeders) {
                    unknown = feeder.withoutOldRow(stored, unknown);
                }
                for (RawRow row : unknown) {
                    findings.found(Kind.EXTRA, stored.keys(row), List.of());
                }
                findings.targetRows(chunk.size());
            }
        }
    }

    /** Those of the new table's rows that this mapping does not account for. */
    private List<RawRow> withoutOldRow(TableReader stored, List<RawRow> rows) throws SQLException {
        TableReader mapped = TableReader.ofSource(source, table, false);
        Set<String> known = keyTexts(mapped, mapped.find(keysOfOld(stored, rows)));
        boolean otherwiseWritten = !keyTexts(stored, rows).containsAll(known);
        List<RawRow> unknown = new ArrayList<>();
        for (RawRow row : rows) {
            boolean accounted =
                    known.contains(stored.keyText(row)) || (otherwiseWritten && hasOldRow(mapped, stored, row));
            if (!accounted) {
                unknown.add(row);
            }
        }
        return unknown;
    }

    /** Asks for one key: the server may take a key for the same that is written in another way, and then says so. */
    private static @Nullable RawRow findAlone(TableReader mapped, TableReader stored, RawRow row) throws SQLException {
        List<RawRow> found = stored.find(keys(mapped, List.of(row)));
        return found.isEmpty() ? null : found.get(0);
    }

    private boolean hasOldRow(TableReader mapped, TableReader stored, RawRow row) throws SQLException {
        for (RawRow old : mapped.find(keysOfOld(stored, List.of(row)))) {
            RowDifference difference = new RowDifference(table, mapped, stored);
            boolean constantsFit = difference.keyColumns(old, row).stream().noneMatch(table::isConstantKey);
            if (constantsFit) {
                return true;
            }
        }
        return false;
    }

    private static Set<String> keyTexts(TableReader side, List<RawRow> rows) {
        Set<String> texts = new HashSet<>();
        for (RawRow row : rows) {
            texts.add(side.keyText(row));
        }
        return texts;
    }

    private static List<List<@Nullable String>> keys(TableReader side, List<RawRow> rows) {
        return rows.stream().map(row -> side.keys(row)).toList();
    }

    /** The values of the new rows' keys by which the old rows are found: without the constants. */
    private List<List<@Nullable String>> keysOfOld(TableReader stored, List<RawRow> rows) {
        int[] taken = IntStream.range(0, table.keyWidth())
                .filter(i -> !table.isConstantKey(i))
                .toArray();
        List<List<@Nullable String>> keys = new ArrayList<>();
        for (RawRow row : rows) {
            List<@Nullable String> key = new ArrayList<>();
            for (int index : taken) {
                key.add(stored.key(row, index));
            }
            keys.add(key);
        }
        return keys;
    }
}
