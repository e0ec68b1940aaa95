package io.changeover.deploy.fault;

import io.changeover.embedded.EmbeddedMySql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * An old server with a replica, and an application that writes whatever happens to them: keys that change and are swapped,
 * columns that come and go, a table rebuilt as gh-ost does it. A statement that fails with its server is tried no more; what
 * the server holds at the end is what counts.
 */
final class TroubledSource implements AutoCloseable {

    static final int ORDERS = Integer.getInteger("orders", 60_000);
    private static final int PAIRS = 200;
    private static final int REBUILT = 2_000;
    private static final int LATE = 20_000;

    /** Of the large transaction, about 50 MB. */
    private static final int BODIES = 50_000;

    private final EmbeddedMySql first = EmbeddedMySql.create();
    private final EmbeddedMySql second = EmbeddedMySql.replicaOf(first).start();
    private volatile EmbeddedMySql primary = first;
    private final AtomicLong transactions = new AtomicLong();
    private final AtomicLong statements = new AtomicLong();
    private final AtomicLong keys = new AtomicLong(10_000_000);
    private final List<Thread> threads = new ArrayList<>();
    private final long seed;
    private volatile boolean stop;
    private volatile @Nullable Throwable failure;

    /** Read by who writes a transaction, written by who needs that nobody does. */
    private final ReadWriteLock quiet = new ReentrantReadWriteLock();

    TroubledSource(long seed) throws SQLException {
        this.seed = seed;
        first.execute(
                "CREATE DATABASE trade",
                "CREATE TABLE trade.orders (id BIGINT PRIMARY KEY, amount DECIMAL(12,2) NOT NULL, status TINYINT NOT NULL,"
                        + " note VARCHAR(60), placed DATETIME NOT NULL)",
                "CREATE TABLE trade.pairs (code VARCHAR(20) PRIMARY KEY, owner INT NOT NULL, payload VARCHAR(40))",
                "CREATE TABLE trade.rebuilt (id INT PRIMARY KEY, n INT NOT NULL, name VARCHAR(40))",
                "CREATE TABLE trade.cut (id BIGINT PRIMARY KEY, n INT NOT NULL)",
                "CREATE TABLE trade.big (id INT PRIMARY KEY, body VARCHAR(1100) NOT NULL, n INT NOT NULL)",
                "CREATE TABLE trade.late (id INT PRIMARY KEY, n INT NOT NULL)",
                "CREATE DATABASE shop");
        for (String table : List.of("orders", "pairs", "rebuilt", "cut", "big", "late")) {
            first.execute("CREATE TABLE shop." + table + " LIKE trade." + table); // nobody writes them
        }
        first.execute(
                "SET SESSION cte_max_recursion_depth = 10000000",
                "INSERT INTO trade.orders " + numbers(ORDERS)
                        + " SELECT i, i % 1000 + 0.25, i % 3, IF(i % 5 = 0, NULL, CONCAT('nöte \uD83D\uDE80 ', i)), NOW()"
                        + " FROM n",
                "INSERT INTO trade.pairs " + numbers(PAIRS) + " SELECT CONCAT('p', i), i, MD5(i) FROM n",
                "INSERT INTO trade.rebuilt " + numbers(REBUILT) + " SELECT i, 0, MD5(i) FROM n",
                "INSERT INTO trade.cut " + numbers(REBUILT) + " SELECT i, 0 FROM n",
                "INSERT INTO trade.late " + numbers(LATE) + " SELECT i, 0 FROM n");
    }

    private static String numbers(int count) {
        return "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < " + count + ")";
    }

    EmbeddedMySql primary() {
        return primary;
    }

    EmbeddedMySql replica() {
        return second;
    }

    long transactions() {
        return transactions.get();
    }

    long statements() {
        return statements.get();
    }

    void start() {
        thread("orders", this::order, 1);
        thread("pairs", this::pair, 1);
        thread("columns", this::alter, 400);
    }

    /** Something that is done again and again. */
    private interface Step {
        void run(Connection connection, Random random) throws SQLException;
    }

