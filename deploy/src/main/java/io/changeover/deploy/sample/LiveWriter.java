package io.changeover.deploy.sample;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The application that does not stop for us: orders come, are paid, shipped, changed and cancelled, customers change their
 * names and swap their logins, lines get other numbers. One connection, the same statements for the same seed.
 */
public final class LiveWriter implements AutoCloseable {

    private final Connection connection;
    private final Random random;
    private final long nanosPerTransaction;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final AtomicLong rowChanges = new AtomicLong();
    private final AtomicLong transactions = new AtomicLong();
    private final Thread thread = new Thread(this::run, "live-writer");
    private long orders;
    private long users;
    private volatile boolean stopping;
    private volatile @Nullable SQLException failure;

    /** Writes to the rows that are there. */
    public LiveWriter(Connection connection, long seed, int transactionsPerSecond) throws SQLException {
        this.connection = connection;
        this.random = new Random(seed);
        this.nanosPerTransaction = TimeUnit.SECONDS.toNanos(1) / transactionsPerSecond;
        this.orders = highest(connection, "t_order");
        this.users = highest(connection, "t_user");
    }

    private static long highest(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT MAX(id) FROM trade." + table)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    public void start() throws SQLException {
        connection.setAutoCommit(false);
        thread.setDaemon(true);
        thread.start();
    }

    public long rowChanges() {
        return rowChanges.get();
    }

    public long transactions() {
        return transactions.get();
    }

    private void run() {
        long due = System.nanoTime();
        try (Statement statement = connection.createStatement()) {
            while (!stopping) {
                long changed = transaction(statement);
                connection.commit();
                rowChanges.addAndGet(changed);
                transactions.incrementAndGet();
                due = Math.max(
                        due + nanosPerTransaction,
                        System.nanoTime() - Duration.ofMillis(200).toNanos());
                LockSupport.parkNanos(due - System.nanoTime());
            }
        } catch (SQLException e) {
            failure = e;
        } finally {
            ended.complete(null);
        }
    }

    /** Completes when it writes no more. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    private long transaction(Statement s) throws SQLException {
        int dice = random.nextInt(100);
        if (dice < 35) {
            return newOrder(s);
        }
        if (dice < 62) {
            return change(
                    s,
                    "UPDATE trade.t_order SET status = 1, pay_time = gmt_modified + INTERVAL 5 SECOND WHERE id = "
                            + anOrder());
        }
        if (dice < 72) {
            return change(
                    s,
                    "UPDATE trade.t_order_item SET qty = qty + 1, price = price * 0.9 WHERE order_id = " + anOrder());
        }
        if (dice < 80) {
            long order = anOrder();
            return change(s, "DELETE FROM trade.t_order_item WHERE order_id = " + order)
                    + change(s, "DELETE FROM trade.t_order WHERE id = " + order);
        }
        if (dice < 85) {
            return change(
                    s,
                    "UPDATE trade.t_user SET nick = CONCAT('renamed ', id, ' 🛒'), level = (level + 1) % 3,"
                            + " ext = JSON_OBJECT('seen', " + random.nextInt(1000) + ") WHERE id = " + aUser());
        }
        if (dice < 89) {
            users++;
            return change(
                    s,
                    "INSERT INTO trade.t_user (id, login, gmt_create) VALUES (" + users + ", 'new" + users
                            + "', NOW())");
        }
        if (dice < 93) {
            // the key itself changes: the row moves
            return change(
                    s,
                    "UPDATE trade.t_order_item SET line_no = line_no + 1000 WHERE line_no < 1000 AND order_id = "
                            + anOrder());
        }
        if (dice < 96) {
            // into and out of the mapping's `where`
            return change(s, "UPDATE trade.t_order SET is_test = 1 - is_test, remark = NULL WHERE id = " + anOrder());
        }
        if (dice < 98) {
            return swapLogins(s);
        }
        long first = anOrder();
        return change(
                s,
                "UPDATE trade.t_order SET status = 9, remark = 'closed by the night job' WHERE id BETWEEN " + first
                        + " AND " + (first + 20));
    }

    private long newOrder(Statement s) throws SQLException {
        orders++;
        long changed = change(
                s,
                "INSERT INTO trade.t_order (id, user_id, amount, status, is_test, remark, gmt_create) VALUES ("
                        + orders + ", " + aUser() + ", " + random.nextInt(10_000_000) + " / 100, 0, "
                        + (random.nextInt(50) == 0 ? 1 : 0)
                        + ", " + (random.nextInt(3) == 0 ? "'eilig! ⚡'" : "NULL") + ", NOW())");
        StringBuilder lines = new StringBuilder("INSERT INTO trade.t_order_item VALUES ");
        int count = 1 + random.nextInt(4);
        for (int line = 1; line <= count; line++) {
            lines.append(line == 1 ? "" : ", ")
                    .append("(")
                    .append(orders)
                    .append(", ")
                    .append(line)
                    .append(", 'SKU-")
                    .append(random.nextInt(5000))
                    .append("', ")
                    .append(1 + random.nextInt(5))
                    .append(", ")
                    .append(random.nextInt(50_000))
                    .append(" / 100)");
        }
        return changed + change(s, lines.toString());
    }

    /** Two unique values change places: no order of single writes on the new side can follow without a conflict. */
    private long swapLogins(Statement s) throws SQLException {
        long one = aUser();
        long other = aUser();
        if (one == other) {
            return 0;
        }
        s.execute("SELECT MAX(IF(id = " + one + ", login, NULL)), MAX(IF(id = " + other
                + ", login, NULL)) INTO @one, @other" + " FROM trade.t_user WHERE id IN (" + one + ", " + other + ")");
        return change(s, "UPDATE trade.t_user SET login = CONCAT('~', id) WHERE @other IS NOT NULL AND id = " + one)
                + change(s, "UPDATE trade.t_user SET login = @one WHERE @one IS NOT NULL AND id = " + other)
                + change(s, "UPDATE trade.t_user SET login = @other WHERE @other IS NOT NULL AND id = " + one);
    }

    private static long change(Statement s, String sql) throws SQLException {
        return s.executeUpdate(sql);
    }

    private long anOrder() {
        return 1 + random.nextLong(orders);
    }

    private long aUser() {
        return 1 + random.nextLong(users);
    }

    /**
     * Ends after the running transaction.
     *
     * @throws SQLException when the writer had failed before
     */
    public void stop() throws SQLException {
        stopping = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while stopping the writer", e);
        }
        SQLException failed = failure;
        if (failed != null) {
            throw failed;
        }
    }

    @Override
    public void close() throws SQLException {
        stopping = true;
        // not close(): it would roll back first, on a server that may be gone
        connection.abort(Runnable::run);
    }
}
