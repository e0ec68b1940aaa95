package io.changeover.deploy.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.changeover.deploy.mapping.TwoSchemas;
import io.changeover.deploy.mapping.TwoSchemas.Said;
import io.changeover.deploy.run.WorkerGroup;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.TypeChange;
import io.changeover.transport.testing.WithServers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a column becomes without a loss: what capture sends and apply writes is equal to what the old server says. */
@WithServers
@Timeout(240)
class TypeMatrixIT {

    private final TestingServers servers;

    @TempDir
    private Path folder;

    TypeMatrixIT(TestingServers servers) {
        this.servers = servers;
    }

    @Test
    void valuesThatWereAppliedInAnotherType_areEqual() throws Exception {
        try (TwoSchemas schemas = new TwoSchemas(servers, folder)) {
            Map<String, List<TypeChange>> tables = TypeChange.tables(12);
            List<String> mappings = new ArrayList<>();
            tables.forEach((name, columns) -> {
                schemas.old(TypeChange.ddl("OLD." + name, columns, true))
                        .old(TypeChange.writes("OLD." + name, columns).toArray(String[]::new))
                        .next(TypeChange.ddl("NEW." + name, columns, false));
                mappings.add("  - { source: legacy.OLD." + name + ", target: shop.NEW." + name + " }");
            });
            schemas.mapped(String.join("\n", mappings) + "\nreconcile: { patience: 20s }\n");
            try (WorkerGroup workers = schemas.workers()) {
                workers.start();
                schemas.awaitCaughtUp();
                // backfilled they are; and now come by the binlog
                tables.forEach((name, columns) ->
                        schemas.old("UPDATE IGNORE OLD." + name + " SET id = id + 100 WHERE id % 2 = 0"));
                schemas.awaitCaughtUp();

                Said compared = schemas.command("reconcile", "--once", "--timeout", "120s", "-o", "json");

                assertThat(schemas.rows("SELECT d.reason FROM changeover.deferred d"))
                        .isEmpty();
                assertThat(new ObjectMapper().readTree(compared.out()).path("tables"))
                        .hasSize(tables.size())
                        .allSatisfy(table ->
                                assertThat(table.path("targetRows").asInt()).isGreaterThan(4));
                List<String> wrong = new ArrayList<>();
                for (JsonNode table :
                        new ObjectMapper().readTree(compared.out()).path("tables")) {
                    if (!table.path("different").isEmpty()
                            || table.path("undecided").asInt() > 0) {
                        wrong.add(table.toString());
                    }
                }
                assertThat(wrong).as(compared.err()).isEmpty();
                assertThat(compared.code()).as(compared.out()).isZero();
            }
        }
    }
}
