package io.changeover.apply;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Row;
import io.changeover.transport.testing.ChildJvm;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Apply ends without a word, or sleeps; another goes on. Nothing is lost, and nothing old comes back. */
@WithServers
@Timeout(300)
class ApplyKilledFaultIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final TestingServers servers;
    private final String schema;
    private final Map<Integer, String> expected = new TreeMap<>();
    private final OldTable old = new OldTable("t", 1, 1, "id int", "v varchar(20)");

    @TempDir
    Path directory;

    ApplyKilledFaultIT(TestingServers servers) {
        this.servers = servers;
        this.schema = servers.target().freshSchema();
        servers.target().execute("CREATE TABLE " + schema + ".t (id INT PRIMARY KEY, v VARCHAR(20))");
    }

    @Test
    void killedBetweenTargetAndOffsets_resumesWithoutLossOrRepetition() throws Exception {
        killedAt("AFTER_WRITE");
    }

    @Tag("fault")
    @ParameterizedTest
    @ValueSource(strings = {"CLAIMED", "BEFORE_WRITE", "AFTER_OFFSETS"})
    void killedAtPhase_resumesWithoutLoss(String phase) throws Exception {
        killedAt(phase);
    }

    private void killedAt(String phase) throws Exception {
        try (ApplyFixture fixture = new ApplyFixture(servers, ApplyFixture.copying(schema, "t"))) {
            fixture.send(old, changes(new Random(1), 2000));
            try (ChildJvm child = child(fixture, phase, 2)) {
                assertThat(child.exitCode(LIMIT)).isEqualTo(137);
            }
            fixture.send(old, changes(new Random(2), 500));
            finish(fixture);
        }
    }

    @Tag("fault")
    @Test
    void killedAtRandomMoments_resumesWithoutLoss() throws Exception {
        Random random = new Random(7);
        try (ApplyFixture fixture = new ApplyFixture(servers, ApplyFixture.copying(schema, "t"))) {
            for (int round = 0; round < 5; round++) {
                fixture.send(old, changes(random, 3000));
                try (ChildJvm child = child(fixture, "never", 1)) {
                    child.awaitLogLine("wrote", LIMIT);
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(300));
                }
            }
            finish(fixture);
        }
    }

    @Tag("fault")
    @Test
    void sleptThroughItsSession_writesNothingWhenItWakes() throws Exception {
        try (ApplyFixture fixture = new ApplyFixture(servers, ApplyFixture.copying(schema, "t"));
                ChildJvm sleeper = child(fixture, "never", 1)) {
            fixture.send(old, changes(new Random(3), 2000));
            sleeper.awaitLogLine("wrote", LIMIT);
            sleeper.sigstop();
            fixture.send(old, changes(new Random(4), 2000));
            try (ChildJvm other = child(fixture, "never", 1)) {
                other.awaitLogLine("wrote", LIMIT);
                eventually(LIMIT, "applied by the other", fixture::isApplied);
                sleeper.sigcont();
                fixture.send(old, changes(new Random(5), 2000));
                eventually(LIMIT, "applied by whom it may", fixture::isApplied);
            }
            fixture.send(old, changes(new Random(6), 1000));
            eventually(LIMIT, "applied by the sleeper", fixture::isApplied);
            assertRows(fixture);
        }
    }

    private void finish(ApplyFixture fixture) throws Exception {
        try (Apply apply = new Apply(fixture.pipeline())) {
            apply.start();
            eventually(LIMIT, () -> apply.states().toString(), fixture::isApplied);
        }
        assertRows(fixture);
    }

    private void assertRows(ApplyFixture fixture) {
        List<List<String>> rows = new ArrayList<>();
        expected.forEach((id, value) -> rows.add(List.of(id.toString(), value)));
        assertThat(fixture.rows("SELECT id, v FROM " + schema + ".t ORDER BY id"))
                .isEqualTo(rows);
    }

    /** Random changes of few rows, each legal after the one before. */
    private List<ChangeEvent> changes(Random random, int count) {
        List<ChangeEvent> changes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int id = random.nextInt(200);
            String before = expected.get(id);
            String value = "v" + random.nextInt();
            if (before == null) {
                changes.add(old.insert("" + id, value));
                expected.put(id, value);
            } else if (random.nextInt(4) == 0) {
                changes.add(old.delete("" + id, before));
                expected.remove(id);
            } else {
                changes.add(old.update(Row.of("" + id, before), "" + id, value));
                expected.put(id, value);
            }
        }
        return changes;
    }

    private ChildJvm child(ApplyFixture fixture, String phase, int n) {
        return ChildJvm.of(ApplyChild.class, directory.resolve("child-" + System.nanoTime() + ".log"))
                .arguments(
                        servers.kafka().bootstrapServers(),
                        Integer.toString(servers.target().port()),
                        fixture.pipeline().name(),
                        schema,
                        "t",
                        phase,
                        Integer.toString(n))
                .start();
    }
}
