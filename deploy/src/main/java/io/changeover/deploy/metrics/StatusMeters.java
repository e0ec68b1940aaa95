package io.changeover.deploy.metrics;

import io.changeover.deploy.status.PipelineStatus;
import io.changeover.deploy.status.SourceStatus;
import io.changeover.deploy.status.TableStatus;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.SourceDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** How far the pipeline is, as meters. What cannot be seen is NaN: neither well nor bad. */
record StatusMeters(PipelineDefinition pipeline, PipelineWatch watch) implements MeterBinder {

    private static final String WAITING =
            "Rows that are not in the new table: held by a unique value, owned by another source, or refused and parked";

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("changeover.watch.seen", () -> watch.status() == null ? 0 : 1)
                .tags(Tags.of("what", "status"))
                .description(
                        "1 while this process sees the state of the whole pipeline, or the history of its comparisons")
                .register(registry);
        Gauge.builder(
                        "changeover.topic.retention",
                        () -> pipeline.topics().retention().toSeconds())
                .description("How long the topics keep messages, as the pipeline file says")
                .baseUnit("seconds")
                .register(registry);
        for (SourceDefinition source : pipeline.sources()) {
            Tags tags = Tags.of("source", source.name());
            source(
                    registry,
                    tags,
                    source,
                    "capture.lag",
                    "seconds",
                    "How old the newest published transaction is, while the source has others that are not; never below 0",
                    of -> of.lagSeconds() == null ? Double.NaN : of.lagSeconds());
            source(
                    registry,
                    tags,
                    source,
                    "capture.missing",
                    "transactions",
                    "Transactions that the source has committed and the topics do not have",
                    of -> of.missing() < 0 ? Double.NaN : of.missing());
            source(
                    registry,
                    tags,
                    source,
                    "source.binlog.retention",
                    "seconds",
                    "How long the source keeps its binlogs; NaN: for ever, or not known",
                    of -> of.binlogSeconds() == null ? Double.NaN : of.binlogSeconds());
            source(
                    registry,
                    tags,
                    source,
                    "capture.stopped",
                    null,
                    "1 when the capture of the source has stopped and somebody has to do something",
                    of -> of.stop() == null ? 0 : 1);
        }
        for (TableDefinition table : pipeline.tables()) {
            Tags tags = Tags.of("table", table.label());
            table(
                    registry,
                    tags,
                    table,
                    "apply.lag.records",
                    "records",
                    "Records of the topic that the new table has not taken in",
                    TableStatus::lagRecords);
            table(
                    registry,
                    tags,
                    table,
                    "apply.lag",
                    "seconds",
                    "How old the newest applied change is, while there are others that are not; never below 0",
                    of -> of.lagSeconds() == null ? Double.NaN : of.lagSeconds());
            table(registry, tags.and("kind", "held"), table, "apply.waiting", "rows", WAITING, TableStatus::held);
            table(
                    registry,
                    tags.and("kind", "collision"),
                    table,
                    "apply.waiting",
                    "rows",
                    WAITING,
                    TableStatus::collisions);
            table(registry, tags.and("kind", "parked"), table, "apply.waiting", "rows", WAITING, TableStatus::parked);
            for (String by : List.of(TableStatus.Stop.CAPTURE, TableStatus.Stop.APPLY)) {
                table(
                        registry,
                        tags.and("by", by),
                        table,
                        "table.stopped",
                        null,
                        "1 when the table has stopped and somebody has to do something",
                        of -> of.stop() != null && of.stop().by().equals(by) ? 1 : 0);
            }
        }
    }

    private void source(
            MeterRegistry registry,
            Tags tags,
            SourceDefinition source,
            String name,
            @Nullable String unit,
            String description,
            ToDoubleFunction<SourceStatus> value) {
        register(registry, tags, name, unit, description, () -> {
            PipelineStatus seen = watch.status();
            return seen == null
                    ? Double.NaN
                    : seen.sources().stream()
                            .filter(of -> of.source().equals(source.name()))
                            .mapToDouble(value)
                            .findFirst()
                            .orElse(Double.NaN);
        });
    }

    private void table(
            MeterRegistry registry,
            Tags tags,
            TableDefinition table,
            String name,
            @Nullable String unit,
            String description,
            ToDoubleFunction<TableStatus> value) {
        register(registry, tags, name, unit, description, () -> {
            PipelineStatus seen = watch.status();
            return seen == null || table.targetNames().stream().anyMatch(target -> isAway(seen, target))
                    ? Double.NaN
                    : seen.tables().stream()
                            .filter(of -> of.table().equals(table.label()))
                            .mapToDouble(value)
                            .findFirst()
                            .orElse(Double.NaN);
        });
    }

    /** Of a target that does not answer, the status counts nothing. */
    private static boolean isAway(PipelineStatus seen, String target) {
        return seen.problems().stream().anyMatch(problem -> problem.startsWith("target " + target + ": "));
    }

    private static void register(
            MeterRegistry registry,
            Tags tags,
            String name,
            @Nullable String unit,
            String description,
            Supplier<Number> value) {
        Gauge.builder("changeover." + name, value)
                .tags(tags)
                .description(description)
                .baseUnit(unit)
                .register(registry);
    }
}
