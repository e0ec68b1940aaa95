package io.changeover.deploy.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.changeover.deploy.mapping.TwoSchemas;
import io.changeover.deploy.mapping.TwoSchemas.Said;
import io.changeover.deploy.run.WorkerGroup;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the type of its key: a row that is missing, or too many, is found, named to capture, and mended. */
@WithServers
@Timeout(240)
class KeyTypesIT {

    /**
     * A table's key.
     *
     * @param values of its rows, and of one more that only the new table has
     */
    private record Key(String type, List<String> values) {}

    private static final List<Key> KEYS = List.of(
            new Key("INT(7) ZEROFILL", List.of("1", "22", "333", "4444")),
            new Key("BIGINT UNSIGNED", List.of("0", "18446744073709551615", "7", "9223372036854775808")),
            new Key("TINYINT", List.of("-128", "0", "127", "5")),
            new Key("DECIMAL(12,3)", List.of("-1.5", "0", "1234567.125", "0.010")),
            new Key("FLOAT", List.of("0.1", "16777217", "-2.5e10", "3")),
            new Key("DOUBLE", List.of("0.1", "1e300", "-2.5", "3")),
            new Key("BIT(9)", List.of("b'0'", "b'101'", "b'111111111'", "b'11'")),
            new Key("CHAR(6) CHARACTER SET latin1", List.of("'é'", "'a b'", "''", "'zz'")),
            new Key("VARCHAR(20) COLLATE utf8mb4_0900_ai_ci", List.of("'Straße'", "'日本'", "'\"\\\\\\n'", "'extra'")),
            new Key("VARCHAR(20) COLLATE utf8mb4_bin", List.of("'a'", "'A'", "'a '", "'Á'")),
            new Key("BINARY(3)", List.of("0x00", "0xff00ff", "'abc'", "0x7f")),
            new Key("VARBINARY(8)", List.of("''", "0x00", "0x80ff", "'x'")),
            new Key("DATE", List.of("'1000-01-01'", "'2024-02-29'", "'9999-12-31'", "'2000-01-01'")),
            new Key(
                    "DATETIME(6)",
                    List.of("'2024-02-29 23:59:59.999999'", "'2024-01-01'", "'2024-01-01 00:00:00.1'", "'2023-01-01'")),
            new Key(
                    "TIMESTAMP(3)",
                    List.of("'2024-02-29 23:59:59.999'", "'2024-01-01'", "'2024-01-01 00:00:00.1'", "'2023-01-01'")),
            new Key("TIME(2)", List.of("'-838:59:59'", "'00:00:00.05'", "'12:00:00'", "'01:00:00'")),
            new Key("YEAR", List.of("1901", "0", "2155", "2024")),
            new Key("ENUM('b','a','it''s')", List.of("'b'", "'it''s'", "'a'", "'a'")),
            new Key("SET('x','y','z')", List.of("''", "'x,z'", "'y'", "'z'")));

    private final TestingServers servers;

    @TempDir
    private Path folder;

    KeyTypesIT(TestingServers servers) {
        this.servers = servers;
    }

    @Test
    void rowsThatAreMissingOrTooMany_areMended_whateverTheirKey() throws Exception {
        try (TwoSchemas schemas = new TwoSchemas(servers, folder)) {
            List<String> tables = new ArrayList<>();
            for (int i = 0; i < KEYS.size(); i++) {
                Key key = KEYS.get(i);
                String table = " (k " + key.type() + ", n INT, v INT, PRIMARY KEY (k, n))";
                schemas.old("SET SESSION sql_mode = ''", "CREATE TABLE OLD.k" + i + table)
                        .next("SET SESSION sql_mode = ''", "CREATE TABLE NEW.k" + i + table);
                for (int n = 0; n < 3; n++) {
                    schemas.old("INSERT IGNORE INTO OLD.k" + i + " VALUES ("
                            + key.values().get(n) + ", " + n + ", 1)");
                }
                tables.add("  - { source: legacy.OLD.k" + i + ", target: shop.NEW.k" + i + " }");
            }
            schemas.mapped(String.join("\n", tables) + "\nreconcile: { patience: 20s }\n");
            try (WorkerGroup workers = schemas.workers()) {
                workers.start();
                schemas.awaitCaughtUp();
                for (int i = 0; i < KEYS.size(); i++) {
                    schemas.next(
                            "DELETE FROM NEW.k" + i + " WHERE n < 2",
                            "INSERT IGNORE INTO NEW.k" + i + " (k, n, v) VALUES ("
                                    + KEYS.get(i).values().get(3) + ", 9, 1)");
                }
                Said mended = schemas.command("reconcile", "--once", "--repair", "--timeout", "120s", "-o", "json");
                List<String> wrong = new ArrayList<>();
                int table = 0;
                for (JsonNode report : new ObjectMapper().readTree(mended.out()).path("tables")) {
                    boolean right = report.path("different").toString().equals("{\"MISSING\":2,\"EXTRA\":1}")
                            && report.path("mended").asInt() == 3
                            && report.path("undecided").asInt() == 0;
                    if (!right) {
                        wrong.add(KEYS.get(table).type() + " " + report);
                    }
                    table++;
                }
                assertThat(wrong).as(mended.err()).isEmpty();
                assertThat(mended.code()).isZero();
            }
        }
    }
}
