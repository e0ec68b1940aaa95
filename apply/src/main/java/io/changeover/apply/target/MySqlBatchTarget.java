package io.changeover.apply.target;

import io.changeover.apply.guard.ApplyResult;
import io.changeover.apply.guard.Change;
import io.changeover.apply.guard.Deferred;
import io.changeover.apply.guard.GuardedApply;
import io.changeover.apply.guard.ProgressStep;
import io.changeover.apply.guard.RowKey;
import io.changeover.apply.mapping.ChangeDecoder;
import io.changeover.apply.mapping.PlaceRule;
import io.changeover.apply.mapping.RowMapper;
import io.changeover.apply.mapping.RowMapper.Mapped;
import io.changeover.apply.stream.BatchTarget;
import io.changeover.apply.stream.Received;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.Version;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The new table of one old table, on one MySQL server or, in shards, on several. Confined to the stream thread.
 *
 * <p>Next: {@link RowMapper}, then {@link GuardedApply} over {@link MySqlTargetServer}s.
 */
public final class MySqlBatchTarget implements BatchTarget {

    /** Each held row is tried so often, whatever seems to stand in its way; less often where that takes long. */
    private static final Duration THOROUGHLY = Duration.ofMinutes(1);

    private static final int TIMES = 30;

    private final TargetTask task;
    private final ApplyCounts counts;
    private final List<MySqlTargetServer> servers = new ArrayList<>();
    private final Map<String, RowMapper> mappers = new HashMap<>();
    private final Map<List<TargetColumn>, RowLayout> layouts = new HashMap<>();
    private final ChangeDecoder decoder = new ChangeDecoder();
    private @Nullable GuardedApply<MappedRow> guard;
    private BatchContext kept = BatchContext.ofKept();
    private boolean heldLately;
    private long nextThorough = System.nanoTime();

    public MySqlBatchTarget(TargetTask task, ApplyCounts counts) {
        this.task = task;
        this.counts = counts;
        for (String name : task.definition().targetNames()) {
            servers.add(new MySqlTargetServer(task, name, servers.isEmpty(), counts, this::kept));
        }
    }

    /** The server that knows for all of them what a mapping needs to know: the tables have one shape. */
    private MySqlTargetServer first() {
        return servers.get(0);
    }

    @Override
    public @Nullable Claim claim(int partition, long logStart, long logEnd) {
        Claim lowest = null;
        for (MySqlTargetServer server : servers) {
            Claim claim = server.claim(partition, logStart, logEnd);
            if (claim == null) {
                return null;
            }
            if (lowest == null || claim.nextOffset() < lowest.nextOffset()) {
                lowest = claim;
            }
        }
        return lowest;
    }

    @Override
    public void write(List<ProgressStep> steps, List<Received> records) {
        List<Received> events = new ArrayList<>(records.size());
        List<Received> undecodable = new ArrayList<>();
        for (Received record : records) {
            Received decoded = decoder.decode(record);
            if (decoded.event() != null) {
                events.add(decoded);
            } else if (decoded.error() != null) {
                undecodable.add(decoded);
            }
        }
        BatchContext batch = BatchContext.ofStream();
        List<Change<MappedRow>> changes =
                events.isEmpty() ? List.of() : first().ask((now, careful) -> changes(now, task.topic(), events, batch));
        ApplyResult result = guard(batch).apply(steps, changes, aside(undecodable));
        counts.add(result);
        heldLately |= result.held() > 0;
    }

    @Override
    public boolean heldLately() {
        return heldLately;
    }

    private GuardedApply<MappedRow> guard(BatchContext batch) {
        servers.forEach(server -> server.begin(batch));
        GuardedApply<MappedRow> known = guard;
        if (known == null) {
            boolean scattering = first().ask((now, careful) ->
                    task.feeders().values().stream().anyMatch(feeder -> PlaceRule.scatters(feeder, now.shape())));
            known = new GuardedApply<>(servers, scattering);
            guard = known;
        }
        return known;
    }

    private List<Change<MappedRow>> changes(OpenTarget now, String topic, List<Received> events, BatchContext batch)
            throws SQLException {
        List<Mapped> mapped = mapper(now, topic).map(events);
        List<RowKey> keys = now.identities()
                .of(now.session(), mapped.stream().map(Mapped::key).toList());
        List<Change<MappedRow>> changes = new ArrayList<>(mapped.size());
        for (int i = 0; i < mapped.size(); i++) {
            Change<MappedRow> change = mapped.get(i).change(keys.get(i));
            changes.add(change);
            batch.add(events.get(i), change);
        }
        return changes;
    }

