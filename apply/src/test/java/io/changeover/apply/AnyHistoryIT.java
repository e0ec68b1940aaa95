package io.changeover.apply;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.apply.NewOrders.Shape;
import io.changeover.apply.stream.GateWatch.Phase;
import io.changeover.transport.testing.ChildJvm;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Any history, delivered again and out of order across partitions, through replays and deaths of apply, ends as the mapped old
 * table; and the targets' binlogs show that no row ever went back on its way there.
 */
@WithServers
class AnyHistoryIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int SEEDS = Integer.getInteger("seeds", 60);
    private static final long SEED = Long.getLong("seed", 1);
    /** Many: a replay then finds spellings of a key in partitions that are not replayed. */
    private static final int PARTITIONS = 8;

    private static final List<Shape> SHAPES = List.of(Shape.values());
    private static final Phase[] DEATHS = {Phase.CLAIMED, Phase.BEFORE_WRITE, Phase.AFTER_WRITE, Phase.AFTER_OFFSETS};

    private final TestingServers servers;

    @TempDir
    Path directory;

    AnyHistoryIT(TestingServers servers) {
        this.servers = servers;
    }

    /** A thread that dies between the steps of a commit, sessions that end in any statement, replays. */
    @ParameterizedTest
    @EnumSource
    @Timeout(180)
    void endsAsTheMappedSource(Shape shape) throws Exception {
        Run run = new Run(shape, SEED);
        run.diesInside(1);
        run.ends();
    }

    /** The same with processes killed, seed after seed: {@code -Dseed=} the first one, {@code -Dseeds=} how many. */
    @Test
    @Tag("fault")
    @Timeout(7200)
    void endsAsTheMappedSource_forManySeeds() throws Exception {
        long changes = 0;
        for (long seed = SEED; seed < SEED + SEEDS; seed++) {
            Run run = new Run(SHAPES.get((int) (seed % SHAPES.size())), seed);
            if (seed % 2 == 0) {
                run.isKilled();
            } else {
                run.diesInside(2);
            }
            changes += run.ends();
            System.out.printf("seed %d: as it should be; %d row changes checked so far%n", seed, changes);
        }
    }

    /** One history, from its first change to its end. */
    private final class Run {

        private final Shape shape;
        private final String name;
        private final Random random;
        private final RandomHistory history;
        private final NewOrders orders;
        private final ApplyFixture fixture;
        private final Delivery delivery;
        private final List<TargetHistory> binlogs;

        Run(Shape shape, long seed) throws Exception {
            this.shape = shape;
            this.name = shape + ", seed " + seed;
            random = new Random(seed * 1_000_003);
            history = new RandomHistory(random);
            orders = new NewOrders(servers, shape);
            fixture = orders.fixture(PARTITIONS);
            delivery = new Delivery(fixture, history.table(), random);
            binlogs = orders.history();
        }

        void diesInside(int rounds) throws Exception {
            AtomicInteger commits = new AtomicInteger();
            for (int round = 0; round < rounds; round++) {
                Phase death = DEATHS[random.nextInt(DEATHS.length)];
                commits.set(1 + random.nextInt(6));
                try (Apply apply = new Apply(fixture.pipeline(), phase -> {
                    if (phase == death && commits.decrementAndGet() == 0) {
                        throw new IllegalStateException("dies at " + phase);
                    }
                })) {
                    apply.start();
                    for (int piece = 0; piece < 4; piece++) {
                        delivery.add(history.next(40 + random.nextInt(40)));
                        delivery.sendUntil(30);
                        eventually(LIMIT, () -> name + ": " + apply.states(), () -> orders.isApplied(fixture));
                    }
                    orders.rewind(fixture, random); // the owner of now finds that out in the midst of it
                    delivery.add(history.next(60));
                    delivery.sendUntil(20);
                    orders.killSessions();
                    eventually(LIMIT, () -> name + ": " + apply.states(), () -> orders.isApplied(fixture));
                }
            }
        }

        void isKilled() throws Exception {
            for (int round = 0; round < 3; round++) {
                delivery.add(history.next(100));
                delivery.sendUntil(30);
                try (ChildJvm child = child(round)) {
                    child.awaitLogLine("wrote", LIMIT);
                    delivery.add(history.next(100));
                    delivery.sendUntil(30);
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(400)); // any moment
                    child.kill9();
                }
                orders.rewind(fixture, random);
            }
        }

        private ChildJvm child(int round) {
            return ChildJvm.of(HistoryChild.class, directory.resolve(fixture.topic() + "-" + round + ".log"))
                    .arguments(
                            shape.name(),
                            servers.kafka().bootstrapServers(),
                            Integer.toString(servers.target().port()),
                            Integer.toString(servers.source().port()),
                            fixture.pipeline().name(),
                            orders.schema())
                    .start();
        }

        /** Returns how many row changes were checked. */
        long ends() throws Exception {
            try (Apply apply = new Apply(fixture.pipeline())) {
                apply.start();
                delivery.add(history.next(60));
                delivery.add(history.mended());
                delivery.sendUntil(0);
                eventually(
                        LIMIT,
                        () -> name + ": " + apply.states() + ", waiting " + orders.waiting(),
                        () -> orders.isApplied(fixture) && orders.waiting().isEmpty());
                assertThat(orders.rows()).as(name).isEqualTo(orders.expected(history.rows()));
            } finally {
                fixture.close();
            }
            long changes = 0;
            for (TargetHistory binlog : binlogs) {
                assertThat(binlog.violations()).as(name).isEmpty();
                changes += binlog.changes();
            }
            assertThat(changes).as(name).isGreaterThan(40);
            return changes;
        }
    }
}
