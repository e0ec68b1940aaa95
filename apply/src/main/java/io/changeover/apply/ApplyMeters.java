package io.changeover.apply;

import io.changeover.apply.target.ApplyCounts.Snapshot;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** What the apply of one table counts, as meters, each read when somebody asks. */
record ApplyMeters(TableApply table) implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        Tags tags = Tags.of("table", table.label());
        rows(registry, tags, "written", Snapshot::written);
        rows(registry, tags, "deleted", Snapshot::deleted);
        rows(registry, tags, "older", Snapshot::stale);
        rows(registry, tags, "held", Snapshot::held);
        rows(registry, tags, "parked", Snapshot::parked);
        count(registry, tags, "settled", "rows", "Held images that wait no more", Snapshot::settled);
        count(
                registry,
                tags,
                "repeated",
                "transactions",
                "Transactions that ran again because of a deadlock or a lock that they waited for too long",
                Snapshot::retried);
        count(
                registry,
                tags,
                "batches",
                "batches",
                "Batches that were written, each with its progress",
                Snapshot::batches);
        for (TableState.Phase phase : TableState.Phase.values()) {
            Gauge.builder("changeover.apply.phase", table, of -> of.state().phase() == phase ? 1 : 0)
                    .tags(tags.and("phase", phase.name().toLowerCase(Locale.ROOT)))
                    .description("1 at what this instance does with the table now, 0 at everything else")
                    .register(registry);
        }
        Gauge.builder("changeover.apply.throttled", table, of -> of.isThrottled() ? 1 : 0)
                .tags(tags)
                .description("1 while an operator's limit or a busy target holds the table up")
                .register(registry);
    }

    private void rows(MeterRegistry registry, Tags tags, String kind, ToLongFunction<Snapshot> count) {
        count(
                registry,
                tags.and("kind", kind),
                "rows",
                "rows",
                "Row changes by what became of them; older: a newer version was there",
                count);
    }

    private void count(
            MeterRegistry registry,
            Tags tags,
            String name,
            String unit,
            String description,
            ToLongFunction<Snapshot> count) {
        FunctionCounter.builder(
                        "changeover.apply." + name,
                        table,
                        of -> count.applyAsLong(of.counts().snapshot()))
                .tags(tags)
                .description(description)
                .baseUnit(unit)
                .register(registry);
    }
}
