package io.changeover.reconcile;

import io.changeover.reconcile.Mismatch.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts what a comparison finds. Confined. */
final class Tally {

    private static final int SAMPLES = 20;

    private final String table;
    private final String target;
    private final CompareProgress progress;
    private final long estimate;
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private final List<Mismatch> samples = new ArrayList<>();
    private long sourceRows;
    private long targetRows;

    Tally(String table, String target, CompareProgress progress, long estimatedRows) {
        this.table = table;
        this.target = target;
        this.progress = progress;
        this.estimate = 2 * estimatedRows;
    }

    void sourceRows(int rows) {
        sourceRows += rows;
        progress.advanced(table, sourceRows + targetRows, Math.max(estimate, sourceRows + targetRows));
    }

    void targetRows(int rows) {
        targetRows += rows;
        progress.advanced(table, sourceRows + targetRows, Math.max(estimate, sourceRows + targetRows));
    }

    void found(Kind kind, String key, List<String> columns) {
        counts.merge(kind, 1L, Long::sum);
        if (samples.size() < SAMPLES) {
            samples.add(new Mismatch(kind, key, columns));
        }
    }

    TableComparison result(Duration took) {
        return new TableComparison(
                table,
                target,
                sourceRows,
                targetRows,
                counts.getOrDefault(Kind.MISSING, 0L),
                counts.getOrDefault(Kind.EXTRA, 0L),
                counts.getOrDefault(Kind.DIFFERENT, 0L),
                samples,
                took);
    }
}
