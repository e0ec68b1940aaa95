package io.changeover.reconcile;

import io.changeover.reconcile.Mismatch.Kind;
import io.changeover.reconcile.ScanCursor.Walk;
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
 * Compares one old table with one new one by looking up: what is MISSING and DIFFERENT by asking the new one for the keys
 * of the old one's rows; what is EXTRA the other way round. Right for keys of any types and for rows of any number of
 * mappings, at the price of three reads; {@link RangeScan} asks for the rows only that it could not match. Confined.
 */
final class PlaceCompare {

    private final ComparedTable table;
    private final Connection target;
    private final Findings findings;
    private final int chunkRows;
    private final TableReader mapped;
    private final TableReader mappedKeys;
    private final TableReader stored;
    private final RowDifference difference;

    PlaceCompare(ComparedTable table, Connection source, Connection target, Findings findings, int chunkRows) {
        this.table = table;
        this.target = target;
        this.findings = findings;
        this.chunkRows = chunkRows;
        this.mapped = TableReader.ofSource(source, table, true);
        this.mappedKeys = TableReader.ofSource(source, table, false);
        this.stored = TableReader.ofTarget(target, table, true);
        this.difference = new RowDifference(table, mapped, stored);
    }

    Findings findings() {
        return findings;
    }

    /** The old rows and the new ones of one range of the key. */
    RangeMatch match(List<RawRow> old) {
        return new RangeMatch(old, mapped, stored, difference, this::compare);
    }

    /** Walks the old table and finds what is MISSING and what is DIFFERENT; the next chunk is read meanwhile. */
    void compareSourceRows(Walk walk) throws SQLException {
        goThrough(mapped, walk, chunk -> {
            lookUp(chunk);
            findings.sourceRows(chunk.size());
        });
    }

    /** What is done with a chunk. */
    private interface Step {
        void take(List<RawRow> chunk) throws SQLException;
    }

    private void goThrough(TableReader reader, Walk walk, Step step) throws SQLException {
        if (walk.isDone()) {
            return;
        }
        try (ChunkWalk chunks = new ChunkWalk(reader, chunkRows, walk.after())) {
            for (List<RawRow> chunk = chunks.next(); !chunk.isEmpty(); chunk = chunks.next()) {
                step.take(chunk);
                walk.passed(reader.place(chunk.get(chunk.size() - 1)));
            }
        }
        walk.end();
    }

    /** Finds what of these old rows is MISSING or DIFFERENT. */
    void lookUp(List<RawRow> rows) throws SQLException {
        Map<String, RawRow> found = new HashMap<>();
        for (RawRow row : stored.find(keys(mapped, rows))) {
            found.put(stored.keyText(row), row);
        }
        boolean otherwiseWritten = !keyTexts(mapped, rows).containsAll(found.keySet());
        for (RawRow row : rows) {
            RawRow same = found.get(mapped.keyText(row));
            if (same == null && otherwiseWritten) {
                same = findAlone(mapped, stored, row);
            }
            if (same == null) {
                findings.found(Kind.MISSING, mapped.keys(row), List.of());
            } else {
                compare(row, same);
            }
        }
    }

    private void compare(RawRow row, RawRow same) {
        List<String> columns = difference.columns(row, same);
        if (columns.isEmpty() && difference.sameKey(row, same)) {
            return;
        }
        List<String> all = new ArrayList<>(difference.keyColumns(row, same));
        all.addAll(columns);
        if (!all.isEmpty()) {
            findings.found(Kind.DIFFERENT, mapped.keys(row), all);
        }
    }

    /** Walks the new table and finds what is EXTRA: in it, and in no old one of {@code feeders}. */
    void findExtraRows(List<PlaceCompare> feeders, Walk walk) throws SQLException {
        findExtraRows(TableReader.ofTarget(target, table, false), feeders, walk);
    }

    /** The same for the rows of the new table that {@code walked} reads. */
    void findExtraRows(TableReader walked, List<PlaceCompare> feeders, Walk walk) throws SQLException {
        goThrough(walked, walk, chunk -> {
            findExtra(chunk, feeders);
            findings.targetRows(chunk.size());
        });
    }

    /** Finds what of these new rows is EXTRA. */
    void findExtra(List<RawRow> rows, List<PlaceCompare> feeders) throws SQLException {
        List<RawRow> unknown = rows;
        for (PlaceCompare feeder : feeders) {
            unknown = feeder.withoutOldRow(unknown);
        }
        for (RawRow row : unknown) {
            findings.found(Kind.EXTRA, stored.keys(row), List.of());
        }
    }

    /** Those of the new table's rows that this mapping does not account for. */
    private List<RawRow> withoutOldRow(List<RawRow> rows) throws SQLException {
        Set<String> known = keyTexts(mappedKeys, mappedKeys.find(keysOfOld(rows)));
        boolean otherwiseWritten = !keyTexts(stored, rows).containsAll(known);
        List<RawRow> unknown = new ArrayList<>();
        for (RawRow row : rows) {
            boolean accounted = known.contains(stored.keyText(row)) || (otherwiseWritten && hasOldRow(row));
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

    private boolean hasOldRow(RawRow row) throws SQLException {
        for (RawRow old : mappedKeys.find(keysOfOld(List.of(row)))) {
            boolean constantsFit = difference.keyColumns(old, row).stream().noneMatch(table::isConstantKey);
            if (constantsFit && !hasOwnRow(old)) {
                return true;
            }
        }
        return false;
    }

    /** Whether an old row has a row of just its key in the new table, so that one of another spelling is a second one. */
    private boolean hasOwnRow(RawRow old) throws SQLException {
        return keyTexts(stored, stored.find(keys(mappedKeys, List.of(old)))).contains(mappedKeys.keyText(old));
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
    private List<List<@Nullable String>> keysOfOld(List<RawRow> rows) {
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
