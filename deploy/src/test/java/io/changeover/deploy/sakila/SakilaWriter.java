package io.changeover.deploy.sakila;

import io.changeover.embedded.EmbeddedMySql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The film shop at work: round after round changes every table in every way. What happens is in {@link SakilaRound}; the
 * same for the same seed, but for the time of day that the source's triggers write.
 */
final class SakilaWriter implements AutoCloseable {

    private static final Pattern VERB =
            Pattern.compile("(INSERT|REPLACE|UPDATE|DELETE)(?: INTO| FROM| IGNORE)* `?(\\w+)`?.*", Pattern.DOTALL);

    /** Rounds are long; with pauses they leave the processors to those who are tested. */
    private static final long NANOS_PER_ROUND = Duration.ofMillis(300).toNanos();

    private final Connection connection;
    private final Random random;
    private final Map<String, Integer> rowsByWay = new TreeMap<>();
    private final AtomicInteger rounds = new AtomicInteger();
    private final Thread thread = new Thread(this::run, "sakila-writer");
    private volatile boolean stopping;
    private volatile @Nullable Exception failure;

    SakilaWriter(EmbeddedMySql source, long seed) throws SQLException {
        connection = source.connect(SakilaDatabase.SCHEMA);
        random = new Random(seed);
    }

    void start() throws SQLException {
        connection.setAutoCommit(false);
        thread.setDaemon(true);
        thread.start();
    }

    /** How often everything was changed. */
    int rounds() {
        requireHealthy();
        return rounds.get();
    }

    /** Lets the round end. What was changed: {@code UPDATE film} to the number of rows. */
    Map<String, Integer> stop() throws InterruptedException {
        stopping = true;
        thread.join();
        requireHealthy();
        return rowsByWay;
    }

    private void requireHealthy() {
        if (failure != null) {
            throw new AssertionError("the writer failed in round " + rounds, failure);
        }
    }

    private void run() {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET time_zone = '+00:00'");
            long due = System.nanoTime();
            while (!stopping) {
                for (List<String> transaction : SakilaRound.transactions(rounds.get(), random)) {
                    for (String sql : transaction) {
                        count(sql, statement.executeUpdate(sql));
                    }
                    connection.commit();
                }
                rounds.incrementAndGet();
                due = Math.max(due + NANOS_PER_ROUND, System.nanoTime());
                LockSupport.parkNanos(due - System.nanoTime());
            }
        } catch (SQLException | RuntimeException e) {
            failure = e;
        }
    }

    private void count(String sql, int rows) {
        Matcher verb = VERB.matcher(sql);
        if (verb.matches()) {
            rowsByWay.merge(verb.group(1) + " " + verb.group(2), rows, Integer::sum);
        }
    }

    @Override
    public void close() throws SQLException {
        stopping = true;
        connection.close();
    }
}
