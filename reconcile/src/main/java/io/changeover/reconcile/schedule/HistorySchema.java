package io.changeover.reconcile.schedule;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The tables of the history, beside what apply keeps; made by whoever writes to them first. */
final class HistorySchema {

    private static final String TEXT = " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL";
    private static final String COUNT = " BIGINT UNSIGNED NOT NULL";

    private static final List<String> STATEMENTS = List.of(
            "CREATE DATABASE IF NOT EXISTS `changeover`",
            // times are of this server's clock; remarks is a JSON array
            "CREATE TABLE IF NOT EXISTS `changeover`.`reconcile_run` (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,"
                    + " pipeline VARCHAR(249) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, table_label VARCHAR(400)"
                    + TEXT
                    + ", target VARCHAR(400)" + TEXT
                    + ", started_at TIMESTAMP(6) NOT NULL, ended_at TIMESTAMP(6) NOT NULL"
                    + " DEFAULT CURRENT_TIMESTAMP(6), verdict ENUM('equal','different','could not tell') NOT NULL, old_rows"
                    + COUNT + ", new_rows" + COUNT + ", missing" + COUNT + ", extra" + COUNT + ", stale" + COUNT
                    + ", altered"
                    + COUNT + ", mended" + COUNT + ", undecided" + COUNT
                    + ", complete BOOL NOT NULL COMMENT 'whether both"
                    + " tables were read to their ends', remarks MEDIUMTEXT" + TEXT
                    + ", KEY (pipeline, table_label, id)) ENGINE=InnoDB",
            // no foreign key: the account has no REFERENCES; columns is a JSON array; note: who wrote the row
            "CREATE TABLE IF NOT EXISTS `changeover`.`reconcile_difference` (run BIGINT UNSIGNED NOT NULL, number INT UNSIGNED"
                    + " NOT NULL, kind VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, row_key MEDIUMTEXT"
                    + TEXT
                    + ", columns MEDIUMTEXT" + TEXT
                    + ", note TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, PRIMARY KEY (run, number)) ENGINE=InnoDB",
            // a comparison that is under way, or was cut; one of each new table
            "CREATE TABLE IF NOT EXISTS `changeover`.`reconcile_scan` (pipeline VARCHAR(249) CHARACTER SET ascii COLLATE"
                    + " ascii_bin NOT NULL, target VARCHAR(400)" + TEXT
                    + ", started_at TIMESTAMP(6) NOT NULL, changed_at"
                    + " TIMESTAMP(6) NOT NULL, state LONGTEXT" + TEXT
                    + ", PRIMARY KEY (pipeline, target)) ENGINE=InnoDB");

    private HistorySchema() {}

    static void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : STATEMENTS) {
                statement.execute(sql);
            }
        }
    }
}
