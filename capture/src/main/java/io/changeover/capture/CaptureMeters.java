package io.changeover.capture;

import io.changeover.capture.backfill.BackfillMark;
import io.changeover.capture.engine.EngineBeans;
import io.changeover.transport.event.Operation;
import io.changeover.transport.event.TableName;
import io.changeover.transport.worker.WorkerStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What a capture counts, as meters, each read when somebody asks. Of what another instance does, nothing is told here. */
record CaptureMeters(CaptureSettings settings, CaptureCounters counters, Supplier<WorkerStatus> status)
        implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        Tags source = Tags.of("source", settings.source().name());
        for (Operation operation : Operation.values()) {
            FunctionCounter.builder(
                            "changeover.capture.rows",
                            counters,
                            of -> of.rows(operation).sum())
                    .tags(source.and("operation", operation.name().toLowerCase(Locale.ROOT)))
                    .description("Row changes of captured tables that were read from the binlog")
                    .baseUnit("rows")
                    .register(registry);
        }
        count(
                registry,
                source,
                "read",
                "bytes",
                "Bytes that those rows have in the binlog",
                CaptureCounters::readBytes);
        count(
                registry,
                source,
                "transactions",
                "transactions",
                "Transactions that were read, those without captured rows among them",
                CaptureCounters::transactions);
        count(
                registry,
                source,
                "runs",
                "runs",
                "Runs that were begun from the durable position",
                CaptureCounters::begun);
        count(
                registry,
                source,
                "failed",
                "runs",
                "Runs that failed; each is followed by another one, or by the end of the capture",
                CaptureCounters::failures);
        gauge(
                registry,
                source,
                "last.commit.timestamp",
                "seconds",
                "When the newest transaction that was read was committed, since 1970; none before the first",
                of -> of.lastCommitMicros() == 0 ? Double.NaN : of.lastCommitMicros() / 1e6);
        gauge(registry, source, "streaming", null, "1 while this instance captures", of -> is("streaming"));
        gauge(
                registry,
                source,
                "standby",
                null,
                "1 while this instance stands by for another one",
                of -> is("standby"));
        gauge(
                registry,
                source,
                "stopped.tables",
                "tables",
                "Tables that this instance captures no more, until they are readmitted",
                of -> of.stops().size());
        for (TableName table : settings.rowTopics().keySet()) {
            Tags one = source.and("table", settings.source().name() + "." + table);
            backfill(registry, one, table, "rows", "rows", "Rows that its backfill has published", BackfillMark::rows);
            backfill(
                    registry,
                    one,
                    table,
                    "estimated",
                    "rows",
                    "Rows that the table had when its backfill began, as its server guessed",
                    mark -> mark.estimate() < 0 ? Double.NaN : mark.estimate());
            backfill(
                    registry,
                    one,
                    table,
                    "running",
                    null,
                    "1 while its backfill has more rows to publish",
                    mark -> mark.state() == BackfillMark.State.RUNNING ? 1 : 0);
        }
        new EngineBeans(settings.transactionalId(), source).bindTo(registry);
    }

    private double is(String phase) {
        return status.get().phase().equals(phase) ? 1 : 0;
    }

    private void count(
            MeterRegistry registry,
            Tags tags,
            String name,
            String unit,
            String description,
            ToDoubleFunction<CaptureCounters> count) {
        FunctionCounter.builder("changeover.capture." + name, counters, count)
                .tags(tags)
                .description(description)
                .baseUnit(unit)
                .register(registry);
    }

    private void gauge(
            MeterRegistry registry,
            Tags tags,
            String name,
            @Nullable String unit,
            String description,
            ToDoubleFunction<CaptureCounters> value) {
        Gauge.builder("changeover.capture." + name, counters, value)
                .tags(tags)
                .description(description)
                .baseUnit(unit)
                .register(registry);
    }

    private void backfill(
            MeterRegistry registry,
            Tags tags,
            TableName table,
            String name,
            @Nullable String unit,
            String description,
            ToDoubleFunction<BackfillMark> value) {
        gauge(registry, tags, "backfill." + name, unit, description, of -> {
            BackfillMark mark = of.backfill(table);
            return mark == null ? Double.NaN : value.applyAsDouble(mark);
        });
    }
}
