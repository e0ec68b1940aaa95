package io.changeover.apply.guard;

import static java.util.Objects.requireNonNull;

import io.changeover.transport.event.Version;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A target in memory. An image is the value of the row's unique column; {@code bad} is refused, {@code -} is no value. */
final class MemoryShelf implements HeldRows.Shelf<String>, TargetServer<String> {

    final Map<String, Change<String>> live = new LinkedHashMap<>();
    final Map<String, Version> tombstones = new HashMap<>();
    final Map<String, Deferred<String>> deferred = new LinkedHashMap<>();
    private final Set<Integer> places;

    MemoryShelf(Integer... places) {
        this.places = Set.of(places);
    }

    @Override
    public Set<Integer> places() {
        return places;
    }

    @Override
    public List<ProgressStep> steps(Collection<ProgressStep> asked) {
        return List.copyOf(asked);
    }

    @Override
    public void advanced(List<ProgressStep> steps) {}

    @Override
    public <T> T inTransaction(Function<HeldRows.Shelf<String>, T> work) {
        return work.apply(this);
    }

    static String row(RowKey key) {
        return key.place() == 0 ? key.identity() : key.place() + "/" + key.identity();
    }

    static Change<String> change(String key, int source, long version, @Nullable String image) {
        return new Change<>(new RowKey(key, List.of(key)), new Version(source, 1, version, 0), image);
    }

    /** The row that is there. */
    Change<String> row(String key) {
        return requireNonNull(live.get(key));
    }

    /** Why the image of {@code source:key} waits. */
    Deferred.Kind kind(String sourceAndKey) {
        return requireNonNull(deferred.get(sourceAndKey)).kind();
    }

    private static String of(RowKey key, int source) {
        return source + ":" + key.identity();
    }

    @Override
    public boolean advance(ProgressStep step) {
        return step.epoch() == 1;
    }

    @Override
    public Map<RowKey, Stored> stored(Set<RowKey> keys, int source) {
        Map<RowKey, Stored> stored = new HashMap<>();
        for (RowKey key : keys) {
            Change<String> row = live.get(row(key));
            Deferred<String> waits = deferred.get(of(key, source));
            stored.put(
                    key,
                    new Stored(
                            row == null ? null : row.version(),
                            tombstones.get(of(key, source)),
                            waits == null ? null : waits.change().version()));
        }
        return stored;
    }

    @Override
    public List<Change<String>> rowsOf(List<Change<String>> displacing) {
        return displacing.stream()
                .map(change -> requireNonNull(live.get(row(change.key()))))
                .toList();
    }

    @Override
    public void delete(Collection<RowKey> keys) {
        keys.forEach(key -> live.remove(row(key)));
    }

    @Override
    public List<Refusal<String>> write(List<Write<String>> writes) {
        return writes.stream().flatMap(write -> writeOne(write).stream()).toList();
    }

    private List<Refusal<String>> writeOne(Write<String> write) {
        Change<String> change = write.change();
        if ("bad".equals(change.image())) {
            return List.of(new Refusal<>(write, Refusal.Cause.BAD_DATA, "bad"));
        }
        if (!blockers(change).isEmpty()) {
            return List.of(new Refusal<>(write, Refusal.Cause.UNIQUE_CONFLICT, "taken"));
        }
        live.put(row(change.key()), change);
        return List.of();
    }

    @Override
    public void bury(Collection<Tombstone> buried) {
        buried.forEach(tombstone -> tombstones.merge(
                of(tombstone.key(), tombstone.version().source()),
                tombstone.version(),
                (old, next) -> next.isAtOrAfter(old) ? next : old));
    }

    @Override
    public void defer(Collection<Deferred<String>> waiting) {
        waiting.forEach(waits -> deferred.merge(
                of(waits.change().key(), waits.change().version().source()),
                waits,
                (old, next) -> next.change().version().isAtOrAfter(old.change().version()) ? next : old));
    }

    @Override
    public void release(Collection<RowKey> keys, int source) {
        keys.forEach(key -> deferred.remove(of(key, source)));
    }

    @Override
    public void wake(Collection<RowKey> keys, int source) {
        keys.forEach(key -> deferred.computeIfPresent(
                of(key, source), (name, waits) -> new Deferred<>(waits.change(), Deferred.Kind.HELD, "")));
    }

    @Override
    public boolean lockProgress() {
        return true;
    }

    @Override
    public List<Deferred<String>> lockDeferred() {
        return deferred.values().stream()
                .filter(waits -> waits.kind() != Deferred.Kind.PARKED)
                .toList();
    }

    @Override
    public List<Set<RowKey>> blockers(List<Change<String>> changes) {
        return changes.stream().map(this::blockers).toList();
    }

    private Set<RowKey> blockers(Change<String> change) {
        return live.values().stream()
                .filter(row -> !"-".equals(change.image())
                        && row.image() != null
                        && row.image().equals(change.image())
                        && row.key().place() == change.key().place()
                        && !row.key().equals(change.key()))
                .map(Change::key)
                .collect(Collectors.toSet());
    }

    @Override
    public boolean replaceTogether(List<Change<String>> cycle) {
        Map<String, Change<String>> before = new LinkedHashMap<>(live);
        cycle.forEach(change -> live.remove(row(change.key())));
        for (Change<String> change : cycle) {
            if (!writeOne(new Write<>(change, false)).isEmpty()) {
                live.clear();
                live.putAll(before);
                return false;
            }
        }
        return true;
    }
}
