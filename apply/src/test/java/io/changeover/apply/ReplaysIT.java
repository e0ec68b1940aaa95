package io.changeover.apply;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.apply.NewOrders.Shape;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Replays on a target that lives: what is settled is not touched, what was deleted stays away, and the rest goes on. */
@WithServers
class ReplaysIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int REPLAYS = Integer.getInteger("replays", 500);
    private static final int PARTITIONS = 12;

    private final TestingServers servers;

    ReplaysIT(TestingServers servers) {
        this.servers = servers;
    }

    @ParameterizedTest
    @EnumSource(names = {"ONE_TABLE", "BY_USER"})
    @Timeout(240)
    void changeNothing(Shape shape) throws Exception {
        replay(shape, 25);
    }

    /** {@code -Dreplays=} how many, of each shape. */
    @ParameterizedTest
    @EnumSource(names = {"ONE_TABLE", "BY_USER"})
    @Tag("fault")
    @Timeout(3600)
    void changeNothing_manyTimes(Shape shape) throws Exception {
        replay(shape, REPLAYS);
    }

    private void replay(Shape shape, int wanted) throws Exception {
        Random random = new Random(11);
        NewOrders orders = new NewOrders(servers, shape);
        RandomHistory settled = new RandomHistory(random);
        RandomHistory lively = new RandomHistory(settled.table(), "w", random);
        try (ApplyFixture fixture = orders.fixture(PARTITIONS);
                Apply apply = new Apply(fixture.pipeline())) {
            apply.start();
            Delivery delivery = new Delivery(fixture, settled.table(), random);
            delivery.add(settled.next(600));
            delivery.add(settled.mended());
            delivery.sendUntil(0);
            eventually(LIMIT, () -> apply.states() + ", " + orders.waiting(), () -> isSettled(orders, fixture));
            Map<String, String> before = orders.rowsWithVersions();
            assertThat(orders.rows()).isEqualTo(orders.expected(settled.rows()));
            List<TargetHistory> binlogs = orders.history();

            int replays = 0;
            for (int group = 0; replays < wanted; group++) {
                replays += orders.rewind(fixture, random);
                if (group % 2 == 0) {
                    delivery.add(lively.next(30));
                    delivery.sendUntil(0);
                }
                eventually(LIMIT, () -> apply.states().toString(), () -> orders.isApplied(fixture));
            }
            delivery.add(lively.mended());
            delivery.sendUntil(0);
            eventually(LIMIT, () -> apply.states() + ", " + orders.waiting(), () -> isSettled(orders, fixture));

            for (TargetHistory binlog : binlogs) {
                assertThat(binlog.violations()).isEmpty();
                assertThat(binlog.touched())
                        .as("rows that were written or deleted")
                        .isNotEmpty()
                        .allMatch(key -> key.startsWith("w"));
            }
            Map<String, String> after = orders.rowsWithVersions();
            assertThat(after).containsAllEntriesOf(before);
            Map<String, String> expected = new HashMap<>(orders.expected(settled.rows()));
            expected.putAll(orders.expected(lively.rows()));
            assertThat(orders.rows()).isEqualTo(expected);
            System.out.println(shape + ": " + replays + " replays");
        }
    }

    private static boolean isSettled(NewOrders orders, ApplyFixture fixture) {
        return orders.isApplied(fixture) && orders.waiting().isEmpty();
    }
}