    private void thread(String name, Step step, int pauseMillis) {
        Thread thread = new Thread(
                () -> {
                    Random random = new Random(seed + name.hashCode());
                    try {
                        while (!stop) {
                            work(step, random, pauseMillis);
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (RuntimeException | Error e) {
                        failure = e;
                    }
                },
                "troubled-" + name);
        threads.add(thread);
        thread.start();
    }

    /** On one connection, for as long as it lasts. */
    private void work(Step step, Random random, int pauseMillis) throws InterruptedException {
        EmbeddedMySql server = primary;
        try (Connection connection = server.connect("trade")) {
            while (!stop && server == primary) {
                step.run(connection, random);
                Thread.sleep(1 + random.nextInt(2 * pauseMillis));
            }
        } catch (SQLException e) {
            Thread.sleep(100); // a deadlock, or the server is gone
        }
    }

    private void order(Connection connection, Random random) throws SQLException {
        int id = 1 + random.nextInt(ORDERS + ORDERS / 10);
        transaction(
                connection,
                switch (random.nextInt(8)) {
                    case 0 -> List.of("DELETE FROM orders WHERE id = " + id);
                    case 1 ->
                        List.of("INSERT IGNORE INTO orders (id, amount, status, placed) VALUES (" + id
                                + ", 1, 0, NOW())");
                    case 2 -> List.of("UPDATE IGNORE orders SET id = " + (id + ORDERS) + " WHERE id = " + id);
                    case 3 ->
                        List.of(
                                "UPDATE IGNORE orders SET id = -" + id + " WHERE id = " + id,
                                "UPDATE orders SET status = 7 WHERE id = -" + id,
                                "UPDATE IGNORE orders SET id = " + id + " WHERE id = -" + id);
                    case 4 ->
                        List.of(
                                "INSERT INTO cut VALUES (" + keys.incrementAndGet() + ", 1)",
                                "UPDATE late SET n = n + 1 WHERE id = " + (1 + random.nextInt(LATE)));
                    default ->
                        List.of(
                                "UPDATE orders SET amount = amount + 0.01 WHERE id = " + id,
                                "UPDATE orders SET status = " + random.nextInt(3) + " WHERE id BETWEEN " + id + " AND "
                                        + (id + 3));
                });
    }

    private void pair(Connection connection, Random random) throws SQLException {
        String one = "'p" + (1 + random.nextInt(PAIRS)) + "'";
        String other = "'p" + (1 + random.nextInt(PAIRS)) + "'";
        if (one.equals(other)) {
            return;
        }
        transaction(
                connection,
                List.of(
                        "UPDATE pairs SET code = 'moving', owner = owner + 1 WHERE code = " + one,
                        "UPDATE pairs SET code = " + one + " WHERE code = " + other,
                        "UPDATE pairs SET code = " + other + " WHERE code = 'moving'",
                        "UPDATE rebuilt SET n = n + 1 WHERE id = " + (1 + random.nextInt(REBUILT))));
    }

    private void transaction(Connection connection, List<String> sql) throws SQLException {
        quiet.readLock().lock();
        try {
            connection.setAutoCommit(false);
            for (String text : sql) {
                execute(connection, text);
            }
            connection.commit();
            transactions.incrementAndGet();
        } finally {
            quiet.readLock().unlock();
        }
    }

    private void alter(Connection connection, Random random) throws SQLException {
        long number = keys.incrementAndGet();
        switch (random.nextInt(4)) {
            case 0 ->
                execute(
                        connection,
                        "ALTER TABLE orders ADD COLUMN extra_" + number + " INT NOT NULL DEFAULT " + number % 1000
                                + (random.nextBoolean() ? " FIRST" : ""));
            case 1 -> dropColumn(connection);
            case 2 ->
                execute(
                        connection,
                        "ALTER TABLE orders MODIFY note VARCHAR(" + (60 + statements.get()) + ") AFTER amount");
            default -> rebuild(connection, number);
        }
        statements.incrementAndGet();
    }

    private void dropColumn(Connection connection) throws SQLException {
        String column = value(
                connection,
                "SELECT MIN(COLUMN_NAME) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'trade' AND"
                        + " TABLE_NAME = 'orders' AND COLUMN_NAME LIKE 'extra%'");
        if (column != null) {
            execute(connection, "ALTER TABLE orders DROP COLUMN " + column);
        }
    }

    /** As gh-ost does it, which sees to it that both tables hold the same when they change places. */
    private void rebuild(Connection connection, long number) throws SQLException {
        execute(connection, "DROP TABLE IF EXISTS _rebuilt_del");
        execute(connection, "DROP TABLE IF EXISTS _rebuilt_gho");
        execute(connection, "CREATE /* gh-ost */ TABLE _rebuilt_gho LIKE rebuilt");
        execute(
                connection,
                "ALTER /* gh-ost */ TABLE _rebuilt_gho ADD COLUMN extra_" + number + " INT NOT NULL DEFAULT "
                        + number % 1000);
        String columns = value(
                connection,
                "SELECT GROUP_CONCAT(COLUMN_NAME) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'trade' AND"
                        + " TABLE_NAME = 'rebuilt'");
        quiet.writeLock().lock();
        try {
            execute(connection, "INSERT INTO _rebuilt_gho (" + columns + ") SELECT " + columns + " FROM rebuilt");
            execute(connection, "RENAME /* gh-ost */ TABLE rebuilt TO _rebuilt_del, _rebuilt_gho TO rebuilt");
        } finally {
            quiet.writeLock().unlock();
        }
        execute(connection, "DROP TABLE _rebuilt_del");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static @Nullable String value(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : null;
        }
    }

    /** One transaction of about 50 MB, in the background. */
    void writeMuch() {
        thread(
                "much",
                (connection, random) -> {
                    execute(connection, "SET SESSION cte_max_recursion_depth = 10000000");
                    execute(
                            connection,
                            "INSERT INTO big " + numbers(BODIES) + " SELECT i, REPEAT(MD5(i), 32), 0 FROM n");
                },
                1_000_000);
    }

    /** Rows go of which the binlog tells nothing. */
    void truncate() {
        primary.execute("TRUNCATE TABLE trade.cut");
    }

    void crash() {
        primary.kill9();
        primary.start();
    }

    /** The replica becomes the primary, with everything that the former one had; the application follows. */
    void failOver() {
        quiet.writeLock().lock();
        try {
            first.execute("SET GLOBAL super_read_only = ON");
            second.awaitExecuted(first.gtidExecuted(), Duration.ofMinutes(2));
            second.promote();
            primary = second;
        } finally {
            quiet.writeLock().unlock();
        }
    }

    /** Returns after the last commit. */
    void stop() throws InterruptedException {
        stop = true;
        for (Thread thread : threads) {
            thread.interrupt();
            thread.join();
        }
        if (failure != null) {
            throw new IllegalStateException("the application failed", failure);
        }
    }

    @Override
    public void close() {
        stop = true;
        second.close();
        first.close();
    }
}
