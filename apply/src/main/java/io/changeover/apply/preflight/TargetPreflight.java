package io.changeover.apply.preflight;

import io.changeover.apply.target.TargetColumn;
import io.changeover.apply.target.TargetTable;
import io.changeover.transport.definition.Destination;
import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TargetDefinition;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.mysql.SqlFailure;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.NearestName;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Checks the targets of a pipeline and all its mappings, and says everything that is wrong at once. Changes nothing. */
public final class TargetPreflight {

    private final PipelineDefinition pipeline;
    private final Function<TableDefinition, Optional<TargetTable>> oldTables;

    /** @param oldTables description of an old table, as {@link TargetTable#read} gives it; empty when it cannot be had */
    public TargetPreflight(PipelineDefinition pipeline, Function<TableDefinition, Optional<TargetTable>> oldTables) {
        this.pipeline = pipeline;
        this.oldTables = oldTables;
    }

    /** Reads the old tables from their sources; what cannot be read there is capture's to complain of. */
    public static TargetPreflight of(PipelineDefinition pipeline) {
        return new TargetPreflight(pipeline, table -> {
            MySqlServer source =
                    MySqlServer.of(pipeline.source(table.sourceName()).server(), "check");
            try (Connection connection = source.connect()) {
                return TargetTable.read(connection, table.source());
            } catch (SQLException e) {
                if (!SqlFailure.of(e).isEnvironment()) {
                    throw new ChangeoverException(source.problem(e), e);
                }
                return Optional.empty();
            }
        });
    }

    public List<Problem> check() {
        List<Problem> problems = new ArrayList<>();
        Map<TableDefinition, SortedMap<Integer, TargetTable>> places = new LinkedHashMap<>();
        for (TargetDefinition target : pipeline.targets()) {
            MySqlServer server = MySqlServer.of(target.server(), "check");
            String at = "target " + target.name() + " at " + server.address();
            try (Connection connection = server.connect()) {
                checkServer(connection, at, problems);
                TargetGrants grants = TargetGrants.of(connection);
                checkGrants(grants, at, places(target), problems);
                for (TableDefinition table : pipeline.tables()) {
                    for (Destination place : table.destinations()) {
                        if (place.targetName().equals(target.name())) {
                            table(connection, table, place, grants, problems)
                                    .ifPresent(found -> places.computeIfAbsent(table, none -> new TreeMap<>())
                                            .put(place.shard(), found));
                        }
                    }
                }
            } catch (SQLException e) {
                problems.add(SqlFailure.of(e).problem(at));
            }
        }
        places.forEach((table, found) -> {
            checkMapping(table, Objects.requireNonNull(found.get(found.firstKey())), problems);
            problems.addAll(ShardShapes.differences(table, found));
        });
        problems.addAll(ShardShapes.disagreements(pipeline.tables()));
        return problems;
    }

    private List<TableName> places(TargetDefinition target) {
        return pipeline.tables().stream()
                .flatMap(table -> table.destinations().stream())
                .filter(place -> place.targetName().equals(target.name()))
                .map(Destination::table)
                .toList();
    }

