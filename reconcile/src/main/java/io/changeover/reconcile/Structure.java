package io.changeover.reconcile;

import io.changeover.transport.event.TableName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
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

    /** The table's definition, whose it is, and since when. */
    static String of(Connection connection, TableName table) throws SQLException {
        try (PreparedStatement age = connection.prepareStatement(
                        "SELECT CONCAT_WS(' ', @@server_uuid, (SELECT CREATE_TIME FROM information_schema.TABLES"
                                + " WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?))");
                Statement statement = connection.createStatement()) {
            age.setString(1, table.schema());
            age.setString(2, table.table());
            String server;
            try (ResultSet row = age.executeQuery()) {
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
