package io.changeover.apply.target;

import io.changeover.apply.guard.RowKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HexFormat;

/** SHA-256 of a key's identity: a key of any length in 32 bytes. */
final class KeyHash {

    private KeyHash() {}

    static byte[] of(String identity) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(identity.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** The hashes as the JSON parameter of {@link #TABLE}. */
    static String json(Collection<RowKey> keys) {
        StringBuilder json = new StringBuilder(4 + 68 * keys.size());
        char separator = '[';
        for (RowKey key : keys) {
            json.append(separator)
                    .append('"')
                    .append(HexFormat.of().formatHex(of(key.identity())))
                    .append('"');
            separator = ',';
        }
        return json.append(']').toString();
    }

    /** The hashes as a table {@code q} with the ordinal {@code n} and the hash {@code UNHEX(q.h)}. */
    static final String TABLE = "JSON_TABLE(?, '$[*]' COLUMNS (n FOR ORDINALITY,"
            + " h CHAR(64) CHARACTER SET ascii PATH '$' ERROR ON ERROR)) q";

    /**
     * The rows {@code t} of a table of ours for the hashes {@code q}, of one target table and source; its parameters are bound by
     * {@link #bind}.
     */
    static String remembered(String table) {
        return TABLE + " STRAIGHT_JOIN `changeover`.`" + table
                + "` t ON t.target = ? AND t.source = ? AND t.key_hash = UNHEX(q.h)";
    }

    static void bind(PreparedStatement statement, Collection<RowKey> keys, int target, int source) throws SQLException {
        statement.setString(1, json(keys));
        statement.setInt(2, target);
        statement.setInt(3, source);
    }
}