    private static void checkServer(Connection connection, String place, List<Problem> problems) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT VERSION()")) {
            row.next();
            if (!supports(row.getString(1))) {
                problems.add(new Problem(
                        ExitCode.PREFLIGHT,
                        place,
                        "MySQL " + row.getString(1) + " has no invisible columns",
                        "use MySQL 8.0.23 or later as target"));
            }
        }
    }

    /** 8.0.23 and later. */
    static boolean supports(String version) {
        String[] parts = version.split("[^0-9]+");
        int[] wanted = {8, 0, 23};
        for (int i = 0; i < wanted.length; i++) {
            int part = i < parts.length && !parts[i].isEmpty() ? Integer.parseInt(parts[i]) : 0;
            if (part != wanted[i]) {
                return part > wanted[i];
            }
        }
        return true;
    }

    private static void checkGrants(TargetGrants grants, String place, List<TableName> tables, List<Problem> problems) {
        for (String statement : grants.missing(tables)) {
            String what = statement.substring("GRANT ".length(), statement.lastIndexOf(" TO "));
            problems.add(new Problem(ExitCode.DENIED, place, "missing is the privilege " + what, statement + ";"));
        }
    }

    /** One of the places of a table, with what is wrong with it whatever the mapping. */
    private static Optional<TargetTable> table(
            Connection connection,
            TableDefinition table,
            Destination place,
            TargetGrants grants,
            List<Problem> problems)
            throws SQLException {
        Optional<TargetTable> found = TargetTable.read(connection, place.table());
        if (found.isEmpty() && !grants.missing(List.of(place.table())).isEmpty()) {
            return found; // perhaps there, and not shown: said with the grants
        }
        if (found.isEmpty()) {
            problems.add(new Problem(
                    ExitCode.CONFIG,
                    table.label(),
                    "the new table " + place.table() + " does not exist"
                            + (table.shards() == null ? "" : " on " + place.targetName()),
                    table.shards() == null ? "create it, or correct `target`" : "create it, or correct `shards`"));
            return found;
        }
        TargetTable target = found.get();
        problems.addAll(target.problems());
        for (String trigger : target.triggers()) {
            if (!table.triggers().contains(trigger)) {
                problems.add(new Problem(
                        ExitCode.PREFLIGHT,
                        place.table().toString(),
                        "trigger " + trigger + " would run for every applied row",
                        "DROP TRIGGER " + TableName.quote(place.table().schema()) + "." + TableName.quote(trigger)
                                + "; or declare it under `triggers` when that is wanted"));
            }
        }
        return found;
    }

    private void checkMapping(TableDefinition table, TargetTable target, List<Problem> problems) {
        checkColumns(table, target, problems);
        Optional<TargetTable> old = oldTables.apply(table);
        if (old.isPresent()) {
            checkOldColumns(table, old.get(), problems);
            checkUnmapped(table, old.get(), target, problems);
            KeyRule.check(table, old.get(), target)
                    .forEach(
                            broken -> problems.add(
                                    new Problem(
                                            ExitCode.PREFLIGHT,
                                            table.label(),
                                            broken,
                                            "map every old key column to a new key column that holds the same values, and nothing else")));
        }
    }

    private static void checkColumns(TableDefinition table, TargetTable target, List<Problem> problems) {
        TreeSet<String> written = new TreeSet<>(table.key().keySet());
        Map<String, MappingExpression> columns = table.columns();
        if (columns != null) {
            written.addAll(columns.keySet());
        }
        for (String name : written) {
            Optional<TargetColumn> column = target.column(name);
            if (column.isEmpty()) {
                problems.add(config(
                        table,
                        "the new table " + target.name() + " has no column " + name + hint(name, target),
                        "correct the mapping, or ALTER TABLE the new table"));
            } else if (column.get().generated()) {
                problems.add(config(
                        table, "column " + name + " of the new table is generated", "leave it out of the mapping"));
            }
        }
    }

    private static void checkOldColumns(TableDefinition table, TargetTable old, List<Problem> problems) {
        TreeSet<String> read = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        table.key().values().forEach(expression -> read.addAll(expression.columns()));
        Map<String, MappingExpression> columns = table.columns();
        if (columns != null) {
            columns.values().forEach(expression -> read.addAll(expression.columns()));
        }
        MappingExpression where = table.where();
        if (where != null) {
            read.addAll(where.columns());
        }
        if (table.shards() != null) {
            read.addAll(table.shards().by().columns());
        }
        for (String name : read) {
            if (old.column(name).isEmpty()) {
                problems.add(config(
                        table,
                        "the old table " + old.name() + " has no column " + name + hint(name, old),
                        "correct the mapping"));
            }
        }
    }

    /** A column that must be given a value and gets none refuses every row. */
    private static void checkUnmapped(
            TableDefinition table, TargetTable old, TargetTable target, List<Problem> problems) {
        Map<String, MappingExpression> columns = table.columns();
        TreeSet<String> written = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        written.addAll(table.key().keySet());
        if (table.key().isEmpty()) {
            target.key().forEach(column -> written.add(column.name()));
        }
        if (columns != null) {
            written.addAll(columns.keySet());
        } else {
            old.columns().forEach(column -> written.add(column.name()));
        }
        for (TargetColumn column : target.columns()) {
            boolean needed = !column.nullable() && !column.hasDefault() && !column.generated();
            boolean key = target.isKey(column); // the key's rule says more
            if (needed && !key && !written.contains(column.name())) {
                problems.add(config(
                        table,
                        "column " + column.name() + " of the new table is NOT NULL without a default, and not mapped",
                        "map it, or give it a default"));
            }
        }
    }

    private static String hint(String name, TargetTable table) {
        return NearestName.hint(
                name, table.columns().stream().map(TargetColumn::name).toList());
    }

    private static Problem config(TableDefinition table, String cause, String remedy) {
        return new Problem(ExitCode.CONFIG, table.label(), cause, remedy);
    }
}
