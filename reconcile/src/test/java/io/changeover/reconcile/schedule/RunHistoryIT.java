package io.changeover.reconcile.schedule;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.changeover.embedded.EmbeddedMySql;
import io.changeover.reconcile.Mismatch;
import io.changeover.reconcile.Mismatch.Kind;
import io.changeover.reconcile.TableReport;
import io.changeover.reconcile.table.ColumnValues;
import io.changeover.transport.definition.Secret;
import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.definition.TlsMode;
import io.changeover.transport.mysql.MySqlServer;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is kept of comparisons, and who may compare. */
@Timeout(120)
class RunHistoryIT {

    private static final String TABLE = "legacy.old.t_größe/part";

    /** A server that is told to end a session does so a moment later. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static EmbeddedMySql mysql;

    private final RunHistory history = new RunHistory(server(), "orders", 3);

    @BeforeAll
    static void start() {
        mysql = EmbeddedMySql.create();
    }

    @AfterAll
    static void stop() {
        mysql.close();
    }

    @BeforeEach
    void empty() {
        mysql.execute("DROP DATABASE IF EXISTS changeover");
    }

    @Test
    void beforeTheFirstRun_thereIsNothing() throws SQLException {
        assertThat(history.last()).isEmpty();
        assertThat(history.clean()).isEmpty();
        assertThat(history.starts().of()).isEmpty();
    }

    @Test
    void aRun_isReadAsItWasWritten() throws SQLException {
        TableReport report = new TableReport(
                TABLE,
                "shop.new.größe",
                1000,
                998,
                Map.of(Kind.MISSING, 3L, Kind.EXTRA, 1L, Kind.STALE, 2L, Kind.ALTERED, 4L),
                5,
                6,
                List.of(
                        new Mismatch(
                                Kind.ALTERED,
                                "{\"id\":\"😀\"}",
                                List.of("a, b", "c"),
                                "written by another one 😀",
                                List.of()),
                        new Mismatch(Kind.MISSING, "{\"id\":\"2\"}", List.of())),
                List.of("one\n     -> two", "three"),
                true,
                0);
        Instant started = history.now();
        history.add(started, List.of(report));

        KeptRun kept = Objects.requireNonNull(history.lastWithDifferences().get(TABLE));
        assertThat(kept.started()).isEqualTo(started);
        assertThat(kept.ended()).isAfter(started);
        assertThat(kept.report())
                .usingRecursiveComparison()
                .ignoringFields("seconds")
                .isEqualTo(report);
        KeptRun light = Objects.requireNonNull(history.last().get(TABLE));
        assertThat(light.report().samples()).isEmpty();
        assertThat(light.report())
                .usingRecursiveComparison()
                .ignoringFields("samples")
                .isEqualTo(kept.report());
        assertThat(history.starts().of()).containsExactly(entry(TABLE, started));
        assertThat(new RunHistory(server(), "Orders", 3).last()).isEmpty();
    }

    @Test
    void values_areNotKept() throws SQLException {
        Mismatch shown = new Mismatch(
                Kind.ALTERED, "id=1", List.of("name"), null, List.of(new ColumnValues("name", "s3cret", "S3cret")));
        history.add(
                history.now(),
                List.of(new TableReport(
                        TABLE,
                        "shop.new.t",
                        1,
                        1,
                        Map.of(Kind.ALTERED, 1L),
                        0,
                        0,
                        List.of(shown),
                        List.of(),
                        true,
                        0)));
        assertThat(mysql.rows("SELECT * FROM changeover.reconcile_difference").toString())
                .contains("id=1")
                .doesNotContainIgnoringCase("s3cret");
    }

    @Test
    void clean_isWhatFoundNothingSinceTheLastThatDid() throws SQLException {
        Instant first = add(equal(0));
        add(equal(0));
        assertThat(history.clean()).containsExactly(entry(TABLE, new RunHistory.Clean(first, 2)));

        add(equal(1)); // mended: it was different
        assertThat(history.clean()).isEmpty();
        Instant again = add(equal(0));
        assertThat(history.clean()).containsExactly(entry(TABLE, new RunHistory.Clean(again, 1)));

        add(TableReport.failed(TABLE, "shop.new.t", "away"));
        assertThat(history.clean()).isEmpty();
    }

    @Test
    void theNewestRunsAreKept_withTheirDifferences() throws SQLException {
        for (int i = 0; i < 5; i++) {
            add(different(TABLE, i));
            add(different("legacy.old.other", i));
        }
        assertThat(mysql.rows("SELECT missing, COUNT(*) FROM changeover.reconcile_run GROUP BY missing ORDER BY 1"))
                .containsExactlyElementsOf(IntStream.of(3, 4, 5)
                        .mapToObj(missing -> List.of(Integer.toString(missing), "2"))
                        .toList());
        assertThat(mysql.rows("SELECT row_key, COUNT(*), COUNT(r.id) FROM changeover.reconcile_difference d LEFT JOIN"
                        + " changeover.reconcile_run r ON r.id = d.run GROUP BY row_key ORDER BY 1"))
                .containsExactlyElementsOf(IntStream.of(2, 3, 4)
                        .mapToObj(key -> List.of(Integer.toString(key), "2", "2"))
                        .toList());
    }

    @Test
    void ofSeveral_oneHasTheLock_untilItsSessionEnds() throws Exception {
        assertThat(history.hasRunner()).isFalse();
        try (RunnerLock one = history.lock();
                RunnerLock other = history.lock();
                RunnerLock ofOther = new RunHistory(server(), "Orders", 3).lock()) {
            assertThat(one.hold()).isTrue();
            assertThat(one.hold()).isTrue();
            assertThat(other.hold()).isFalse();
            assertThat(ofOther.hold()).isTrue();
            assertThat(history.hasRunner()).isTrue();
            one.release();
            eventually(LIMIT, "the other one has it", other::hold);
            assertThat(one.hold()).isFalse();
        }
        eventually(LIMIT, "nobody has it", () -> !history.hasRunner());
    }

    @Test
    void aLostSession_isNoLock() throws Exception {
        try (RunnerLock one = history.lock();
                RunnerLock other = history.lock()) {
            assertThat(one.hold()).isTrue();
            mysql.execute("KILL " + mysql.value("SELECT IS_USED_LOCK('" + RunnerLock.name("orders") + "')"));
            eventually(LIMIT, "the other one has it", other::hold);
            try {
                assertThat(one.hold()).isFalse();
            } catch (SQLException lost) {
                assertThat(one.hold()).isFalse();
            }
        }
    }

    @Test
    void namesOfLocks_areShortAndOfOnePipeline() {
        String longest = "p".repeat(100);
        assertThat(RunnerLock.name("orders")).isEqualTo("changeover.reconcile.orders");
        assertThat(List.of("Orders", longest, longest.replace("pp", "pq"), "p".repeat(44)))
                .extracting(RunnerLock::name)
                .doesNotHaveDuplicates()
                .allSatisfy(
                        name -> assertThat(name).hasSizeLessThanOrEqualTo(64).isLowerCase());
    }

    private Instant add(TableReport report) throws SQLException {
        Instant started = history.now();
        history.add(started, List.of(report));
        return started;
    }

    private static TableReport equal(int mended) {
        Map<Kind, Long> different = mended == 0 ? Map.of() : Map.of(Kind.MISSING, (long) mended);
        return new TableReport(TABLE, "shop.new.t", 10, 10, different, mended, 0, List.of(), List.of(), true, 0);
    }

    private static TableReport different(String table, int i) {
        return new TableReport(
                table,
                "shop.new.t",
                10,
                10,
                Map.of(Kind.MISSING, i + 1L),
                0,
                0,
                List.of(new Mismatch(Kind.MISSING, Integer.toString(i), List.of())),
                List.of(),
                true,
                0);
    }

    private static MySqlServer server() {
        return MySqlServer.of(
                new ServerAccess(
                        mysql.host(), mysql.port(), mysql.user(), Secret.of(mysql.password()), TlsMode.DISABLED, null),
                "test");
    }
}
