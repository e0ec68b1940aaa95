package io.changeover.deploy.sample;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** The history of the old shop: rows that were there before anybody thought of moving. The same for the same count. */
public final class LegacyRows {

    /** A transaction of this many rows is what old systems' night jobs do; the capture must take it. */
    private static final int BATCH = 20_000;

    private final int users;
    private final int orders;
    private final int items;

    /** @param rows of all tables together */
    public LegacyRows(int rows) {
        users = Math.max(10, rows / 10);
        orders = Math.max(20, rows * 4 / 10);
        items = Math.max(20, rows - users - orders);
    }

    public int total() {
        return users + orders + items;
    }

    void insert(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION cte_max_recursion_depth = " + (BATCH + 1));
            inBatches(statement, users, """
                    INSERT INTO trade.t_user (id, login, nick, mobile, level, flags, ext, gmt_create)
                    SELECT n, CONCAT('user', n), IF(n % 7 = 0, CONCAT('名前 😀 ', n), IF(n % 11 = 0, NULL, CONCAT('Nick ', n, ' '))),
                      IF(n % 5 = 0, '', LPAD(CRC32(n) % 100000000000, 11, '1')), n % 3, n % 8,
                      IF(n % 4 = 0, NULL, JSON_OBJECT('lang', ELT(1 + n % 3, 'de', 'zh', 'en'), 'score', n / 8, 'tags', JSON_ARRAY(n, 'x'))),
                      '2019-03-01 00:00:00' + INTERVAL n MINUTE
                    """);
            inBatches(statement, orders, """
                    INSERT INTO trade.t_order (id, user_id, amount, discount, status, is_test, remark, pay_time, gmt_create, gmt_modified)
                    SELECT n, 1 + CRC32(n) %% %d, CRC32(CONCAT('a', n)) %% 1000000 / 100, IF(n %% 3 = 0, NULL, (n %% 10000) / 10000),
                      ELT(1 + n %% 4, 0, 1, 2, 9), n %% 50 = 0, IF(n %% 6 = 0, CONCAT('bitte klingeln – ', n), IF(n %% 9 = 0, '', NULL)),
                      IF(n %% 4 = 0, NULL, '2020-01-01 08:00:00' + INTERVAL n SECOND), '2020-01-01 00:00:00' + INTERVAL n SECOND,
                      '2020-01-01 00:00:00.125' + INTERVAL n SECOND
                    """.formatted(users));
            inBatches(statement, items, """
                    INSERT INTO trade.t_order_item (order_id, line_no, sku, qty, price)
                    SELECT 1 + (n - 1) %% %d, 1 + (n - 1) DIV %d, CONCAT('SKU-', LPAD(CRC32(CONCAT('s', n)) %% 5000, 5, '0')),
                      1 + n %% 5, CRC32(CONCAT('p', n)) %% 50000 / 100
                    """.formatted(orders, orders));
        }
    }

    private static void inBatches(Statement statement, int rows, String insert) throws SQLException {
        for (int from = 0; from < rows; from += BATCH) {
            int to = Math.min(rows, from + BATCH);
            statement.execute(insert + " FROM (WITH RECURSIVE c AS (SELECT " + (from + 1)
                    + " AS n UNION ALL SELECT n + 1 FROM c WHERE n < " + to + ") SELECT n FROM c) numbers");
        }
    }
}
