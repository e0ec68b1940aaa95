package io.changeover.capture.preflight;

import io.changeover.capture.schema.CapturedTable;
import io.changeover.capture.schema.Cascades;
import io.changeover.capture.schema.SourceSchemas;
import io.changeover.capture.source.ServerSettings;
import io.changeover.capture.source.ServerVariables;
import io.changeover.capture.source.SourceCheck;
import io.changeover.capture.source.TableDdl;
import io.changeover.capture.value.ReadableColumns;
import io.changeover.transport.definition.SourceDefinition;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.mysql.SqlFailure;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Everything that capture needs of a source, looked at before it begins; changes nothing.
 *
 * @param problems what must be mended first
 * @param warnings what does not stop, but will under some statements
 * @param tables the tables that could be read, as capture will see them
 */
public record SourcePreflight(List<Problem> problems, List<Problem> warnings, Map<TableName, CapturedTable> tables) {

    private static final Duration LEAST_RETENTION = Duration.ofHours(1);

    public SourcePreflight {
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
        tables = Map.copyOf(tables);
    }

    /** @param cascades the foreign keys that are declared */
    public static SourcePreflight of(SourceDefinition source, Collection<TableName> captured, Cascades cascades) {
        MySqlServer server = MySqlServer.of(source.server(), "check " + source.name());
        Findings findings = new Findings("source " + source.name() + " at " + server.address(), captured, cascades);
        try (Connection connection = server.connect()) {
            findings.look(connection);
        } catch (SQLException e) {
            findings.problems.add(SqlFailure.of(e).problem(findings.place));
        } catch (ChangeoverException e) {
            findings.problems.addAll(e.problems());
        }
        return new SourcePreflight(findings.problems, findings.warnings, findings.tables);
    }

    /** Collects. */
    private static final class Findings {

        private final String place;
        private final Collection<TableName> captured;
        private final Cascades cascades;
        private final List<Problem> problems = new ArrayList<>();
        private final List<Problem> warnings = new ArrayList<>();
        private final Map<TableName, CapturedTable> tables = new TreeMap<>();

        Findings(String place, Collection<TableName> captured, Cascades cascades) {
            this.place = place;
            this.cascades = cascades;
            this.captured = captured;
        }

        void look(Connection connection) throws SQLException {
            List<Problem> missing = SourceGrants.missing(connection, place, captured);
            problems.addAll(missing);
            ServerVariables variables = ServerVariables.read(connection);
            boolean mayAskStatus =
                    missing.stream().noneMatch(problem -> problem.cause().contains("REPLICATION"));
            boolean replica = mayAskStatus && SourceCheck.isReplica(connection);
            problems.addAll(ServerSettings.problems(place, variables, replica));
            retention(variables);
            warnings.addAll(OpenSettings.warnings(connection, place, variables));
            for (TableName table : captured) {
                if (missing.stream().noneMatch(problem -> problem.place().equals("table " + table))) {
                    table(connection, table);
                }
            }
            problems.addAll(TableRules.read(connection, tables.keySet()));
            Set<TableName> names = Set.copyOf(captured);
            problems.addAll(cascades.refused(tables.values(), names));
            warnings.addAll(cascades.warnings(tables.values(), names));
        }

        private void table(Connection connection, TableName table) throws SQLException {
            try {
                CapturedTable read = SourceSchemas.captured(TableDdl.read(connection, List.of(table)))
                        .get(table);
                if (read != null) {
                    tables.put(table, read);
                    problems.addAll(ReadableColumns.problems(read));
                }
            } catch (ChangeoverException e) {
                problems.addAll(e.problems());
            }
        }

        private void retention(ServerVariables variables) {
            Duration kept = variables.binlogRetention();
            if (kept != null && kept.compareTo(LEAST_RETENTION) < 0) {
                problems.add(new Problem(
                        ExitCode.PREFLIGHT,
                        place,
                        "binlogs are kept for " + kept.toSeconds() + " s only: a short stop would leave a gap",
                        "SET PERSIST binlog_expire_logs_seconds = 259200;"));
            }
        }
    }
}
