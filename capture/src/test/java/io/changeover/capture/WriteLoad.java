package io.changeover.capture;

import io.changeover.transport.testing.TestingMySql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** Writes at random into tables {@code t} and {@code pair}: new rows, changes, deletes, key changes, in transactions. */
final class WriteLoad implements AutoCloseable {

    private final TestingMySql mysql;
    private final String schema;
    private final Random random;
    private final int keys;
    private final AtomicInteger written = new AtomicInteger();
    private final List<Thread> writers = new ArrayList<>();
    private volatile boolean stopping;

    WriteLoad(TestingMySql mysql, String schema, Random random, int keys) {
        this.mysql = mysql;
        this.schema = schema;
        this.random = random;
        this.keys = keys;
    }

    void fill() throws SQLException {
        try (Connection connection = mysql.connect(schema);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (int from = 1; from <= keys; from += 1000) {
                List<String> t = new ArrayList<>();
                List<String> pair = new ArrayList<>();
                for (int id = from; id < from + 1000 && id <= keys; id++) {
                    t.add("(" + id + ", 'first " + id + "', 0)");
                    pair.add("('k" + id % 100 + "', " + id / 100 + ".25, " + id + ")");
                }
                statement.execute("INSERT INTO t VALUES " + String.join(",", t));
                statement.execute("INSERT INTO pair VALUES " + String.join(",", pair));
            }
            connection.commit();
        }
    }

    void start(int threads) {
        for (int i = 0; i < threads; i++) {
            Random own = new Random(random.nextLong());
            Thread writer = new Thread(() -> write(own), "write-load-" + i);
            writers.add(writer);
            writer.start();
        }
    }

    int written() {
        return written.get();
    }

    private void write(Random own) {
        try (Connection connection = mysql.connect(schema);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (!stopping) {
                try {
                    int changes = 1 + own.nextInt(5);
                    for (int i = 0; i < changes; i++) {
                        statement.execute(change(own));
                    }
                    if (own.nextInt(10) == 0) {
                        connection.rollback();
                    } else {
                        connection.commit();
                        written.incrementAndGet();
                    }
                } catch (SQLException e) {
                    connection.rollback(); // duplicate keys and deadlocks are part of it
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private String change(Random own) {
        int id = 1 + own.nextInt(keys);
        int other = 1 + own.nextInt(keys * 2);
        return switch (own.nextInt(8)) {
            case 0 -> "DELETE FROM t WHERE id = " + id;
            case 1 -> "INSERT IGNORE INTO t VALUES (" + other + ", 'new', 1)";
            case 2 -> "UPDATE IGNORE t SET id = " + other + " WHERE id = " + id;
            case 3 -> "DELETE FROM pair WHERE b = " + id / 100 + ".25 AND a = 'k" + id % 100 + "'";
            case 4 -> "INSERT IGNORE INTO pair VALUES ('n" + other + "', " + id % 1000 + ".5, 1)";
            case 5 -> "UPDATE pair SET v = v + 1 WHERE b = " + id / 100 + ".25";
            default -> "UPDATE t SET n = n + 1, name = 'changed' WHERE id = " + id;
        };
    }

    void stop() throws InterruptedException {
        stopping = true;
        for (Thread writer : writers) {
            writer.join();
        }
    }

    @Override
    public void close() {
        try {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
