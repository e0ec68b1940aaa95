package io.changeover.deploy.fault;

import io.changeover.embedded.EmbeddedMySql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A legacy application that keeps writing: orders with a status that changes, accounts whose unique e-mail addresses move
 * from one to the other, keys that change, rows that go and come back. Seeded, so that a run can be told again.
 */
final class LiveWorkload implements AutoCloseable {

    private static final int ACCOUNTS = 400;

    private final EmbeddedMySql source;
    private final int orders;
    private final Random random;
    private final AtomicLong transactions = new AtomicLong();
    private final Thread thread = new Thread(this::run, "live-workload");
    private volatile boolean stop;
    private volatile @Nullable Exception failure;

    LiveWorkload(EmbeddedMySql source, int orders, long seed) {
        this.source = source;
        this.orders = orders;
        this.random = new Random(seed);
    }

    /** Creates the legacy tables with their first rows. */
    void createTables() throws SQLException {
        source.execute(
                "CREATE DATABASE trade",
                "CREATE TABLE trade.t_order (order_id BIGINT PRIMARY KEY, user_id INT NOT NULL, amount DECIMAL(12,2) NOT NULL,"
                        + " status TINYINT NOT NULL, note VARCHAR(60), is_test TINYINT NOT NULL DEFAULT 0)",
                "CREATE TABLE trade.t_account (account_id INT PRIMARY KEY, email VARCHAR(80) NOT NULL UNIQUE, visits INT NOT NULL)");
        try (Connection connection = source.connect()) {
            connection.setAutoCommit(false);
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO trade.t_order VALUES (?, ?, ?, ?, ?, ?)")) {
                for (int id = 1; id <= orders; id++) {
                    order(insert, id);
                    insert.addBatch();
                    if (id % 2000 == 0) {
                        insert.executeBatch();
                        connection.commit();
                    }
                }
                insert.executeBatch();
            }
            try (PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO trade.t_account VALUES (?, ?, 0)")) {
                for (int id = 1; id <= ACCOUNTS; id++) {
                    insert.setInt(1, id);
                    insert.setString(2, "user" + id + "@example.org");
                    insert.addBatch();
                }
                insert.executeBatch();
            }
            connection.commit();
        }
    }

    void start() {
        thread.start();
    }

    long transactions() {
        return transactions.get();
    }

    /** Returns after the last commit; fails when a statement did. */
    void stop() throws InterruptedException {
        stop = true;
        thread.join();
        if (failure != null) {
            throw new IllegalStateException("the workload failed", failure);
        }
    }

    @Override
    public void close() {
        stop = true;
    }

    private void run() {
        try (Connection connection = source.connect()) {
            connection.setAutoCommit(false);
            while (!stop) {
                transaction(connection);
                connection.commit();
                transactions.incrementAndGet();
                Thread.sleep(2);
            }
        } catch (SQLException e) {
            failure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void transaction(Connection connection) throws SQLException {
        int rows = 1 + random.nextInt(6);
        for (int i = 0; i < rows; i++) {
            int id = 1 + random.nextInt(orders + orders / 10);
            switch (random.nextInt(10)) {
                case 0 -> update(connection, "DELETE FROM trade.t_order WHERE order_id = " + id);
                case 1, 2 -> insert(connection, id);
                case 3 -> changeKey(connection, id);
                case 4 -> swapAddresses(connection);
                case 5 -> {
                    update(connection, "UPDATE trade.t_order SET is_test = 1 - is_test WHERE order_id = " + id);
                    update(connection, "UPDATE trade.t_order SET status = status + 1 WHERE order_id = " + id);
                }
                default ->
                    update(
                            connection,
                            "UPDATE trade.t_order SET status = " + random.nextInt(3)
                                    + ", amount = amount + 0.01 WHERE order_id = " + id);
            }
        }
    }

    private void insert(Connection connection, int id) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT IGNORE INTO trade.t_order VALUES (?, ?, ?, ?, ?, ?)")) {
            order(insert, id);
            insert.executeUpdate();
        }
    }

    private void order(PreparedStatement insert, int id) throws SQLException {
        insert.setInt(1, id);
        insert.setInt(2, random.nextInt(5000));
        insert.setString(3, random.nextInt(100_000) + "." + (10 + random.nextInt(90)));
        insert.setInt(4, random.nextInt(3));
        insert.setString(5, random.nextInt(5) == 0 ? null : "nöte \uD83D\uDE80 " + random.nextInt(1000));
        insert.setInt(6, random.nextInt(20) == 0 ? 1 : 0);
    }

    private void changeKey(Connection connection, int id) throws SQLException {
        int free = orders + orders / 10 + random.nextInt(orders);
        update(connection, "UPDATE IGNORE trade.t_order SET order_id = " + free + " WHERE order_id = " + id);
    }

    private void swapAddresses(Connection connection) throws SQLException {
        int one = 1 + random.nextInt(ACCOUNTS);
        int other = 1 + random.nextInt(ACCOUNTS);
        if (one == other) {
            return;
        }
        update(connection, "SELECT email INTO @one FROM trade.t_account WHERE account_id = " + one);
        update(connection, "SELECT email INTO @other FROM trade.t_account WHERE account_id = " + other);
        update(connection, "UPDATE trade.t_account SET email = 'moving' WHERE account_id = " + one);
        update(connection, "UPDATE trade.t_account SET email = @one, visits = visits + 1 WHERE account_id = " + other);
        update(connection, "UPDATE trade.t_account SET email = @other, visits = visits + 1 WHERE account_id = " + one);
    }

    private static void update(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
