package io.changeover.deploy.benchmark;

import io.changeover.embedded.EmbeddedMySql;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.BitSet;
import java.util.Locale;
import java.util.Random;

/**
 * A shop: orders and their items. The first rows are the same on every server; the backlog changes them in transactions of
 * 1 to 20 rows, 60% updates of frequent keys, 30% inserts, 10% deletes. Seeded; every statement changes one row; a key that
 * was deleted never comes back.
 */
final class Workload {

    static final String SCHEMA = "shop";

    private static final int ROWS_PER_STATEMENT = 1000;
    /** Room for what comes after the backlog. */
    private static final int LATER_TRANSACTIONS = 100_000;

    private static final String[] CHANNELS = {"app-ios", "app-android", "web", "partner/\u6771\u4EAC", "store", "phone"
    };

    private final int orders;
    private final int transactions;
    private final int hotKeys;
    private final Random random;
    private final Zipfian keys;

    private final BitSet alive = new BitSet();
    private final byte[] items;
    private int newest;
    private long changes;
    /** Whether new orders are waited for, and so must not be deleted before they arrive. */
    private boolean waitedFor;

    Workload(BenchmarkSettings settings) {
        orders = settings.orders();
        transactions = settings.transactions();
        hotKeys = settings.hotKeys();
        random = new Random(settings.seed());
        keys = new Zipfian(orders, random);
        items = new byte[orders + (transactions + LATER_TRANSACTIONS) * 20 + 1];
        newest = orders;
    }

    /** Creates the tables and the first rows. */
    void create(EmbeddedMySql server) throws SQLException {
        server.execute(
                "CREATE DATABASE shop",
                "CREATE TABLE shop.orders (id BIGINT NOT NULL PRIMARY KEY, order_no VARCHAR(32) NOT NULL, user_id BIGINT"
                        + " NOT NULL, status INT NOT NULL, amount DECIMAL(12,2) NOT NULL, channel VARCHAR(64) NOT NULL,"
                        + " extra VARCHAR(512), created_at DATETIME(3) NOT NULL, updated_at TIMESTAMP(3) NOT NULL,"
                        + " UNIQUE KEY (order_no), KEY (user_id, created_at))",
                "CREATE TABLE shop.order_items (order_id BIGINT NOT NULL, item_no INT NOT NULL, sku VARCHAR(40) NOT NULL,"
                        + " quantity INT NOT NULL, price DECIMAL(12,2) NOT NULL, note VARCHAR(128), updated_at TIMESTAMP(3)"
                        + " NOT NULL, PRIMARY KEY (order_id, item_no), KEY (sku))");
        Random first = new Random(1);
        try (Connection connection = server.connect(SCHEMA);
                Statement statement = connection.createStatement()) {
            for (int from = 1; from <= orders; from += ROWS_PER_STATEMENT) {
                StringBuilder some = new StringBuilder("INSERT INTO orders VALUES ");
                StringBuilder theirs = new StringBuilder("INSERT INTO order_items VALUES ");
                int until = Math.min(orders, from + ROWS_PER_STATEMENT - 1);
                for (int id = from; id <= until; id++) {
                    some.append(id == from ? "" : ",").append(order(id, first, 0));
                    theirs.append(id == from ? "" : ",").append(item(id, 1, first, 0));
                }
                statement.execute(some.toString());
                statement.execute(theirs.toString());
            }
            statement.execute("ANALYZE NO_WRITE_TO_BINLOG TABLE orders, order_items");
        }
        alive.set(1, orders + 1);
        java.util.Arrays.fill(items, 1, orders + 1, (byte) 1);
    }

