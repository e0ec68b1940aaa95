package io.changeover.apply.target;

import io.changeover.apply.guard.HeldRows.Shelf;
import io.changeover.apply.guard.ProgressStep;
import io.changeover.apply.guard.RowKey;
import io.changeover.apply.guard.TargetServer;
import io.changeover.apply.stream.BatchTarget.Claim;
import io.changeover.apply.stream.TargetUnavailableException;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.mysql.SqlFailure;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The places of a new table on one MySQL server, and how far each of our partitions is applied there. Holds a session while
 * that lasts and opens the next one when asked again. Confined to the stream thread.
 */
final class MySqlTargetServer implements TargetServer<MappedRow>, AutoCloseable {

    private static final int MAX_ATTEMPTS = 10;

    private final TargetTask task;
    private final MySqlServer server;
    private final String targetName;
    private final Set<Integer> places = new HashSet<>();
    private final ApplyCounts counts;
    private final MySqlShelf.Kept kept;
    private final Map<Integer, Claim> claims = new HashMap<>();
    private BatchContext batch = BatchContext.ofKept();
    private @Nullable OpenTarget open;

    /** @param first whether rows that belong nowhere are put aside here */
    MySqlTargetServer(TargetTask task, String targetName, boolean first, ApplyCounts counts, MySqlShelf.Kept kept) {
        this.task = task;
        this.targetName = targetName;
        this.server = task.access(targetName).server();
        this.counts = counts;
        this.kept = kept;
        task.destinations(targetName).forEach(destination -> places.add(destination.shard()));
        if (first) {
            places.add(RowKey.NOWHERE);
        }
    }

    @Override
    public Set<Integer> places() {
        return places;
    }

    /** What the transactions to come are of. */
    void begin(BatchContext next) {
        batch = next;
    }

    /** See {@link io.changeover.apply.stream.BatchTarget#claim}. */
    @Nullable
    Claim claim(int partition, long logStart, long logEnd) {
        Claim claim = run((now, careful) -> {
                    now.lookForRemembered();
                    return now.progress().claim(partition, logStart, logEnd);
                })
                .orElse(null);
        if (claim != null) {
            claims.put(partition, claim);
        }
        return claim;
    }

    void released(Collection<Integer> partitions) {
        claims.keySet().removeAll(partitions);
    }

    /** Whether the partitions stand where we left them. */
    boolean holds(Set<Integer> partitions) {
        Map<Integer, Claim> own = new HashMap<>(claims);
        own.keySet().retainAll(partitions);
        return own.size() == partitions.size()
                && run((now, careful) -> now.progress().holds(own));
    }

    @Override
    public List<ProgressStep> steps(Collection<ProgressStep> asked) {
        return asked.stream()
                .map(step -> {
                    Claim claim = claims.get(step.partition());
                    if (claim == null) {
                        throw new IllegalStateException("no claim on " + step);
                    }
                    long from = claim.nextOffset();
                    return new ProgressStep(
                            step.topic(), step.partition(), from, Math.max(from, step.to()), claim.epoch());
                })
                .toList();
    }

    @Override
    public void advanced(List<ProgressStep> steps) {
        steps.forEach(step -> claims.put(step.partition(), new Claim(step.to(), step.epoch())));
    }

    @Override
    public <T> T inTransaction(Function<Shelf<MappedRow>, T> work) {
        return run((now, careful) -> work.apply(new MySqlShelf(now, batch, careful, kept)));
    }

    /** Work that may be run again from its beginning. */
    interface Work<T> {
        T run(OpenTarget now, boolean careful) throws SQLException;
    }

    /** Runs the work and commits; again when the server says that trying again helps. */
    <T> T run(Work<T> work) {
        return ask((now, careful) -> {
            T result = work.run(now, careful);
            now.session().connection().commit();
            return result;
        });
    }

    /** As {@link #run}, without the round trip of a commit: the work reads no table and writes none. */
    <T> T ask(Work<T> work) {
        boolean careful = false;
        SQLException last = null;
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            try {
                return work.run(opened(), careful);
            } catch (TryAgain e) {
                rollback();
                careful |= e.carefully();
            } catch (SqlTrouble e) {
                last = e.failure();
                failed(last, e.table());
            } catch (SQLException e) {
                last = e;
                failed(last, null);
            } catch (RuntimeException e) {
                rollback();
                throw e;
            }
        }
        SQLException cause = last != null ? last : new SQLException("rows of others appear again and again");
        throw new TargetUnavailableException(server.problem(cause), cause);
    }

    /**
     * Returns when the transaction may be run again at once.
     *
     * @param table that it is about; null where that is not known
     */
    private void failed(SQLException e, @Nullable TableName table) {
        SqlFailure failure = SqlFailure.of(e);
        boolean deadlock = failure.code() == 1213 || failure.code() == 1205;
        if (deadlock) {
            counts.retried();
            rollback();
            return;
        }
        close();
        if (failure.isEnvironment()) {
            throw new TargetUnavailableException(failure.problem(server.address()), e);
        }
        if (failure.kind() == SqlFailure.Kind.SCHEMA) {
            throw new ChangeoverException(
                    new Problem(
                            ExitCode.SCHEMA_DRIFT,
                            place(table),
                            failure.message(),
                            "bring the new table and its mapping together, then start again"),
                    e);
        }
        throw new ChangeoverException(failure.problem(place(table)), e);
    }

    private String place(@Nullable TableName table) {
        return targetName + "." + (table == null ? task.definition().target() : table);
    }

    private void rollback() {
        if (open != null) {
            open.session().rollbackQuietly();
        }
    }

    private OpenTarget opened() throws SQLException {
        OpenTarget known = open;
        if (known != null) {
            return known;
        }
        TargetSession session = TargetSession.open(server);
        try {
            OpenTarget made = OpenTarget.of(session, task, targetName);
            made.lookForRemembered();
            open = made;
            return made;
        } catch (SQLException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    @Override
    public void close() {
        if (open != null) {
            open.session().close();
            open = null;
        }
    }
}
