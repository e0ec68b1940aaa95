package io.changeover.apply.guard;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.event.Version;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Rows that move between four places on two servers, which share no transaction: whatever crashes between their commits, owners
 * that do not know that they were replaced, replays, and values that have to wait, every row ends where it belongs and nowhere
 * else; no row is ever older in a place than it was; and a row that is there is seen in some place until it is deleted.
 */
class MovingRowsTest {

    private static final int SEEDS = Integer.getInteger("seeds", 8_000);

    @Test
    void rowsEndWhereTheyBelong() {
        for (int seed = 1; seed <= SEEDS; seed++) {
            run(seed, true);
        }
    }

    /** Rows whose places follow from their keys: nothing moves, and each server advances by itself. */
    @Test
    void rowsThatNeverMove() {
        for (int seed = 1; seed <= SEEDS / 4; seed++) {
            run(seed, false);
        }
    }

    private static void run(int seed, boolean moving) {
        try {
            new Run(seed, moving).run();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + (moving ? "" : ", never moving") + ": " + e.getMessage(), e);
        }
    }

    private static final class Crash extends RuntimeException {}

    /** A server: places in memory, whose transactions can be taken back, and a progress of its own. */
    private static final class Server implements TargetServer<String> {

        private final MemoryShelf shelf;
        private final Run run;
        private long next;
        private long epoch;

        Server(Run run, Integer... places) {
            this.run = run;
            this.shelf = new MemoryShelf(places);
        }

        @Override
        public Set<Integer> places() {
            return shelf.places();
        }

        @Override
        public List<ProgressStep> steps(Collection<ProgressStep> asked) {
            return run.owner.steps(this, asked);
        }

        @Override
        public void advanced(List<ProgressStep> steps) {
            run.owner.advanced(this, steps);
        }

        @Override
        public <T> T inTransaction(Function<HeldRows.Shelf<String>, T> work) {
            run.crashMaybe();
            Map<String, Change<String>> live = new HashMap<>(shelf.live);
            Map<String, Version> tombstones = new HashMap<>(shelf.tombstones);
            Map<String, Deferred<String>> deferred = new HashMap<>(shelf.deferred);
            long before = next;
            T result;
            try {
                result = work.apply(new Progressing(this));
                run.crashMaybe();
            } catch (RuntimeException e) {
                restore(shelf.live, live);
                restore(shelf.tombstones, tombstones);
                restore(shelf.deferred, deferred);
                next = before;
                throw e;
            }
            run.committed(this, live);
            run.crashMaybe();
            return result;
        }

        private static <K, V> void restore(Map<K, V> map, Map<K, V> before) {
            map.clear();
            map.putAll(before);
        }
    }

    /** The server's shelf, with its progress. */
    private static final class Progressing extends ForwardingShelf {

        private final Server server;

        Progressing(Server server) {
            super(server.shelf);
            this.server = server;
        }

        @Override
        public boolean advance(ProgressStep step) {
            if (step.from() != server.next || step.epoch() != server.epoch) {
                return false;
            }
            server.next = step.to();
            return true;
        }
    }

    /** Who has the partition, or thinks so: where it took each server over. */
    private static final class Owner {

        private final Map<Server, long[]> claims = new HashMap<>();

        Owner(List<Server> servers) {
            for (Server server : servers) {
                server.epoch++;
                claims.put(server, new long[] {server.next, server.epoch});
            }
        }

        long from() {
            return claims.values().stream().mapToLong(claim -> claim[0]).min().orElseThrow();
        }

        List<ProgressStep> steps(Server server, Collection<ProgressStep> asked) {
            long[] claim = requireNonNull(claims.get(server));
            return asked.stream()
                    .map(step -> new ProgressStep("t", 0, claim[0], Math.max(claim[0], step.to()), claim[1]))
                    .toList();
        }

        void advanced(Server server, List<ProgressStep> steps) {
            steps.forEach(step -> requireNonNull(claims.get(server))[0] = step.to());
        }
    }

    private static final class Run {

        private static final String[] KEYS = {"a", "b", "c"};

        private final Random random;
        private final boolean moving;
        private final List<Server> servers = List.of(new Server(this, 0, 1, RowKey.NOWHERE), new Server(this, 2, 3));
        private final List<Change<String>> history = new ArrayList<>();
        private final Map<String, Change<String>> source = new HashMap<>();
        private final List<Owner> owners = new ArrayList<>();
        private final Map<String, Version> newestSeen = new HashMap<>();
        private Owner owner;
        private int crashIn = Integer.MAX_VALUE;
        /** Newest delete of each key that anyone has begun to apply. */
        private final Map<String, Version> deletes = new HashMap<>();

        Run(long seed, boolean moving) {
            this.random = new Random(seed * 0x9E3779B97F4A7C15L);
            this.moving = moving;
            owner = new Owner(servers);
            owners.add(owner);
        }

        void run() {
            for (int i = 0; i < 40; i++) {
                step();
            }
            for (String key : KEYS) { // what was refused is mended by a newer image
                change(key, place(key), "v" + key + random.nextInt(2));
            }
            owner = new Owner(servers);
            drain();
            assertThat(there()).isEqualTo(expected());
            servers.forEach(server -> assertThat(server.shelf.deferred).isEmpty());
        }

        private void drain() {
            while (owner.from() < history.size()) {
                apply((int) (history.size() - owner.from()));
            }
            new GuardedApply<>(servers, moving).retryHeld(false);
            new GuardedApply<>(servers, moving).retryHeld(false);
        }

        private void step() {
            switch (random.nextInt(9)) {
                case 0, 1, 2 -> write();
                case 3, 4 -> crashing(() -> apply(1 + random.nextInt(4)));
                case 5 -> crashing(() -> new GuardedApply<>(servers, moving).retryHeld(random.nextBoolean()));
                case 6 -> {
                    owner = new Owner(servers);
                    owners.add(owner);
                }
                case 7 -> owner = owners.get(random.nextInt(owners.size())); // perhaps a zombie
                default -> replay();
            }
        }

        private void replay() {
            for (Server server : servers) {
                server.next = random.nextInt((int) server.next + 1);
                server.epoch++;
            }
        }

        private void write() {
            String key = KEYS[random.nextInt(KEYS.length)];
            Change<String> now = source.get(key);
            if (now != null && now.image() != null && random.nextInt(4) == 0) {
                change(key, RowKey.NOWHERE, null);
            } else if (random.nextInt(6) == 0 && now != null && now.image() != null) {
                add(new Change<>(now.key(), version(), now.image(), moving, false)); // a refresh
            } else {
                String[] images = {"x", "y", "-", "bad", "x"};
                change(
                        key,
                        random.nextInt(3) == 0 ? now == null ? 0 : now.key().place() : place(key),
                        images[random.nextInt(images.length)]);
            }
        }

        private int place(String key) {
            return moving ? random.nextInt(4) : key.charAt(0) % 4;
        }

        /** As a message says it: a delete, and what moves, may be in other places. */
        private void change(String key, int wanted, @Nullable String image) {
            Change<String> before = source.get(key);
            int place = !moving ? key.charAt(0) % 4 : image != null && wanted == RowKey.NOWHERE ? 0 : wanted;
            boolean moved =
                    before != null && before.image() != null && before.key().place() != place;
            add(new Change<>(
                    new RowKey(key, List.of(key), place), version(), image, moving && (image == null || moved), false));
        }

        private Version version() {
            return new Version(1, 1, history.size() + 1, 0);
        }

        private void add(Change<String> change) {
            history.add(change);
            source.put(change.key().identity(), change);
        }

        private void apply(int most) {
            long from = owner.from();
            if (from >= history.size()) {
                return;
            }
            long to = Math.min(history.size(), from + most);
            List<Change<String>> batch = history.subList((int) from, (int) to);
            batch.stream()
                    .filter(change -> change.image() == null)
                    .forEach(change -> deletes.merge(
                            change.key().identity(),
                            change.version(),
                            (old, next) -> next.isAtOrAfter(old) ? next : old));
            try {
                new GuardedApply<>(servers, moving)
                        .apply(List.of(new ProgressStep("t", 0, from, to, 0)), batch, List.of());
            } catch (FencedException zombie) {
                owner = owners.get(owners.size() - 1);
                if (owner.claims.entrySet().stream().anyMatch(claim -> claim.getKey().epoch != claim.getValue()[1])) {
                    owner = new Owner(servers);
                    owners.add(owner);
                }
            }
        }

        private void crashing(Runnable work) {
            crashIn = random.nextInt(3) == 0 ? random.nextInt(12) : Integer.MAX_VALUE;
            try {
                work.run();
            } catch (Crash crash) {
                owner = new Owner(servers);
                owners.add(owner);
            } finally {
                crashIn = Integer.MAX_VALUE;
            }
        }

        void crashMaybe() {
            if (crashIn-- == 0) {
                throw new Crash();
            }
        }

        void committed(Server server, Map<String, Change<String>> before) {
            server.shelf.live.forEach((row, change) -> {
                Version newest =
                        newestSeen.merge(row, change.version(), (old, now) -> now.isAtOrAfter(old) ? now : old);
                assertThat(newest).as("an older image of %s came back", row).isEqualTo(change.version());
            });
            before.forEach((row, change) -> {
                String key = change.key().identity();
                boolean gone = !server.shelf.live.containsKey(row);
                boolean elsewhere = there().keySet().stream().anyMatch(other -> other.endsWith(key));
                boolean deleted = deletes.containsKey(key) && deletes.get(key).isAfter(change.version());
                assertThat(gone && !elsewhere && !deleted)
                        .as("%s is nowhere any more, and was not deleted", key)
                        .isFalse();
            });
        }

        private Map<String, String> there() {
            Map<String, String> rows = new HashMap<>();
            servers.forEach(server -> server.shelf.live.forEach((row, change) -> rows.put(row, change.image())));
            return rows;
        }

        private Map<String, String> expected() {
            Map<String, String> rows = new HashMap<>();
            source.values().stream()
                    .filter(change -> change.image() != null)
                    .forEach(change -> rows.put(MemoryShelf.row(change.key()), change.image()));
            return rows;
        }
    }
}
