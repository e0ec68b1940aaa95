package io.changeover.reconcile;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Opens connections to the pipeline's servers. Their sessions must all have time_zone {@code +00:00}, one sql_mode and the
 * character set utf8mb4, or equal values would look different.
 */
public interface CompareServers {

    Connection source(String name) throws SQLException;

    Connection target(String name) throws SQLException;
}
