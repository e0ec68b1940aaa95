package io.changeover.apply;

import io.changeover.apply.target.TombstonePurge;
import io.changeover.transport.definition.Destination;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TargetDefinition;
import io.changeover.transport.mysql.MySqlServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the tombstones of one old table purged, every hour, on each server of its new one. Confined to the table's thread. */
final class TombstoneCare {

    private static final Logger log = LoggerFactory.getLogger(TombstoneCare.class);

    private final Admin admin;
    private final PipelineDefinition pipeline;
    private final TableDefinition table;
    private final TopicIdentity topic;
    private final Hours hours;

    TombstoneCare(
            Admin admin, PipelineDefinition pipeline, TableDefinition table, TopicIdentity topic, LongSupplier nanos) {
        this.admin = admin;
        this.pipeline = pipeline;
        this.table = table;
        this.topic = topic;
        this.hours = new Hours(nanos);
    }

    /** When it is time: not at once, for a table that begins has other things to do, and then every hour. */
    static final class Hours {

        private static final Duration FIRST = Duration.ofMinutes(10);
        private static final Duration EVERY = Duration.ofHours(1);

        private final LongSupplier nanos;
        private long due;

        Hours(LongSupplier nanos) {
            this.nanos = nanos;
            this.due = nanos.getAsLong() + FIRST.toNanos();
        }

        /** Once each time; what is not asked for stays due. */
        boolean strike() {
            if (nanos.getAsLong() - due < 0) {
                return false;
            }
            due = nanos.getAsLong() + EVERY.toNanos();
            return true;
        }
    }

    /** Purges if it is time. What fails is done the next time: nothing depends on it. */
    void now(BooleanSupplier stopping) {
        if (stopping.getAsBoolean() || !hours.strike()) {
            return;
        }
        try {
            Map<Integer, Long> logStarts = logStarts();
            Map<String, Destination> places = new LinkedHashMap<>();
            table.destinations().forEach(place -> places.putIfAbsent(place.targetName(), place));
            for (Destination place : places.values()) {
                TargetDefinition target = pipeline.target(place.targetName());
                long purged = new TombstonePurge(
                                MySqlServer.of(target.server(), "purge " + pipeline.name()),
                                pipeline.name(),
                                pipeline.rowTopic(table),
                                pipeline.feed(table),
                                topic.id(),
                                table.target(),
                                target.keepTombstones())
                        .run(place.table(), logStarts, stopping);
                log.info("{}: {} tombstones purged on {}", table.label(), purged, target.name());
            }
        } catch (SQLException | ExecutionException | TimeoutException e) {
            log.info("{}: tombstones are not purged this time: {}", table.label(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<Integer, Long> logStarts() throws ExecutionException, InterruptedException, TimeoutException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (int partition = 0; partition < topic.partitions(); partition++) {
            asked.put(new TopicPartition(pipeline.rowTopic(table), partition), OffsetSpec.earliest());
        }
        Map<Integer, Long> starts = new HashMap<>();
        admin.listOffsets(asked)
                .all()
                .get(30, TimeUnit.SECONDS)
                .forEach((partition, start) -> starts.put(partition.partition(), start.offset()));
        return starts;
    }
}