    /** A record that has no key of a row is kept under its place. */
    private List<Deferred<MappedRow>> aside(List<Received> undecodable) {
        if (undecodable.isEmpty()) {
            return List.of();
        }
        RowLayout none = first().ask((now, careful) -> new RowLayout(now.shape(), List.of()));
        return undecodable.stream()
                .map(record -> {
                    String place = "@" + task.topic() + "-" + record.partition() + "@" + record.offset();
                    String error = String.valueOf(record.error());
                    MappedRow nothing = new MappedRow(none, new Object[0], record, error);
                    RowKey key = new RowKey(place, List.of(), RowKey.NOWHERE);
                    return new Deferred<>(new Change<>(key, Version.NONE, nothing), Deferred.Kind.PARKED, error);
                })
                .toList();
    }

    @Override
    public boolean holds(Map<Integer, Claim> claims) {
        return servers.stream().allMatch(server -> server.holds(claims.keySet()));
    }

    @Override
    public void retryHeld() {
        boolean any = false;
        for (MySqlTargetServer server : servers) {
            any |= server.run((now, careful) -> now.deferred().anyWaiting());
        }
        int settled = 0;
        if (any) {
            long began = System.nanoTime();
            boolean thorough = began - nextThorough >= 0;
            kept = BatchContext.ofKept();
            settled = guard(kept).retryHeld(thorough);
            counts.settled(settled);
            if (thorough) {
                long ended = System.nanoTime();
                nextThorough = ended + Math.max(THOROUGHLY.toNanos(), TIMES * (ended - began));
            }
        }
        heldLately = settled > 0;
    }

    /** Images that wait, mapped anew, each source's together: their messages are what is kept. */
    private List<Optional<Change<MappedRow>>> kept(OpenTarget now, List<Received> messages) throws SQLException {
        List<Optional<Change<MappedRow>>> found = new ArrayList<>(messages.size());
        Map<String, Map<Integer, Received>> feeds = new LinkedHashMap<>();
        for (Received message : messages) {
            Optional<KeptRow> row = KeptRow.decode(message.value(), now.shape());
            if (row.isPresent()) {
                found.add(Optional.of(displaced(now, row.get(), message)));
                continue;
            }
            Received decoded = decoder.decode(message);
            if (decoded.event() != null && task.feeders().containsKey(message.topic())) {
                feeds.computeIfAbsent(message.topic(), topic -> new LinkedHashMap<>())
                        .put(found.size(), decoded);
            }
            found.add(Optional.empty()); // of another version or mapping of ours: left as it is
        }
        for (Map.Entry<String, Map<Integer, Received>> feed : feeds.entrySet()) {
            List<Received> events = List.copyOf(feed.getValue().values());
            Iterator<Change<MappedRow>> changes =
                    changes(now, feed.getKey(), events, kept).iterator();
            feed.getValue().keySet().forEach(index -> found.set(index, Optional.of(changes.next())));
        }
        return found;
    }

    /** A row whose place another source has taken: written as it was. */
    private Change<MappedRow> displaced(OpenTarget now, KeptRow row, Received message) throws SQLException {
        RowKey key = now.identities()
                .of(now.session(), List.of(row.key(now.shape())))
                .get(0);
        RowLayout layout = layouts.computeIfAbsent(row.columns(), columns -> new RowLayout(now.shape(), columns));
        MappedRow image = new MappedRow(layout, row.values(), message, null);
        Change<MappedRow> change = new Change<>(key.at(row.place()), row.version(), image);
        kept.add(message, change);
        return change;
    }

    @Override
    public void released(Collection<Integer> partitions) {
        servers.forEach(server -> server.released(partitions));
    }

    private RowMapper mapper(OpenTarget now, String topic) {
        return mappers.computeIfAbsent(topic, feeder -> {
            TableDefinition definition = task.feeders().getOrDefault(feeder, task.definition());
            return new RowMapper(
                    definition,
                    now.shape(),
                    task.access(task.definition().targetNames().get(0)).server());
        });
    }

    @Override
    public void close() {
        servers.forEach(MySqlTargetServer::close);
        mappers.values().forEach(RowMapper::close);
        mappers.clear();
    }
}
