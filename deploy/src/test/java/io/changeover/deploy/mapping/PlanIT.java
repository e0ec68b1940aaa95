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

    @Test
    void columnsOfAnotherPart_areNotLeftBehind_andCanBeGivenBack(@TempDir Path folder) throws Exception {
        try (TwoSchemas schemas = new TwoSchemas(servers, folder)) {
            schemas.old(
                            "CREATE TABLE OLD.c (id INT PRIMARY KEY, name VARCHAR(20) NOT NULL, street VARCHAR(20) NOT NULL,"
                                    + " cents INT NOT NULL, forgotten INT)")
                    .next(
                            "CREATE TABLE NEW.customer (id INT PRIMARY KEY, name VARCHAR(20) NOT NULL)",
                            "CREATE TABLE NEW.address (customer_id INT PRIMARY KEY, road VARCHAR(30), amount DECIMAL(9,2))")
                    .mapped("""
                              - { source: legacy.OLD.c, target: shop.NEW.customer }
                              - source: legacy.OLD.c
                                part: address
                                target: shop.NEW.address
                                key: { customer_id: id }
                                columns: { road: street, amount: cents / 100 }
                            """);
            Said plan = schemas.command("plan");
            assertThat(plan.code()).as(plan.err()).isZero();
            assertThat(plan.out().lines().filter(line -> line.startsWith("  left behind")))
                    .containsExactly("  left behind: forgotten", "  left behind: forgotten");
            JsonNode tables =
                    JSON.readTree(schemas.command("plan", "-o", "json").out()).path("tables");
            assertThat(tables.at("/0/wayBack"))
                    .extracting(way -> way.path("column").asText() + " "
                            + way.path("state").asText() + " "
                            + way.path("from").asText().replaceAll("[^.]+\\.(?=address)", ""))
                    .containsExactly(
                            "id yes id",
                            "name yes name",
                            "street partly address.road",
                            "cents blocked ",
                            "forgotten none ");
            assertThat(tables.at("/1/wayBack/1/from").asText()).endsWith(".customer.name");
            assertThat(tables.at("/0/wayBack/3/losses/0").asText()).startsWith("only expressions read it: cents / 100");
        }
    }
}
