package io.changeover.transport.position;

import java.util.UUID;

/**
 * The identity of a transaction: the server that first committed it and its sequence number there. Tagged GTIDs (MySQL 8.3+:
 * {@code uuid:tag:n}) have an order of their own per tag and are refused.
 */
public record Gtid(UUID server, long sequence) {

    public Gtid {
        if (sequence < 1) {
            throw new IllegalArgumentException("sequence of a GTID < 1: " + sequence);
        }
    }

    /** @throws IllegalArgumentException when the text is not {@code uuid:n} */
    public static Gtid parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0 || text.indexOf(':', colon + 1) >= 0) {
            throw new IllegalArgumentException("not a plain GTID (uuid:n): " + text);
        }
        return new Gtid(
                UUID.fromString(text.substring(0, colon)),
                Long.parseLong(text.substring(colon + 1).trim()));
    }

    @Override
    public String toString() {
        return server + ":" + sequence;
    }
}
