package io.changeover.apply.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.apply.ApplyFixture;
import io.changeover.apply.target.TargetTable;
import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.OnError;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.ShardSettings;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.TableName;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@WithServers
@Timeout(60)
class TargetPreflightIT {

    private final TestingServers servers;
    private final String schema;

    TargetPreflightIT(TestingServers servers) {
        this.servers = servers;
        this.schema = servers.target().freshSchema();
    }

    @Test
    void everythingThatIsWrong_isSaidAtOnce() throws Exception {
        servers.target()
                .execute(
                        "CREATE TABLE " + schema + ".old (id INT UNSIGNED, name VARCHAR(20) COLLATE utf8mb4_bin, v INT,"
                                + " PRIMARY KEY (id, name))",
                        "CREATE TABLE " + schema + ".fresh (id INT, name VARCHAR(20) COLLATE utf8mb4_general_ci,"
                                + " must INT NOT NULL, g INT AS (id + 1), PRIMARY KEY (id, name))",
                        "CREATE TRIGGER " + schema + ".surprise BEFORE INSERT ON " + schema + ".fresh FOR EACH ROW SET"
                                + " NEW.must = 1");
        List<Problem> problems = check(table("fresh", Map.of("nowhere", "v", "g", "v + no_such")));
        assertThat(problems)
                .extracting(problem -> problem.code() + " " + problem.cause())
                .containsExactlyInAnyOrder(
                        "CONFIG the new table " + schema + ".fresh has no column nowhere",
                        "CONFIG column g of the new table is generated",
                        "PREFLIGHT trigger surprise would run for every applied row",
                        "CONFIG the old table " + schema + ".old has no column no_such",
                        "CONFIG column must of the new table is NOT NULL without a default, and not mapped",
                        "PREFLIGHT key column id: int unsigned to int does not hold every key",
                        "PREFLIGHT key column name: varchar(20) utf8mb4_bin to varchar(20) utf8mb4_general_ci may take"
                                + " different keys for one; use the old collation or one that ends in _bin");
    }

    @Test
    void goodMapping_hasNoProblem() throws Exception {
        servers.target()
                .execute(
                        "CREATE TABLE " + schema + ".old (id INT, name VARCHAR(20), v INT, PRIMARY KEY (id, name))",
                        "CREATE TABLE " + schema
                                + ".fresh (id BIGINT, name VARCHAR(20), v INT, PRIMARY KEY (name, id))");
        assertThat(check(table("fresh", null))).isEmpty();
        assertThat(check(table("missing", null)))
                .singleElement()
                .satisfies(problem -> assertThat(problem.code()).isEqualTo(ExitCode.CONFIG));
    }

    /** One place is missing, one is not like the first, and another table shares a place and not all. */
    @Test
    void placesOfShards_areCheckedEach() throws Exception {
        servers.target()
                .execute(
                        "CREATE TABLE " + schema + ".old (id INT, name VARCHAR(20), v INT, PRIMARY KEY (id, name))",
                        "CREATE TABLE " + schema + ".s_0 (id INT, name VARCHAR(20), v INT, PRIMARY KEY (id, name))",
                        "CREATE TABLE " + schema + ".s_1 LIKE " + schema + ".s_0",
                        "CREATE TABLE " + schema + ".s_2 (id INT, name VARCHAR(20), v BIGINT, PRIMARY KEY (id, name))",
                        "CREATE TABLE " + schema
                                + ".s_4 (id INT, name VARCHAR(20), v INT UNIQUE, PRIMARY KEY (id, name))");
        TableDefinition sharded = table(
                "s", null, new ShardSettings(MappingExpression.parse("no_such % 5"), 5, "s_{shard}", List.of("shop")));
        assertThat(check(sharded, table("s_1", null)))
                .extracting(problem -> problem.code() + " " + problem.cause())
                .containsExactlyInAnyOrder(
                        "CONFIG the new table " + schema + ".s_3 does not exist on shop",
                        "CONFIG the old table " + schema + ".old has no column no_such",
                        "PREFLIGHT the tables of its shards differ: of " + schema
                                + ".s_2, column v is bigint, not int as in " + schema + ".s_0",
                        "PREFLIGHT the tables of its shards differ: of " + schema
                                + ".s_4, the unique indexes are [v], not [] as in " + schema + ".s_0",
                        "CONFIG it becomes one table with legacy." + schema
                                + ".old, but is spread over other places: equal keys would not meet");
    }

    @Test
    void missingGrants_areTheStatementsThatMend() throws Exception {
        String user = "u_" + schema;
        servers.target()
                .execute(
                        "CREATE DATABASE IF NOT EXISTS changeover",
                        "CREATE TABLE " + schema + ".t (id INT PRIMARY KEY)",
                        "CREATE USER " + user + "@'%' IDENTIFIED BY 'x'",
                        "GRANT SELECT, INSERT ON " + schema + ".* TO " + user + "@'%'",
                        "GRANT ALL ON changeover.* TO " + user + "@'%'");
        List<TableName> tables = List.of(new TableName(schema, "t"));
        try (Connection connection =
                DriverManager.getConnection(servers.target().jdbcUrl(""), user, "x")) {
            List<String> missing = TargetGrants.of(connection).missing(tables);
            assertThat(missing)
                    .containsExactly(
                            "GRANT UPDATE, DELETE, ALTER, TRIGGER ON `" + schema + "`.`t` TO '" + user + "'@'%'");
            assertThat(TargetGrants.of(connection).required(tables)).hasSize(2);
            servers.target().execute(missing.toArray(String[]::new));
            assertThat(TargetGrants.of(connection).missing(tables)).isEmpty();
        }
    }

    @Test
    void versions_areComparedAsNumbers() {
        assertThat(TargetPreflight.supports("8.0.23")).isTrue();
        assertThat(TargetPreflight.supports("8.0.22-log")).isFalse();
        assertThat(TargetPreflight.supports("8.4.0")).isTrue();
        assertThat(TargetPreflight.supports("9.1.0")).isTrue();
        assertThat(TargetPreflight.supports("5.7.44")).isFalse();
    }

    private TableDefinition table(String target, @Nullable Map<String, String> columns) {
        return table(target, columns, null);
    }

    private TableDefinition table(
            String target, @Nullable Map<String, String> columns, @Nullable ShardSettings shards) {
        return new TableDefinition(
                "legacy",
                new TableName(schema, "old"),
                "shop",
                new TableName(schema, target),
                Map.of(),
                columns == null
                        ? null
                        : columns.entrySet().stream()
                                .collect(java.util.stream.Collectors.toMap(
                                        Map.Entry::getKey, entry -> MappingExpression.parse(entry.getValue()))),
                null,
                shards,
                OnError.PARK,
                null,
                List.of());
    }

    private List<Problem> check(TableDefinition... tables) {
        PipelineDefinition pipeline =
                ApplyFixture.pipeline("127.0.0.1:1", servers.target().port(), "p", List.of(tables));
        return new TargetPreflight(pipeline, old -> read(old.source())).check();
    }

    private Optional<TargetTable> read(TableName name) {
        try (Connection connection = servers.target().connect("")) {
            return TargetTable.read(connection, name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
