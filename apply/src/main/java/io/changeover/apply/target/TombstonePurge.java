package io.changeover.apply.target;

import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.MySqlServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Forgets the deletes that nothing can undo any more. A tombstone goes when all three hold: it is older than the given age;
 * its message lies below the beginning of its partition, and with it every older message of its key; and no image of the
 * table that waits beside it is older. Whatever a replay can still bring is then newer.
 *
 * <p>Pages of the table are walked through in the order of the key, each in a transaction of its own that holds the progress
 * rows of its partitions, shared: it cannot run beside a claim, a replay or a batch of theirs, and leaves partitions out that
 * are in work, so that no writer waits for more than a page. Confined to one thread.
 */
public final class TombstonePurge {

    private static final int PAGE = 1000;
    private static final String LAST = "F".repeat(64);

    private final MySqlServer server;
    private final String pipeline;
    private final String topic;
    private final String feed;
    private final String topicId;
    private final TableName table;
    private final Duration age;

    /**
     * @param table the name that stands for the new table
     * @param feed name of the progress of the topic into the table
     * @param topicId Kafka's id of the topic as it is now
     */
    public TombstonePurge(
            MySqlServer server,
            String pipeline,
            String topic,
            String feed,
            String topicId,
            TableName table,
            Duration age) {
        this.server = server;
        this.pipeline = pipeline;
        this.topic = topic;
        this.feed = feed;
        this.topicId = topicId;
        this.table = table;
        this.age = age;
    }

    /**
     * Walks through the table's tombstones once.
     *
     * @param shape one of the new tables, for its key
     * @param logStarts first offset of each partition
     * @return how many are forgotten
     */
    public long run(TableName shape, Map<Integer, Long> logStarts, BooleanSupplier stopping) throws SQLException {
        if (logStarts.values().stream().allMatch(start -> start == 0)) {
            return 0;
        }
        try (Connection connection = server.connect()) {
            Optional<TargetTable> target = TargetTable.read(connection, shape);
            // of a key with several spellings, an older message may lie in another partition
            if (target.isEmpty() || new KeyIdentities(target.get().key()).haveSpellings()) {
                return 0;
            }
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            connection.setAutoCommit(false);
            // statements over several tables want a current schema even where every name has its own
            connection.setCatalog(MetadataSchema.SCHEMA);
            long purged = 0;
            for (Part part : parts(connection)) {
                @Nullable String from = "";
                while (from != null && !stopping.getAsBoolean()) {
                    String to = pageEnd(connection, part, from);
                    purged += purge(connection, part, from, to == null ? LAST : to, logStarts);
                    connection.commit();
                    from = to;
                }
            }
            return purged;
        }
    }

    /** The tombstones of one source. */
    private record Part(int target, int source) {}

    private List<Part> parts(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT DISTINCT d.target, d.source"
                + " FROM `changeover`.`tombstone` d JOIN `changeover`.`target` t ON t.id = d.target"
                + " WHERE t.table_schema = ? AND t.table_name = ?")) {
            query.setString(1, table.schema());
            query.setString(2, table.table());
            List<Part> parts = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    parts.add(new Part(row.getInt(1), row.getInt(2)));
                }
            }
            return parts;
        }
    }

    /** The last key of the page after {@code from}; null when it is the last page. */
    private static @Nullable String pageEnd(Connection connection, Part part, String from) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT HEX(key_hash) FROM `changeover`.`tombstone`"
                + " WHERE target = ? AND source = ? AND key_hash > UNHEX(?) ORDER BY key_hash LIMIT 1 OFFSET "
                + (PAGE - 1))) {
            query.setInt(1, part.target());
            query.setInt(2, part.source());
            query.setString(3, from);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
        }
    }

    private long purge(Connection connection, Part part, String from, String to, Map<Integer, Long> logStarts)
            throws SQLException {
        String below = lockFree(connection).stream()
                .filter(partition -> logStarts.getOrDefault(partition, 0L) > 0)
                .map(partition ->
                        "(d.`partition` = " + partition + " AND d.`offset` < " + logStarts.get(partition) + ")")
                .collect(Collectors.joining(" OR "));
        if (below.isEmpty()) {
            return 0;
        }
        try (PreparedStatement delete = connection.prepareStatement("DELETE d FROM `changeover`.`tombstone` d"
                + " WHERE d.target = ? AND d.source = ? AND d.key_hash > UNHEX(?) AND d.key_hash <= UNHEX(?)"
                + " AND d.topic = ? AND d.made_at < NOW(6) - INTERVAL ? SECOND AND (" + below + ")"
                // versions of one source compare as their bytes; what is no row at all may be of any key
                + " AND NOT EXISTS (SELECT 1 FROM `changeover`.`deferred` w WHERE w.target = d.target"
                + " AND (w.source = 0 OR (w.source = d.source AND w.version < d.version)))")) {
            delete.setInt(1, part.target());
            delete.setInt(2, part.source());
            delete.setString(3, from);
            delete.setString(4, to);
            delete.setString(5, topic);
            delete.setLong(6, age.toSeconds());
            return delete.executeUpdate();
        }
    }

    /** The partitions of the topic that nobody works on at this moment; they stay so until the commit. */
    private List<Integer> lockFree(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT `partition` FROM `changeover`.`progress`"
                + " WHERE pipeline = ? AND feed = ? AND topic_id = ? AND state = 'open' FOR SHARE SKIP LOCKED")) {
            query.setString(1, pipeline);
            query.setString(2, feed);
            query.setString(3, topicId);
            List<Integer> free = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    free.add(row.getInt(1));
                }
            }
            return free;
        }
    }
}
