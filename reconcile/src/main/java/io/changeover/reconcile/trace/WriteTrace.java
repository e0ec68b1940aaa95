package io.changeover.reconcile.trace;

import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.event.TableName;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Looks in a server's binlogs for the last write of rows, the newest binlog first, no longer and no further back than its
 * limits. It needs REPLICATION CLIENT (to list them) and REPLICATION SLAVE (to read them).
 *
 * @param mostBytes older binlogs are read while all together are not larger; the newest one in any case
 */
public record WriteTrace(ServerAccess server, Duration limit, long mostBytes) {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** What two cores read within the limit, row by row. */
    private static final long MOST_BYTES = 512L << 20;

    /**
     * What was found.
     *
     * @param writes those of Changeover among them
     * @param gap why rows have no write here: what was searched, or why nothing was
     */
    public record Found(Map<RowAt, RowWrite> writes, String gap) {}

    private record Binlog(String name, long bytes) {}

    public static WriteTrace of(ServerAccess server) {
        return new WriteTrace(server, LIMIT, MOST_BYTES);
    }

    /**
     * The last writes of rows.
     *
     * @param keys names of the key's columns, by table
     * @throws InterruptedException when the thread is told to end
     */
    public Found search(Connection connection, Map<TableName, List<String>> keys, Collection<RowAt> rows)
            throws InterruptedException {
        try {
            return new Search(connection, keys, rows).found();
        } catch (SQLException | IOException e) {
            return new Found(Map.of(), "the binlog of " + server.address() + " cannot be read: " + e.getMessage());
        }
    }

    private final class Search {

        private final Map<TableName, TracedTable> tables = new HashMap<>();
        private final Map<RowAt, RowWrite> found = new HashMap<>();
        private final Set<RowAt> left = new HashSet<>();
        private final Set<String> remarks = new TreeSet<>();
        private final Connection connection;
        private final long deadline = System.nanoTime() + limit.toNanos();
        private @Nullable String oldest;

        Search(Connection connection, Map<TableName, List<String>> keys, Collection<RowAt> rows) throws SQLException {
            this.connection = connection;
            for (Map.Entry<TableName, List<String>> key : keys.entrySet()) {
                TracedTable table = TracedTable.read(connection, key.getKey(), key.getValue());
                if (table == null) {
                    remarks.add("keys of " + key.getKey() + " are of a type that is not looked for");
                } else {
                    tables.put(key.getKey(), table);
                }
            }
            for (RowAt row : rows) {
                TracedTable table = tables.get(row.table());
                if (table != null && table.want(row)) {
                    left.add(row);
                }
            }
        }

        Found found() throws SQLException, IOException, InterruptedException {
            if (!isOn()) {
                return new Found(Map.of(), server.address() + " keeps no binlog (log_bin = OFF)");
            }
            List<Binlog> binlogs = binlogs();
            long bytes = 0;
            for (int i = binlogs.size() - 1; i >= 0 && !left.isEmpty(); i--) {
                Binlog binlog = binlogs.get(i);
                bytes += binlog.bytes();
                if (oldest != null && bytes > mostBytes) {
                    remarks.add("older ones than " + (mostBytes >> 20) + " MB are not read");
                    break;
                }
                if (!read(binlog)) {
                    remarks.add("not more was read in " + limit.toSeconds() + " s");
                    break;
                }
            }
            return new Found(found, gap());
        }

        private boolean read(Binlog binlog) throws IOException, InterruptedException {
            BinlogPass pass = new BinlogPass(binlog.name(), tables);
            Duration rest = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            if (!new BinlogReader(server).read(pass, rest)) {
                return false;
            }
            // a later binlog has been read before: what is known of a row is newer
            pass.found().forEach((row, write) -> {
                if (left.remove(row)) {
                    found.put(row, write);
                }
            });
            Instant begin = pass.begin();
            oldest = binlog.name() + (begin == null ? "" : ", which begins at " + begin);
            pass.remarks().forEach(remark -> remarks.add(binlog.name() + " " + remark));
            return true;
        }

        private String gap() {
            List<String> said = new ArrayList<>();
            said.add(
                    oldest == null
                            ? "no binlog of " + server.address() + " was read"
                            : "no write of them stands in the binlogs of " + server.address() + " from " + oldest);
            said.addAll(remarks);
            return String.join("; ", said);
        }

        private boolean isOn() throws SQLException {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT @@GLOBAL.log_bin")) {
                return row.next() && row.getBoolean(1);
            }
        }

        /** Oldest first. */
        private List<Binlog> binlogs() throws SQLException {
            List<Binlog> binlogs = new ArrayList<>();
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SHOW BINARY LOGS")) {
                while (row.next()) {
                    binlogs.add(new Binlog(row.getString(1), row.getLong(2)));
                }
            }
            return binlogs;
        }
    }
}
