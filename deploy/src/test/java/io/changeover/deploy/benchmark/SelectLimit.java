package io.changeover.deploy.benchmark;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicLong;

/** What the backfill cannot be much faster than: one connection that streams every row of both tables, each value as text. */
final class SelectLimit {

    private SelectLimit() {}

    /** URL, rows to come, other processes. */
    public static void main(String[] arguments) throws Exception {
        AtomicLong rows = new AtomicLong();
        Thread reader = new Thread(
                () -> {
                    try (Connection connection = DriverManager.getConnection(arguments[0], "root", "")) {
                        read(connection, "orders", rows);
                        read(connection, "order_items", rows);
                    } catch (SQLException e) {
                        e.printStackTrace();
                        System.exit(1);
                    }
                },
                "select");
        reader.start();
        LimitMeter.awaitAndPrint(rows, Long.parseLong(arguments[1]), arguments[2]);
        System.exit(0);
    }

    private static void read(Connection connection, String table, AtomicLong rows) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(Integer.MIN_VALUE); // Connector/J's word for streaming
            try (ResultSet result = statement.executeQuery("SELECT * FROM " + table)) {
                int columns = result.getMetaData().getColumnCount();
                while (result.next()) {
                    for (int i = 1; i <= columns; i++) {
                        result.getString(i);
                    }
                    rows.incrementAndGet();
                }
            }
        }
    }
}
