package io.changeover.reconcile;

import java.sql.SQLException;

/** Waits between two looks at something. */
final class Pause {

    private Pause() {}

    static void shortly() throws SQLException {
        of(20);
    }

    /** @throws SQLException when the thread is interrupted: what waits here reads from servers */
    static void of(long millis) throws SQLException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", e);
        }
    }
}
