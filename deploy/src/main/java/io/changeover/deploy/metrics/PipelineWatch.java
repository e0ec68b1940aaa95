package io.changeover.deploy.metrics;

import io.changeover.deploy.status.PipelineStatus;
import io.changeover.deploy.status.StatusReader;
import io.changeover.reconcile.schedule.KeptRun;
import io.changeover.reconcile.schedule.RunHistory;
import io.changeover.reconcile.schedule.RunHistory.Clean;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.problem.ChangeoverException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then at the whole pipeline, as {@code status} and {@code reconcile show} do, so that scrapes wait for no server and
 * what a part would say of itself is known while it does not run. One thread; what it has seen is thread-safe.
 */
public final class PipelineWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PipelineWatch.class);

    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(2);

    /**
     * What the comparisons have found.
     *
     * @param last of each table, by its label
     * @param clean of those that are
     * @param compared whether a worker runs that compares, anywhere
     */
    record Found(Map<String, KeptRun> last, Map<String, Clean> clean, boolean compared) {}

    private final PipelineDefinition pipeline;
    private final Clock clock;
    private final RunHistory history;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable PipelineStatus status;
    private volatile @Nullable Found found;
    private volatile boolean historySeen;

    public PipelineWatch(PipelineDefinition pipeline, Clock clock) {
        this.pipeline = pipeline;
        this.clock = clock;
        this.history = RunHistory.of(pipeline);
        this.thread = new Thread(this::work, "watch " + pipeline.name());
        this.thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Null while it cannot be seen: what it was then says nothing of now. */
    @Nullable
    PipelineStatus status() {
        return status;
    }

    /** What was seen last: it has happened, whether the server is there now or not. Null before the first look. */
    @Nullable
    Found found() {
        return found;
    }

    /** Whether {@link #found} is of the last look. */
    boolean isHistorySeen() {
        return historySeen;
    }

    private void work() {
        try {
            boolean closed = false;
            while (!closed) {
                try (StatusReader reader = new StatusReader(pipeline, clock, TIMEOUT)) {
                    boolean seen = true;
                    while (seen && !closed) {
                        lookAtHistory();
                        seen = lookAtStatus(reader); // one that failed may have lost a message: another one begins anew
                        closed = closing.await(EVERY.toMillis(), TimeUnit.MILLISECONDS);
                    }
                }
            }
        } catch (InterruptedException | InterruptException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) { // else nobody would know why nothing is told any more
            status = null;
            historySeen = false;
            LOG.error("the pipeline is watched no more", e);
        }
    }

    private boolean lookAtStatus(StatusReader reader) {
        try {
            status = reader.read();
            return true;
        } catch (ChangeoverException e) {
            status = null;
            LOG.debug("the status cannot be seen", e);
            return false;
        }
    }

    private void lookAtHistory() {
        try {
            found = new Found(history.last(), history.clean(), history.hasRunner());
            historySeen = true;
        } catch (SQLException e) {
            historySeen = false;
            LOG.debug("the history cannot be seen", e);
        }
    }

    @Override
    public void close() {
        closing.countDown();
        thread.interrupt();
        try {
            thread.join(GRACE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