    /** Commits the backlog; once. Returns the number of changed rows. */
    long run(EmbeddedMySql source) throws SQLException {
        try (Connection connection = connect(source);
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < transactions; i++) {
                statement.execute(transaction(size()).append("COMMIT").toString());
            }
        }
        return changes;
    }

    private StringBuilder transaction(int rows) {
        StringBuilder sql = new StringBuilder("BEGIN;");
        for (int i = 0; i < rows; i++) {
            sql.append(change()).append(';');
            changes++;
        }
        return sql;
    }

    /** One more transaction, whose last change inserts {@link #newestOrder}. */
    String transactionWithOrder() {
        waitedFor = true;
        StringBuilder sql = transaction(size());
        changes++;
        return sql.append(insertOrder()).append(";COMMIT").toString();
    }

    int newestOrder() {
        return newest;
    }

    /** Row changes so far. */
    long changes() {
        return changes;
    }

    /** A connection that takes a transaction as one text. */
    Connection connect(EmbeddedMySql source) throws SQLException {
        return DriverManager.getConnection(
                source.jdbcUrl(SCHEMA) + "&allowMultiQueries=true", source.user(), source.password());
    }

    private int size() {
        double dice = random.nextDouble();
        if (dice < 0.5) {
            return 1 + random.nextInt(3);
        }
        return dice < 0.85 ? 4 + random.nextInt(7) : 11 + random.nextInt(10);
    }

    private String change() {
        if (hotKeys > 0) {
            return updateOrder(1 + random.nextInt(hotKeys));
        }
        double dice = random.nextDouble();
        if (dice < 0.6) {
            return update();
        }
        return dice < 0.9 ? insert() : delete();
    }

    private String update() {
        int id = keys.next();
        while (!alive.get(id)) {
            id = keys.next();
        }
        if (items[id] > 0 && random.nextInt(4) == 0) {
            return "UPDATE order_items SET quantity=" + (1 + random.nextInt(9)) + ",price=" + money(random)
                    + ",updated_at='" + time(changes) + "' WHERE order_id=" + id + " AND item_no="
                    + (1 + random.nextInt(items[id]));
        }
        return updateOrder(id);
    }

    private String updateOrder(int id) {
        return "UPDATE orders SET status=" + random.nextInt(6) + ",amount=" + money(random) + ",updated_at='"
                + time(changes) + "' WHERE id=" + id;
    }

    private String insert() {
        if (newest > orders && items[newest] < 3 && random.nextBoolean()) {
            return "INSERT INTO order_items VALUES " + item(newest, ++items[newest], random, changes);
        }
        return insertOrder();
    }

    private String insertOrder() {
        alive.set(++newest);
        return "INSERT INTO orders VALUES " + order(newest, random, changes);
    }

    /** Items from the last one, then their order; the newest order stays, for it may still get items. */
    private String delete() {
        int limit = waitedFor ? orders : newest - 1;
        int id = 1 + random.nextInt(limit);
        while (!alive.get(id)) {
            id = 1 + random.nextInt(limit);
        }
        if (items[id] > 0) {
            return "DELETE FROM order_items WHERE order_id=" + id + " AND item_no=" + items[id]--;
        }
        alive.clear(id);
        return "DELETE FROM orders WHERE id=" + id;
    }

    private static String order(int id, Random random, long change) {
        return "(" + id + ",'NO" + String.format(Locale.ROOT, "%018d", id * 7919L) + "',"
                + (1 + random.nextInt(200_000)) + "," + random.nextInt(6) + "," + money(random) + ",'"
                + CHANNELS[random.nextInt(CHANNELS.length)] + "','{\"version\":\"8." + random.nextInt(30)
                + "\",\"coupon\":\"C" + Integer.toHexString(random.nextInt()) + "\",\"city\":\"\u4EAC\u90FD-"
                + random.nextInt(400) + "\",\"referrer\":\"r" + random.nextInt(1000) + "\",\"trace\":\""
                + Long.toHexString(random.nextLong()) + "\"}','" + time(id) + "','" + time(change) + "')";
    }

    private static String item(int id, int number, Random random, long change) {
        String note =
                random.nextInt(4) == 0 ? "NULL" : "'note " + Integer.toHexString(random.nextInt()) + " \u5099\u8003'";
        return "(" + id + "," + number + ",'SKU-" + random.nextInt(50_000) + "'," + (1 + random.nextInt(9)) + ","
                + money(random) + "," + note + ",'" + time(change) + "')";
    }

    private static String money(Random random) {
        return random.nextInt(5000) + "." + random.nextInt(10) + random.nextInt(10);
    }

    /** A moment of its own for each of up to a day's milliseconds. */
    private static String time(long milli) {
        return java.time.LocalDateTime.of(2025, 3, 1, 0, 0)
                .plusNanos(milli * 1_000_000)
                .format(java.time.format.DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT));
    }

    /** Both tables in two lines that differ when any value does. */
    static String fingerprint(EmbeddedMySql server) {
        return server.rows(
                        "SELECT COUNT(*), BIT_XOR(CRC32(CONCAT_WS('#', id, order_no, user_id, status, amount, channel,"
                                + " COALESCE(extra, '~'), created_at, updated_at))) FROM shop.orders UNION ALL SELECT"
                                + " COUNT(*), BIT_XOR(CRC32(CONCAT_WS('#', order_id, item_no, sku, quantity, price,"
                                + " COALESCE(note, '~'), updated_at))) FROM shop.order_items")
                .toString();
    }
}
