package io.changeover.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.embedded.EmbeddedMySql;
import io.changeover.transport.event.Version;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The judge of the fault suite must itself be able to find something. */
@Timeout(120)
class TargetHistoryIT {

    @Test
    void rowThatGoesBackAndRowThatComesBack_areFoundAndNothingElse() throws Exception {
        try (EmbeddedMySql target = EmbeddedMySql.create()) {
            target.execute(
                    "CREATE DATABASE shop",
                    "CREATE DATABASE changeover",
                    "CREATE TABLE changeover.target (id INT UNSIGNED PRIMARY KEY, table_schema VARCHAR(64), table_name VARCHAR(64))",
                    "INSERT INTO changeover.target VALUES (1, 'shop', 't')",
                    "CREATE TABLE changeover.tombstone (target INT UNSIGNED, key_text TEXT, version BINARY(16))",
                    "CREATE TABLE shop.t (id INT PRIMARY KEY, v INT, changeover_version BINARY(16) NOT NULL)",
                    "INSERT INTO shop.t VALUES (1, 1, " + version(5) + "), (2, 1, " + version(5) + ")",
                    "UPDATE shop.t SET v = 2, changeover_version = " + version(6) + " WHERE id = 1",
                    "BEGIN",
                    "DELETE FROM shop.t WHERE id = 2",
                    "INSERT INTO changeover.tombstone VALUES (1, '{\"id\":\"2\"}', " + version(7) + ")",
                    "COMMIT",
                    "INSERT INTO shop.t VALUES (2, 9, " + version(8) + ")");
            assertThat(violations(target)).isEmpty();

            target.execute("UPDATE shop.t SET v = 1, changeover_version = " + version(4) + " WHERE id = 1");
            target.execute(
                    "BEGIN",
                    "DELETE FROM shop.t WHERE id = 2",
                    "INSERT INTO changeover.tombstone VALUES (1, '{\"id\":\"2\"}', " + version(10) + ")",
                    "COMMIT",
                    "INSERT INTO shop.t VALUES (2, 9, " + version(9) + ")",
                    "INSERT INTO shop.t VALUES (3, 1, " + version(11) + "), (4, 1, " + version(11) + ")",
                    "UPDATE shop.t SET v = 2 WHERE id = 4",
                    "DELETE FROM shop.t WHERE id = 3");
            assertThat(violations(target))
                    .hasSize(2)
                    .anyMatch(text -> text.contains("shop.t|1 of source 1 went back"))
                    .anyMatch(text -> text.contains("shop.t|2 of source 1 went back"));
            assertThat(strictly(target))
                    .hasSize(4)
                    .anyMatch(text -> text.contains("shop.t|3 of source 1 is gone"))
                    .anyMatch(text -> text.contains("shop.t|4 was written again"));
        }
    }

    private static List<String> violations(EmbeddedMySql target) throws Exception {
        return new TargetHistory(target, Map.of("shop.t", "id")).violations();
    }

    private static List<String> strictly(EmbeddedMySql target) throws Exception {
        return new TargetHistory(target, Map.of("shop.t", new TargetHistory.Place("shop.t", "id")), true).violations();
    }

    private static String version(long transaction) {
        return "0x" + HexFormat.of().formatHex(new Version(1, 1, transaction, 0).toBytes());
    }
}
