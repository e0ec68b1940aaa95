package io.changeover.transport.mysql;

import io.changeover.transport.position.Gtid;
import io.changeover.transport.position.GtidSet;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** {@code gtid_owned}: the GTIDs of transactions that are between the binlog and their end, each with its thread. */
public final class OwnedGtids {

    private OwnedGtids() {}

    public static List<Gtid> read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@global.gtid_owned")) {
            row.next();
            String text = row.getString(1);
            return parse(text == null ? "" : text);
        }
    }

    /**
     * What a read that was begun before this call may have shown: {@code gtid_executed}, after every transaction that was
     * about to commit has either come into it or given up. A commit becomes visible a moment before it stands there.
     */
    public static GtidSet visible(Connection connection) throws SQLException, InterruptedException {
        List<Gtid> owned = read(connection);
        while (true) {
            GtidSet executed = GtidState.read(connection).executed();
            owned = owned.stream().filter(gtid -> !executed.contains(gtid)).toList();
            if (owned.isEmpty()) {
                return executed;
            }
            List<Gtid> still = read(connection);
            owned = owned.stream().filter(still::contains).toList();
            Thread.sleep(1);
        }
    }

    /** Reads {@code uuid:5#10:6#12,uuid:7#3}. */
    static List<Gtid> parse(String text) {
        List<Gtid> owned = new ArrayList<>();
        for (String server : text.replaceAll("\\s", "").split(",")) {
            if (server.isEmpty()) {
                continue;
            }
            String[] parts = server.split(":");
            for (int i = 1; i < parts.length; i++) {
                int hash = parts[i].indexOf('#');
                String number = hash < 0 ? parts[i] : parts[i].substring(0, hash);
                owned.add(new Gtid(UUID.fromString(parts[0]), Long.parseLong(number)));
            }
        }
        return owned;
    }
}
