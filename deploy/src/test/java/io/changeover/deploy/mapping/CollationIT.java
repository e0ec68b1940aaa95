package io.changeover.deploy.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.deploy.run.WorkerGroup;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Expressions decide by the old columns' character sets and collations: on the source as on the target, on either road. */
@WithServers
@Timeout(300)
class CollationIT {

    private static final String VALUES =
            " (%d, 'A', 'STRASSE 1', 2), (%d, 'a', 'stra\u00dfe 1', 1), (%d, 'x', 'gone', 2), (%d, 'X', '\u20ac', NULL)";

    private final TestingServers servers;

    CollationIT(TestingServers servers) {
        this.servers = servers;
    }

    @Test
    void comparisons_areTheSourcesOwn_byBackfillAndStream(@TempDir Path folder) throws Exception {
        try (TwoSchemas schemas = new TwoSchemas(servers, folder)) {
            schemas.old(
                            "CREATE TABLE OLD.t (id INT PRIMARY KEY, exact VARCHAR(9) CHARACTER SET utf8mb4 COLLATE"
                                    + " utf8mb4_bin, loose VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_german2_ci,"
                                    + " state ENUM('new','Done') CHARACTER SET ascii COLLATE ascii_bin)",
                            "INSERT INTO OLD.t VALUES" + VALUES.formatted(1, 2, 3, 4))
                    .next("CREATE TABLE NEW.t (id INT PRIMARY KEY, is_a INT, is_street INT, bytes INT, is_done INT)")
                    .mapped("""
                              - source: legacy.OLD.t
                                target: shop.NEW.t
                                columns: { is_a: "exact = 'a'", is_street: "loose = 'strasse 1'", bytes: LENGTH(loose),
                                           is_done: "state = 'done'" }
                                where: "exact <> 'x'"
                            """);
            try (WorkerGroup workers = schemas.workers()) {
                workers.start();
                schemas.awaitCaughtUp();
                schemas.old("INSERT INTO OLD.t VALUES" + VALUES.formatted(11, 12, 13, 14));
                schemas.awaitCaughtUp();
                assertThat(schemas.rows("SELECT * FROM NEW.t WHERE id < 10 ORDER BY id"))
                        .as("read")
                        .containsExactly(
                                List.of("1", "0", "1", "9", "0"),
                                List.of("2", "1", "1", "8", "0"),
                                Arrays.asList("4", "0", "0", "1", null));
                assertThat(schemas.rows(
                                "SELECT id - 10, is_a, is_street, bytes, is_done FROM NEW.t WHERE id > 10 ORDER BY id"))
                        .as("streamed")
                        .isEqualTo(schemas.rows("SELECT * FROM NEW.t WHERE id < 10 ORDER BY id"));
                schemas.requireEqual();

                // another collation is another schema, and decides otherwise
                schemas.old(
                        "ALTER TABLE OLD.t MODIFY exact VARCHAR(9) COLLATE utf8mb4_general_ci",
                        "UPDATE OLD.t SET loose = CONCAT(loose, ' ')");
                schemas.awaitCaughtUp();
                assertThat(schemas.rows("SELECT id, is_a FROM NEW.t ORDER BY id"))
                        .containsExactly(List.of("1", "1"), List.of("2", "1"), List.of("11", "1"), List.of("12", "1"));
                schemas.requireEqual();
            }
        }
    }
}
