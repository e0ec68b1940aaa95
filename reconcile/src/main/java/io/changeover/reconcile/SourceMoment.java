package io.changeover.reconcile;

import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.GtidState;
import io.changeover.transport.mysql.OwnedGtids;
import io.changeover.transport.position.Barrier;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.position.Progress;
import io.changeover.transport.position.ProgressTopic;
import io.changeover.transport.position.SourcePosition;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A span of a source's history around a read of it: what was published before, and what was committed when the read was over.
 * Confined to one thread.
 */
final class SourceMoment {

    private final ProgressTopic progress;
    private final Connection source;
    private final Set<TableName> tables;
    private Map<TopicPartition, Long> begin = Map.of();

    /** @param tables whose rows are read */
    SourceMoment(ProgressTopic progress, Connection source, Set<TableName> tables) {
        this.progress = progress;
        this.source = source;
        this.tables = Set.copyOf(tables);
    }

    /**
     * Waits until a read of the source shows all that is published by now: the binlog is readable before the commit.
     *
     * @return why it cannot be; null: read now
     */
    @Nullable
    String begin(Duration patience) throws SQLException {
        Progress published = progress.latest();
        SourcePosition position = published.position().orElse(null);
        if (position == null) {
            return "the source was never captured";
        }
        SourcePosition.Running running = position.running();
        GtidSet needed =
                running == null ? position.completed() : position.completed().plus(running.gtid());
        begin = new Barrier(GtidSet.EMPTY, Set.of()).of(published).endOffsets();
        long deadline = System.nanoTime() + patience.toNanos();
        while (!GtidState.read(source).executed().containsAll(needed)) {
            if (System.nanoTime() > deadline) {
                return "transactions were published that the source has not executed";
            }
            Pause.shortly();
        }
        return null;
    }

    /** Next offset, when it began, of each partition that the source had written to. */
    long begin(TopicPartition partition) {
        return begin.getOrDefault(partition, 0L);
    }

    /** Waits until all that is committed by now is published; what is missing then, and where the topics end. */
    Barrier.State end(Duration patience) throws SQLException {
        return new Barrier(seen(), tables).await(progress, patience);
    }

    /** What the read may have shown. */
    private GtidSet seen() throws SQLException {
        try {
            return OwnedGtids.visible(source);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", e);
        }
    }
}
