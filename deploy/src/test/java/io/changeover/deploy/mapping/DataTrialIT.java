package io.changeover.deploy.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.changeover.deploy.mapping.TwoSchemas.Said;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code plan --dry-run-data} counts each hazard that was planted, says whose rows they are, and writes none of them. */
@WithServers
@Timeout(180)
class DataTrialIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestingServers servers;

    DataTrialIT(TestingServers servers) {
        this.servers = servers;
    }

    @Test
    void plantedHazards_areCountedWithTheirKeys(@TempDir Path folder) throws Exception {
        try (TwoSchemas schemas = new TwoSchemas(servers, folder)) {
            schemas.old(
                            "CREATE TABLE OLD.a (id INT PRIMARY KEY, name VARCHAR(30) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,"
                                    + " kind VARCHAR(9), at DATETIME(3), is_test INT NOT NULL DEFAULT 0)",
                            "INSERT INTO OLD.a (id, name, kind, at) VALUES (1, 'ok', 'x', '2024-01-01 00:00:00'),"
                                    + " (2, 'too long a name', 'x', NULL), (3, 'OK', 'x', NULL), (4, NULL, 'x', NULL),"
                                    + " (5, 'five', 'x', NULL), (6, 'six', 'z', NULL), (8, '\u0416', 'y', NULL),"
                                    + " (9, 'nine', 'y', '2024-01-01 00:00:00.5'), (10, 'long enough too', 'x', NULL)",
                            "INSERT INTO OLD.a (id, name, is_test) VALUES (7, 'test', 1)",
                            "CREATE TABLE OLD.b (id INT PRIMARY KEY, name VARCHAR(9))",
                            "INSERT INTO OLD.b VALUES (1, 'b one'), (6, 'b six'), (20, 'fine')",
                            "CREATE TABLE OLD.c (code VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PRIMARY KEY)",
                            "INSERT INTO OLD.c VALUES ('a'), ('A'), ('b')",
                            "CREATE TABLE OLD.d (id INT PRIMARY KEY, u INT, price DECIMAL(9,3))",
                            "INSERT INTO OLD.d VALUES (1, 4, 1.230), (2, 5, 1), (3, NULL, 1), (4, -1, 1), (5, 6, 1.239)")
                    .next(
                            "CREATE TABLE NEW.t (id INT PRIMARY KEY, name VARCHAR(9) CHARACTER SET latin1 NOT NULL UNIQUE,"
                                    + " kind ENUM('x', 'y'), at DATETIME, part DECIMAL(9,4))",
                            "CREATE TABLE NEW.c (code VARCHAR(9) COLLATE utf8mb4_general_ci PRIMARY KEY)",
                            "CREATE TABLE NEW.d_0 (id INT PRIMARY KEY, u INT, price DECIMAL(9,2))",
                            "CREATE TABLE NEW.d_1 LIKE NEW.d_0")
                    .mapped("""
                              - source: legacy.OLD.a
                                target: shop.NEW.t
                                key: { id: id }
                                columns: { name: name, kind: kind, at: at, part: 1 / (id - 5) }
                                where: is_test = 0
                              - { source: legacy.OLD.b, target: shop.NEW.t }
                              - { source: legacy.OLD.c, target: shop.NEW.c }
                              - { source: legacy.OLD.d, target: shop.NEW.d, shards: { by: "MOD(u, 2)", count: 2, table: "d_{shard}" } }
                            """);
            schemas.next("DROP DATABASE IF EXISTS changeover");
            Said unprepared = schemas.command("plan", "--dry-run-data");
            assertThat(unprepared.code()).isEqualTo(11);
            assertThat(unprepared.err()).contains("prepare --execute");
            assertThat(schemas.command("prepare", "--execute").code()).isZero();

            Said trial = schemas.command("plan", "--dry-run-data", "-o", "json");

            assertThat(trial.code()).as(trial.err()).isEqualTo(22);
            JsonNode tables = JSON.readTree(trial.out()).path("tables");
            assertThat(tables.at("/0/rows").asInt()).isEqualTo(10);
            assertThat(tables.at("/0/outside").asInt()).isEqualTo(1);
            assertThat(hazards(tables.get(0)))
                    .containsExactlyInAnyOrder(
                            "value [id=2, id=10] Data too long for column 'name'",
                            "value [id=4] Column 'name' cannot be null",
                            "value [id=6] Data truncated for column 'kind'",
                            "value [id=8] Incorrect string value: '...' for column 'name'",
                            "unique [id=3] another row has the value in unique index name",
                            "expression [id=5] Division by 0",
                            "changed [id=9] column at: rounded to 0 digits after the point");
            assertThat(hazards(tables.get(1)))
                    .as("6 of the other table was refused")
                    .containsExactly("collision [id=1] a row of legacy.OLD.a has the key");
            assertThat(hazards(tables.get(2)))
                    .containsExactly("key [code=a] another row of the table has the key as the new table compares it");
            assertThat(hazards(tables.get(3)))
                    .containsExactlyInAnyOrder(
                            "shard [id=3] the shard is NULL",
                            "shard [id=4] the shard is -1, not one of 0 to 1",
                            "value [id=5] Data truncated for column 'price'");
            assertThat(tables.at("/3/perShard").toString()).isEqualTo("{\"0\":2,\"1\":1}");

            assertThat(schemas.command("plan", "--dry-run-data", "--table", "legacy." + schemas.oldSchema() + ".b")
                            .code())
                    .as("alone it fits")
                    .isZero();
            assertThat(schemas.rows("SELECT * FROM NEW.t UNION ALL SELECT code, 1, 1, 1, 1 FROM NEW.c"))
                    .isEmpty();
        }
    }

    /** {@code kind [keys] what}. */
    private static List<String> hazards(JsonNode table) {
        List<String> hazards = new ArrayList<>();
        for (JsonNode hazard : table.path("hazards")) {
            List<String> keys = new ArrayList<>();
            hazard.path("samples").forEach(key -> keys.add(key.asText()));
            assertThat(hazard.path("rows").asInt()).isEqualTo(keys.size());
            hazards.add(hazard.path("kind").asText() + " " + keys + " "
                    + hazard.path("what").asText().replaceFirst("^MySQL error \\d+ \\(\\w+\\): ", ""));
        }
        return hazards;
    }
}
