package io.changeover.reconcile;

import io.changeover.transport.event.TableName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/** What a table is, apart from its rows. */
final class Structure {

    /** It changes with the rows. */
    private static final Pattern NEXT_NUMBER = Pattern.compile(" AUTO_INCREMENT=\\d+");

    private Structure() {}

    /** The table's definition, and whose it is. */
    static String of(Connection connection, TableName table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            String server;
            try (ResultSet row = statement.executeQuery("SELECT @@server_uuid")) {
                row.next();
                server = row.getString(1);
            }
            try (ResultSet row = statement.executeQuery("SHOW CREATE TABLE " + table.quoted())) {
                row.next();
                return server + " " + NEXT_NUMBER.matcher(row.getString(2)).replaceFirst("");
            }
        }
    }

    static String hash(List<String> texts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String text : texts) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
