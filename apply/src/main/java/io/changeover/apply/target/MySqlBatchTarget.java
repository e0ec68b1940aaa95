package io.changeover.apply.target;

import io.changeover.apply.guard.ApplyResult;
import io.changeover.apply.guard.Change;
import io.changeover.apply.guard.Deferred;
import io.changeover.apply.guard.GuardedApply;
import io.changeover.apply.guard.HeldRows;
import io.changeover.apply.guard.ProgressStep;
import io.changeover.apply.guard.RowKey;
import io.changeover.apply.mapping.ChangeDecoder;
import io.changeover.apply.mapping.RowMapper;
import io.changeover.apply.mapping.RowMapper.Mapped;
import io.changeover.apply.stream.BatchTarget;
import io.changeover.apply.stream.Received;
import io.changeover.apply.stream.TargetUnavailableException;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.Version;
import io.changeover.transport.mysql.SqlFailure;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The new table of one old table, on one MySQL server. Holds a session while that lasts and opens the next one when asked
 * again. Confined to the stream thread.
 *
 * <p>Next: {@link RowMapper}, then {@link GuardedApply} over a {@link MySqlTargetTransaction}.
 */
public final class MySqlBatchTarget implements BatchTarget {

    private static final int MAX_ATTEMPTS = 10;
    private static final long RETRY_HELD = Duration.ofMillis(200).toNanos();

    private final TargetTask task;
    private final ApplyCounts counts;
    private @Nullable TargetPlace place;
    private final Map<String, RowMapper> mappers = new HashMap<>();
    private final ChangeDecoder decoder = new ChangeDecoder();
    private long retriedHeld = System.nanoTime();

    public MySqlBatchTarget(TargetTask task, ApplyCounts counts) {
        this.task = task;
        this.counts = counts;
    }

    @Override
    public @Nullable Claim claim(int partition, long logStart, long logEnd) {
        return inTransaction((now, careful) -> {
                    now.lookForRemembered();
                    return now.progress().claim(task.topic(), partition, task.topicId(), logStart, logEnd);
                })
                .orElse(null);
    }

    @Override
    public void write(List<ProgressStep> steps, List<Received> batch) {
        List<Received> events = new ArrayList<>(batch.size());
        List<Received> undecodable = new ArrayList<>();
        for (Received record : batch) {
            Received decoded = decoder.decode(record);
            if (decoded.event() != null) {
                events.add(decoded);
            } else if (decoded.error() != null) {
                undecodable.add(decoded);
            }
        }
        ApplyResult result = inTransaction((now, careful) -> {
            List<Change<MappedRow>> changes = changes(now, task.topic(), events);
            BatchContext context = new BatchContext(events, changes);
            ApplyResult applied =
                    new GuardedApply<>(new MySqlTargetTransaction(now, context, careful)).apply(steps, changes);
            for (Received record : undecodable) {
                park(now, record);
            }
            if (applied.parked() + undecodable.size() > 0) {
                now.parking().requireBelowLimit(task.definition().label());
            }
            return applied;
        });
        counts.add(result, undecodable.size());
        if (place != null && place.mayHaveDeferred() && System.nanoTime() - retriedHeld > RETRY_HELD) {
            retryHeld();
        }
    }

    private List<Change<MappedRow>> changes(TargetPlace now, String topic, List<Received> events) throws SQLException {
        if (events.isEmpty()) {
            return List.of();
        }
        List<Mapped> mapped = mapper(now, topic).map(events);
        List<RowKey> keys = now.identities()
                .of(now.session(), mapped.stream().map(Mapped::key).toList());
        List<Change<MappedRow>> changes = new ArrayList<>(mapped.size());
        for (int i = 0; i < mapped.size(); i++) {
            changes.add(new Change<>(
                    keys.get(i), mapped.get(i).version(), mapped.get(i).image()));
        }
        return changes;
    }

