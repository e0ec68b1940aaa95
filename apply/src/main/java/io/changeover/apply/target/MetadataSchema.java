package io.changeover.apply.target;

import com.mysql.cj.exceptions.MysqlErrorNumbers;
import io.changeover.transport.event.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** What Changeover keeps on each target server: the schema {@code changeover}, and a version column on each new table. */
public final class MetadataSchema {

    public static final String SCHEMA = "changeover";
    public static final String VERSION_COLUMN = "changeover_version";

    private static final String NAME = " VARCHAR(249) CHARACTER SET ascii COLLATE ascii_bin NOT NULL";
    /** The names of a topic and of a new table, see {@code TableDefinition.feed}. */
    private static final String FEED = " VARCHAR(400) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL";

    private MetadataSchema() {}

    /** The statements of {@link #create}, which may run again and again. */
    public static List<String> statements() {
        return List.of(
                "CREATE DATABASE IF NOT EXISTS `changeover`",
                // one row per partition of a topic that goes to a new table: where apply goes on, and whose it is
                "CREATE TABLE IF NOT EXISTS `changeover`.`progress` (pipeline" + NAME + ", feed" + FEED
                        + ", `partition` INT UNSIGNED NOT NULL, topic_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin"
                        + " NOT NULL, next_offset BIGINT UNSIGNED NOT NULL, epoch BIGINT UNSIGNED NOT NULL,"
                        + " state ENUM('open','closed') NOT NULL DEFAULT 'open', counter BIGINT UNSIGNED NOT NULL DEFAULT 0,"
                        + " applied_micros BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'source commit time of the newest"
                        + " applied change', updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)"
                        + " ON UPDATE CURRENT_TIMESTAMP(6), PRIMARY KEY (pipeline, feed, `partition`)) ENGINE=InnoDB",
                "CREATE TABLE IF NOT EXISTS `changeover`.`target` (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,"
                        + " table_schema VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
                        + " table_name VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,"
                        + " UNIQUE KEY (table_schema, table_name)) ENGINE=InnoDB",
                // why a table stopped, so that it can be told from any machine, also when nobody runs any more
                "CREATE TABLE IF NOT EXISTS `changeover`.`stopped` (pipeline" + NAME + ", feed" + FEED
                        + ", code INT NOT NULL, place TEXT NOT NULL, cause TEXT NOT NULL, remedy TEXT NOT NULL,"
                        + " since TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6), PRIMARY KEY (pipeline, feed))"
                        + " ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4",
                // what operators wish of a table's apply; feed '': of every table
                "CREATE TABLE IF NOT EXISTS `changeover`.`control` (pipeline" + NAME + ", feed" + FEED
                        + ", paused BOOL NOT NULL DEFAULT FALSE, rows_per_second BIGINT UNSIGNED NULL, who VARCHAR(255)"
                        + " NOT NULL, since TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6), PRIMARY KEY (pipeline,"
                        + " feed)) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4",
                "CREATE TABLE IF NOT EXISTS `changeover`.`tombstone` (target INT UNSIGNED NOT NULL,"
                        + " source SMALLINT UNSIGNED NOT NULL, key_hash BINARY(32) NOT NULL, key_text"
                        + " TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, version BINARY(16) NOT NULL, topic"
                        + NAME + ", `partition` INT UNSIGNED NOT NULL, `offset` BIGINT UNSIGNED NOT NULL,"
                        + " made_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),"
                        + " PRIMARY KEY (target, source, key_hash)) ENGINE=InnoDB",
                // versions of rows, where the new tables have no column for them; one row each
                "CREATE TABLE IF NOT EXISTS `changeover`.`version` (target INT UNSIGNED NOT NULL, place INT NOT NULL,"
                        + " key_hash BINARY(32) NOT NULL, version BINARY(16) NOT NULL,"
                        + " PRIMARY KEY (target, place, key_hash)) ENGINE=InnoDB",
                "CREATE TABLE IF NOT EXISTS `changeover`.`deferred` (target INT UNSIGNED NOT NULL,"
                        + " source SMALLINT UNSIGNED NOT NULL, key_hash BINARY(32) NOT NULL, key_text"
                        + " TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, version BINARY(16) NOT NULL,"
                        + " kind ENUM('held','collision','parked') NOT NULL, reason TEXT NOT NULL, message LONGBLOB"
                        + " NOT NULL, topic" + NAME + ", `partition` INT UNSIGNED NOT NULL,"
                        + " `offset` BIGINT UNSIGNED NOT NULL, since TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),"
                        + " PRIMARY KEY (target, source, key_hash), KEY (target, kind)) ENGINE=InnoDB"
                        + " DEFAULT CHARACTER SET utf8mb4");
    }

    public static void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements()) {
                statement.execute(sql);
            }
        }
    }

    /**
     * The statement that gives a table its version column, invisible to {@code SELECT *}. Instant where MySQL can, which it
     * cannot for a table with a FULLTEXT index or compressed rows: so the algorithm is left to it.
     */
    public static String addVersionColumn(TableName table) {
        return "ALTER TABLE " + table.quoted() + " ADD COLUMN `" + VERSION_COLUMN
                + "` BINARY(16) NOT NULL DEFAULT 0x00000000000000000000000000000000 INVISIBLE";
    }

    /** Adds the version column where it is missing. */
    public static void prepareTable(Connection connection, TargetTable table) throws SQLException {
        if (table.hasVersionColumn()) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(addVersionColumn(table.name()));
        } catch (SQLException e) {
            if (e.getErrorCode() != MysqlErrorNumbers.ER_DUP_FIELDNAME) { // another worker was faster
                throw e;
            }
        }
    }
}
