package io.changeover.deploy.metrics;

import io.changeover.deploy.metrics.PipelineWatch.Found;
import io.changeover.reconcile.Mismatch.Kind;
import io.changeover.reconcile.TableReport.Verdict;
import io.changeover.reconcile.schedule.KeptRun;
import io.changeover.reconcile.schedule.RunHistory.Clean;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the last comparison of each table has found, as meters: from the history that all processes share, so that a restart forgets
 * nothing. NaN before the first comparison of a table.
 */
record HistoryMeters(PipelineDefinition pipeline, PipelineWatch watch) implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        register(
                registry,
                Tags.of("what", "history"),
                "changeover.watch.seen",
                null,
                "1 while this process sees the state of the whole pipeline, or the history of its comparisons",
                () -> watch.isHistorySeen() ? 1 : 0);
        register(
                registry,
                Tags.empty(),
                "changeover.reconcile.runners",
                null,
                "1 while some process compares, now or when it is time",
                () -> {
                    Found seen = watch.found();
                    return seen == null || !watch.isHistorySeen() ? Double.NaN : seen.compared() ? 1 : 0;
                });
        pipeline.tables().forEach(table -> bindTo(registry, table));
    }

    private void bindTo(MeterRegistry registry, TableDefinition table) {
        for (Verdict verdict : Verdict.values()) {
            last(
                    registry,
                    table,
                    Tags.of("verdict", verdict.name().toLowerCase(Locale.ROOT)),
                    "verdict",
                    null,
                    "1 at the verdict of the table's last comparison, 0 at the others",
                    run -> run.report().verdict() == verdict ? 1 : 0);
        }
        // the history has no other kinds
        for (Kind kind : List.of(Kind.MISSING, Kind.EXTRA, Kind.STALE, Kind.ALTERED)) {
            last(
                    registry,
                    table,
                    Tags.of("kind", kind.name().toLowerCase(Locale.ROOT)),
                    "different",
                    "rows",
                    "Rows that were proven to be different, mended ones among them",
                    run -> run.report().different().getOrDefault(kind, 0L));
        }
        String compared = "Rows that were compared, of each side";
        last(
                registry,
                table,
                Tags.of("side", "old"),
                "compared",
                "rows",
                compared,
                run -> run.report().sourceRows());
        last(
                registry,
                table,
                Tags.of("side", "new"),
                "compared",
                "rows",
                compared,
                run -> run.report().targetRows());
        last(
                registry,
                table,
                Tags.empty(),
                "mended",
                "rows",
                "Rows that were different, were sent again, and are equal now",
                run -> run.report().mended());
        last(
                registry,
                table,
                Tags.empty(),
                "undecided",
                "rows",
                "Rows of which nothing could be told",
                run -> run.report().undecided());
        last(
                registry,
                table,
                Tags.empty(),
                "last.start.timestamp",
                "seconds",
                "When the last comparison began, since 1970, by the clock of the first target",
                run -> seconds(run.started()));
        last(
                registry,
                table,
                Tags.empty(),
                "due.timestamp",
                "seconds",
                "When the next one is due, since 1970, as the pipeline file says; in the past: it is late, or under way",
                run -> seconds(pipeline.reconcile().every().after(run.started())));
        last(
                registry,
                table,
                Tags.empty(),
                "last.duration",
                "seconds",
                "How long it took, together with the tables that share its new table",
                run -> Duration.between(run.started(), run.ended()).toMillis() / 1000.0);
        value(
                registry,
                table,
                Tags.empty(),
                "clean.since.timestamp",
                "seconds",
                "When the first of the comparisons began that, all in a row to the last, found nothing; none when the last did",
                seen -> {
                    Clean clean = seen.clean().get(table.label());
                    return clean == null ? Double.NaN : seconds(clean.since());
                });
    }

    private static double seconds(Instant time) {
        return time.getEpochSecond() + time.getNano() / 1e9; // of one that never comes, too
    }

    private void last(
            MeterRegistry registry,
            TableDefinition table,
            Tags tags,
            String name,
            @Nullable String unit,
            String description,
            ToDoubleFunction<KeptRun> value) {
        value(registry, table, tags, name, unit, description, seen -> {
            KeptRun run = seen.last().get(table.label());
            return run == null ? Double.NaN : value.applyAsDouble(run);
        });
    }

    private void value(
            MeterRegistry registry,
            TableDefinition table,
            Tags tags,
            String name,
            @Nullable String unit,
            String description,
            ToDoubleFunction<Found> value) {
        register(registry, tags.and("table", table.label()), "changeover.reconcile." + name, unit, description, () -> {
            Found seen = watch.found();
            return seen == null ? Double.NaN : value.applyAsDouble(seen);
        });
    }

    private static void register(
            MeterRegistry registry,
            Tags tags,
            String name,
            @Nullable String unit,
            String description,
            Supplier<Number> value) {
        Gauge.builder(name, value)
                .tags(tags)
                .description(description)
                .baseUnit(unit)
                .register(registry);
    }
}
