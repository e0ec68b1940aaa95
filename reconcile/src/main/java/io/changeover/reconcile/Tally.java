package io.changeover.reconcile;

import io.changeover.reconcile.Mismatch.Kind;
import io.changeover.reconcile.table.ComparedTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts what a comparison finds. Confined. */
final class Tally implements Findings {

    private static final int SAMPLES = 20;

    private final ComparedTable table;
    private final CompareProgress progress;
    private final long estimate;
    private final long startedNanos = System.nanoTime();
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private final List<Mismatch> samples = new ArrayList<>();
    private long sourceRows;
    private long targetRows;

    Tally(ComparedTable table, CompareProgress progress) {
        this.table = table;
        this.progress = progress;
        this.estimate = 2 * table.estimatedRows();
    }

    @Override
    public void sourceRows(int rows) {
        sourceRows += rows;
        progress.advanced(table.label(), sourceRows + targetRows, Math.max(estimate, sourceRows + targetRows));
    }

    @Override
    public void targetRows(int rows) {
        targetRows += rows;
        progress.advanced(table.label(), sourceRows + targetRows, Math.max(estimate, sourceRows + targetRows));
    }

    @Override
    public void found(Kind kind, List<@Nullable String> key, List<String> columns) {
        counts.merge(kind, 1L, Long::sum);
        if (samples.size() < SAMPLES) {
            samples.add(new Mismatch(kind, table.shownKey(key), columns));
        }
    }

    TableComparison result() {
        return new TableComparison(
                table.label(),
                table.target().toString(),
                sourceRows,
                targetRows,
                counts.getOrDefault(Kind.MISSING, 0L),
                counts.getOrDefault(Kind.EXTRA, 0L),
                counts.getOrDefault(Kind.DIFFERENT, 0L),
                samples,
                Duration.ofNanos(System.nanoTime() - startedNanos));
    }
}