    /** A record that has no key of a row is kept under its place. */
    private void park(TargetPlace now, Received record) throws SQLException {
        now.parking().require(record, String.valueOf(record.error()));
        RowKey key = new RowKey("@" + task.topic() + "-" + record.partition() + "@" + record.offset(), List.of());
        now.willHaveDeferred();
        now.deferred().put(key, Version.NONE, Deferred.Kind.PARKED, String.valueOf(record.error()), record);
    }

    @Override
    public boolean holds(Map<Integer, Claim> claims) {
        return inTransaction((now, careful) -> now.progress().holds(task.topic(), claims));
    }

    @Override
    public void retryHeld() {
        retriedHeld = System.nanoTime();
        boolean any = inTransaction((now, careful) -> now.deferred().anyWaiting());
        if (any) {
            int settled = inTransaction((now, careful) -> new HeldRows<>(new MySqlShelf(
                            now, careful, List.copyOf(task.feeders().keySet()), this::kept))
                    .retry());
            counts.settled(settled);
        }
    }

    /** An image that waits, mapped anew: its message is what is kept. */
    private Optional<Change<MappedRow>> kept(TargetPlace now, Received message) throws SQLException {
        Received decoded = decoder.decode(message);
        if (decoded.event() == null || !task.feeders().containsKey(message.topic())) {
            return Optional.empty(); // of another version or mapping of ours: left as it is
        }
        return Optional.of(changes(now, message.topic(), List.of(decoded)).get(0));
    }

    @Override
    public void released(Collection<Integer> partitions) {}

    private interface Work<T> {
        T run(TargetPlace now, boolean careful) throws SQLException;
    }

    /** Runs the work and commits; again when the server says that trying again helps. */
    private <T> T inTransaction(Work<T> work) {
        boolean careful = false;
        SQLException last = null;
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            try {
                TargetPlace now = place();
                T result = work.run(now, careful);
                now.session().connection().commit();
                return result;
            } catch (TryAgain e) {
                rollback();
                careful |= e.carefully();
            } catch (SqlTrouble e) {
                last = e.failure();
                failed(last);
            } catch (SQLException e) {
                last = e;
                failed(last);
            } catch (RuntimeException e) {
                rollback();
                throw e;
            }
        }
        SQLException cause = last != null ? last : new SQLException("rows of others appear again and again");
        throw new TargetUnavailableException(task.server().problem(cause), cause);
    }

    /** Returns when the transaction may be run again at once. */
    private void failed(SQLException e) {
        SqlFailure failure = SqlFailure.of(e);
        boolean deadlock = failure.code() == 1213 || failure.code() == 1205;
        if (deadlock) {
            counts.retried();
            rollback();
            return;
        }
        close();
        if (failure.isEnvironment()) {
            throw new TargetUnavailableException(failure.problem(task.server().address()), e);
        }
        if (failure.kind() == SqlFailure.Kind.SCHEMA) {
            throw new ChangeoverException(
                    new Problem(
                            ExitCode.SCHEMA_DRIFT,
                            task.definition().target().toString(),
                            failure.message(),
                            "bring the new table and its mapping together, then start again"),
                    e);
        }
        throw new ChangeoverException(failure.problem(task.definition().target().toString()), e);
    }

    private void rollback() {
        if (place != null) {
            place.session().rollbackQuietly();
        }
    }

    private TargetPlace place() throws SQLException {
        TargetPlace known = place;
        if (known != null) {
            return known;
        }
        TargetSession session = TargetSession.open(task.server());
        try {
            TargetPlace made = TargetPlace.of(session, task);
            made.lookForRemembered();
            place = made;
            return made;
        } catch (SQLException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private RowMapper mapper(TargetPlace now, String topic) {
        return mappers.computeIfAbsent(topic, feeder -> {
            TableDefinition definition = task.feeders().getOrDefault(feeder, task.definition());
            return new RowMapper(definition, now.table(), task.server());
        });
    }

    @Override
    public void close() {
        if (place != null) {
            place.session().close();
            place = null;
        }
        mappers.values().forEach(RowMapper::close);
        mappers.clear();
    }
}
