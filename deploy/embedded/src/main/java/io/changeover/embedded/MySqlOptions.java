package io.changeover.embedded;

import java.util.LinkedHashMap;
import java.util.Map;

/** What differs between MySQL's versions: names of options and words of replication statements. */
final class MySqlOptions {

    private MySqlOptions() {}

    /** GTIDs and full row images; fast rather than safe against a power cut, which a killed process is not. */
    static Map<String, String> defaults(MySqlDistribution distribution, int serverId) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("server-id", Integer.toString(serverId));
        options.put("gtid-mode", "ON");
        options.put("enforce-gtid-consistency", "ON");
        options.put("log-bin", "binlog");
        options.put(distribution.isAtLeast(8, 0, 26) ? "log-replica-updates" : "log-slave-updates", "ON");
        options.put("relay-log", "relay");
        options.put("relay-log-recovery", "ON");
        if (!distribution.isAtLeast(8, 0, 34)) {
            options.put("binlog-format", "ROW"); // the only one worth having since; naming it warns
        }
        options.put("binlog-row-image", "FULL");
        options.put("sync-binlog", "0");
        options.put("innodb-flush-log-at-trx-commit", "2");
        options.put("innodb-buffer-pool-size", "64M");
        options.put(
                distribution.isAtLeast(8, 0, 30) ? "innodb-redo-log-capacity" : "innodb-log-file-size",
                distribution.isAtLeast(8, 0, 30) ? "64M" : "16M");
        options.put("character-set-server", "utf8mb4");
        options.put("default-time-zone", "+00:00");
        options.put("skip-name-resolve", "ON");
        options.put("max-connections", "300");
        options.put("log-error-verbosity", "2");
        if (distribution.isAtLeast(8, 0, 11)) {
            options.put("mysqlx", "OFF");
        }
        return options;
    }

    static Map<String, String> replica(MySqlDistribution distribution) {
        String prefix = distribution.isAtLeast(8, 0, 26) ? "replica" : "slave";
        Map<String, String> options = new LinkedHashMap<>();
        options.put("super-read-only", "ON");
        if (!distribution.isAtLeast(8, 4, 0)) {
            options.put(prefix + "-parallel-type", "LOGICAL_CLOCK");
        }
        options.put(prefix + "-parallel-workers", "4");
        options.put(prefix + "-preserve-commit-order", "ON");
        return options;
    }

    static String[] replicate(MySqlDistribution distribution, int primaryPort, String password) {
        boolean modern = distribution.isAtLeast(8, 0, 23);
        String word = modern ? "SOURCE" : "MASTER";
        String text = "CHANGE " + (modern ? "REPLICATION SOURCE" : "MASTER") + " TO " + word + "_HOST='127.0.0.1', "
                + word + "_PORT=" + primaryPort + ", " + word + "_USER='root', " + word + "_PASSWORD='"
                + password.replace("\\", "\\\\").replace("'", "''") + "', " + word + "_AUTO_POSITION=1, " + word
                + "_CONNECT_RETRY=1, " + word + "_RETRY_COUNT=86400";
        if (distribution.isAtLeast(8, 0, 4)) {
            text += ", GET_" + word + "_PUBLIC_KEY=1";
        }
        return new String[] {text, modern ? "START REPLICA" : "START SLAVE"};
    }

    static String[] promote(MySqlDistribution distribution) {
        String word = distribution.isAtLeast(8, 0, 23) ? "REPLICA" : "SLAVE";
        return new String[] {
            "STOP " + word, "RESET " + word + " ALL", "SET GLOBAL super_read_only = OFF", "SET GLOBAL read_only = OFF"
        };
    }
}
