package io.changeover.deploy.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.changeover.deploy.mapping.TwoSchemas.Said;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code plan} says of tables as they are on their servers. */
@WithServers
@Timeout(120)
class PlanIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestingServers servers;

    PlanIT(TestingServers servers) {
        this.servers = servers;
    }

    @Test
    void plan_saysLossesMergesAndTheWayBack(@TempDir Path folder) throws Exception {
        try (TwoSchemas schemas = new TwoSchemas(servers, folder)) {
            schemas.old(
                            "CREATE TABLE OLD.a (id INT UNSIGNED PRIMARY KEY, amount DECIMAL(12,2) NOT NULL, name VARCHAR(80)"
                                    + " COLLATE utf8mb4_bin, paid DATETIME(3), forgotten INT)",
                            "CREATE TABLE OLD.b (id INT UNSIGNED PRIMARY KEY, name VARCHAR(20))")
                    .next("CREATE TABLE NEW.orders (origin CHAR(1), id INT, cents SMALLINT, name VARCHAR(40) COLLATE"
                            + " utf8mb4_general_ci NOT NULL UNIQUE, paid TIMESTAMP NULL, PRIMARY KEY (origin, id))")
                    .mapped("""
                              - source: legacy.OLD.a
                                target: shop.NEW.orders
                                key: { origin: "'a'", id: id }
                                columns: { cents: ROUND(amount * 100), name: name, paid: paid }
                              - { source: legacy.OLD.b, target: shop.NEW.orders, key: { origin: "'b'", id: id } }
                            """);
            Said plan = schemas.command("plan");
            assertThat(plan.code()).isZero();
            assertThat(plan.out().split("Statements:", 2)[0].lines())
                    .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
            assertThat(plan.out())
                    .contains("numbers beyond +-32767 are refused", "keeps their keys apart", "left behind: forgotten");
            JsonNode table =
                    JSON.readTree(schemas.command("plan", "-o", "json").out()).at("/tables/0");
            assertThat(table.at("/columns/3/losses").findValuesAsText("kind"))
                    .as("name")
                    .containsExactly("refused", "refused", "refused");
            assertThat(table.at("/wayBack").findValuesAsText("state"))
                    .containsExactly("partly", "blocked", "yes", "partly", "none");
        }
    }
}
