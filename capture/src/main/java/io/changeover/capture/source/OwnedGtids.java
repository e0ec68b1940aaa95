package io.changeover.capture.source;

import io.changeover.transport.position.Gtid;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** {@code gtid_owned}: the GTIDs of transactions that are between the binlog and their end, each with its thread. */
final class OwnedGtids {

    private OwnedGtids() {}

    static List<Gtid> read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@global.gtid_owned")) {
            row.next();
            String text = row.getString(1);
            return parse(text == null ? "" : text);
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
