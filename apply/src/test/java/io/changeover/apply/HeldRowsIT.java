package io.changeover.apply;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Row;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of a secondary unique key that wander between rows, whose changes come over partitions in any order. */
@WithServers
@Timeout(180)
class HeldRowsIT {

    private static final Duration LIMIT = Duration.ofSeconds(40);

    private final TestingServers servers;
    private final String schema;

    HeldRowsIT(TestingServers servers) {
        this.servers = servers;
        this.schema = servers.target().freshSchema();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void swappedValues_convergeInEitherOrder(boolean backwards) throws Exception {
        OldTable old = table("swap" + backwards);
        try (ApplyFixture fixture = new ApplyFixture(
                        servers,
                        ApplyFixture.copying(schema, old.schema().name().table()));
                Apply apply = new Apply(fixture.pipeline())) {
            apply.start();
            fixture.send(old, old.insert("1", "a"), old.insert("2", "b"), old.insert("3", "c"));
            eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            servers.target()
                    .execute("UPDATE " + schema + "." + old.schema().name().table() + " SET own = 10 + id");
            // the old table swapped 1 and 2 through a third value; the last states are all that matters
            List<ChangeEvent> swap = new ArrayList<>(List.of(
                    old.update(Row.of("1", "a"), "1", "tmp"),
                    old.update(Row.of("2", "b"), "2", "a"),
                    old.update(Row.of("1", "tmp"), "1", "b")));
            if (backwards) {
                Collections.swap(swap, 1, 2);
            }
            swap.remove(0);
            for (ChangeEvent event : swap) {
                fixture.send(old, event);
                eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            }
            eventually(LIMIT, () -> apply.states().toString(), () -> waiting(fixture) == 0);
            assertThat(fixture.rows("SELECT id, code, own FROM " + schema + "."
                            + old.schema().name().table() + " ORDER BY id"))
                    .containsExactly(List.of("1", "b", "11"), List.of("2", "a", "12"), List.of("3", "c", "13"));
        }
    }

    @Test
    void conflictWithAnotherRow_waitsAndLeavesItAlone() throws Exception {
        OldTable old = table("conflict");
        try (ApplyFixture fixture = new ApplyFixture(servers, ApplyFixture.copying(schema, "conflict"));
                Apply apply = new Apply(fixture.pipeline())) {
            apply.start();
            fixture.send(old, old.insert("1", "a"));
            eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            fixture.send(old, old.insert("2", "a"), old.insert("3", "c"));
            eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
            assertThat(fixture.rows("SELECT id, code FROM " + schema + ".conflict ORDER BY id"))
                    .containsExactly(List.of("1", "a"), List.of("3", "c"));
            assertThat(waiting(fixture)).isEqualTo(1);
            fixture.send(old, old.delete("1", "a"));
            eventually(LIMIT, () -> apply.states().toString(), () -> waiting(fixture) == 0);
            assertThat(fixture.rows("SELECT id, code FROM " + schema + ".conflict ORDER BY id"))
                    .containsExactly(List.of("2", "a"), List.of("3", "c"));
        }
    }

    /** Random permutations of the values among the rows, each a transaction; what is left is the last one. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void permutations_converge(long seed) throws Exception {
        Random random = new Random(seed);
        OldTable old = table("permute" + seed);
        int rows = 12;
        List<String> codes = new ArrayList<>();
        List<ChangeEvent> events = new ArrayList<>();
        for (int id = 0; id < rows; id++) {
            codes.add("c" + id);
            events.add(old.insert("" + id, "c" + id));
        }
        for (int step = 0; step < 30; step++) {
            List<String> before = List.copyOf(codes);
            Collections.shuffle(codes, random);
            for (int id = 0; id < rows; id++) {
                events.add(old.update(Row.of("" + id, before.get(id)), "" + id, codes.get(id)));
            }
        }
        try (ApplyFixture fixture = new ApplyFixture(
                        servers,
                        ApplyFixture.copying(schema, old.schema().name().table()));
                Apply apply = new Apply(fixture.pipeline())) {
            apply.start();
            for (int from = 0; from < events.size(); from += 40) {
                fixture.send(old, events.subList(from, Math.min(from + 40, events.size())));
            }
            eventually(LIMIT, () -> apply.states().toString(), () -> fixture.isApplied() && waiting(fixture) == 0);
            List<List<String>> expected = new ArrayList<>();
            for (int id = 0; id < rows; id++) {
                expected.add(List.of("" + id, codes.get(id)));
            }
            assertThat(fixture.rows("SELECT id, code FROM " + schema + "."
                            + old.schema().name().table() + " ORDER BY id"))
                    .isEqualTo(expected);
        }
    }

    private OldTable table(String name) {
        servers.target()
                .execute("CREATE TABLE " + schema + "." + name
                        + " (id INT PRIMARY KEY, code VARCHAR(20) NOT NULL UNIQUE, own INT)");
        return new OldTable(name, 1, 1, "id int", "code varchar(20)");
    }

    private static long waiting(ApplyFixture fixture) {
        return Long.parseLong(
                fixture.rows("SELECT COUNT(*) FROM changeover.deferred WHERE topic = '" + fixture.topic() + "'")
                        .get(0)
                        .get(0));
    }
}
