package io.changeover.deploy.command;

import io.changeover.apply.guard.Deferred;
import io.changeover.apply.operation.WaitingRow;
import io.changeover.apply.operation.WaitingRows;
import io.changeover.deploy.output.Report;
import io.changeover.deploy.output.TextTable;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** A command about rows that wait beside the new tables: which ones, and where. */
abstract class ParkedRowsCommand extends PipelineCommand {

    /** One row, if not all. */
    static final class Choice {

        @Option(
                names = "--key",
                paramLabel = "KEY",
                converter = KeyValues.Converter.class,
                description = "The row with this key, as its message has it: '{\"id\":\"1\"}'.")
        private @Nullable KeyValues key;

        @Option(
                names = "--at",
                paramLabel = "PLACE",
                description = "The row that came with this message: topic-partition@offset.")
        private @Nullable String at;
    }

    /** Rows of one old table that wait on one target server. */
    record Group(TableDefinition table, String target, MySqlServer server, String topic, List<WaitingRow> rows) {

        /** Without rows yet. */
        static Group of(PipelineDefinition pipeline, TableDefinition table, String target) {
            MySqlServer server = MySqlServer.of(pipeline.target(target).server(), "parked");
            return new Group(table, target, server, pipeline.rowTopic(table), List.of());
        }

        Group having(List<WaitingRow> found) {
            return new Group(table, target, server, topic, found);
        }

        /** What is done on the server. */
        interface Work<T> {
            T on(WaitingRows rows) throws SQLException;
        }

        <T> T with(Work<T> work) {
            try (Connection connection = server.connect()) {
                return work.on(new WaitingRows(connection, topic, table.target()));
            } catch (SQLException e) {
                throw new ChangeoverException(server.problem(e), e);
            }
        }

        Line line(WaitingRow row, @Nullable String state) {
            return new Line(
                    table.label(),
                    target + "." + row.table(),
                    row.key(),
                    row.kind().name().toLowerCase(Locale.ROOT),
                    row.version().toString(),
                    row.code(),
                    row.reason(),
                    row.place(),
                    row.since().toString(),
                    state);
        }
    }

    /**
     * A row as it is told.
     *
     * @param key null where the message cannot be understood
     * @param kind {@code parked}, {@code held}, {@code collision}
     * @param code MySQL's error number, where MySQL refused it
     * @param at {@code topic-partition@offset}
     * @param state what is done with it; null where nothing is
     */
    record Line(
            String table,
            String target,
            @Nullable String key,
            String kind,
            String version,
            @Nullable Integer code,
            String reason,
            String at,
            String since,
            @Nullable String state) {}

    /** @param more whether there are others, beyond the limit */
    record Outcome(List<Line> rows, boolean more) implements Report {

        @Override
        public void print(PrintWriter out) {
            if (rows.isEmpty()) {
                out.println("no such rows");
                return;
            }
            boolean states = rows.stream().anyMatch(row -> row.state() != null);
            TextTable table = new TextTable(
                    "TABLE", "TARGET", "KEY", "KIND", "AT", "SINCE", states ? "STATE" : "VERSION", "REASON");
            rows.forEach(row -> table.line(
                    row.table(),
                    row.target(),
                    row.key() == null ? "?" : row.key(),
                    row.kind(),
                    row.at(),
                    row.since(),
                    row.state() == null ? row.version() : row.state(),
                    row.reason()));
            table.print(out);
            if (more) {
                out.println("... and more");
            }
        }
    }

    @Option(
            names = "--table",
            paramLabel = "T",
            description =
                    "The old table, source.schema.table, or one of its parts, source.schema.table/part. Without it: all tables.")
    private @Nullable String table;

    @ArgGroup(multiplicity = "0..1")
    private @Nullable Choice choice;

    /** Whether one row was named. */
    boolean namesOne() {
        return choice != null;
    }

    /**
     * The rows that were asked for.
     *
     * @param kinds of them
     * @throws ChangeoverException (2) when one was named that does not wait
     */
    List<Group> groups(PipelineDefinition pipeline, List<Deferred.Kind> kinds, int limit) {
        List<TableDefinition> tables = table == null ? pipeline.tables() : Pipelines.tables(pipeline, table);
        List<Group> groups = new ArrayList<>();
        int left = limit;
        for (TableDefinition each : tables) {
            for (String target : new TreeSet<>(each.targetNames())) {
                Group asked = Group.of(pipeline, each, target);
                int atMost = left;
                List<WaitingRow> rows =
                        asked.with(waiting -> waiting.find(row -> kinds.contains(row.kind()) && isAsked(row), atMost));
                left -= rows.size();
                if (!rows.isEmpty()) {
                    groups.add(asked.having(rows));
                }
            }
        }
        if (groups.isEmpty() && choice != null) {
            throw new ChangeoverException(new Problem(
                    ExitCode.USAGE,
                    choice.at != null ? "--at " + choice.at : "--key " + choice.key,
                    "no such row waits" + (table == null ? "" : " beside the new table of " + table),
                    "`changeover parked list` shows those that do; a newer event may have superseded it"));
        }
        return groups;
    }

    /**
     * For what changes something: a key may be one of several tables, a message one of several parts.
     *
     * @throws ChangeoverException (2) when one row was named, and rows of several were found
     */
    void requireOneMeant(List<Group> groups) {
        List<String> found =
                groups.stream().map(group -> group.table().label()).distinct().toList();
        if (namesOne() && table == null && found.size() > 1) {
            throw new ChangeoverException(new Problem(
                    ExitCode.USAGE, "--table", "such a row waits of " + String.join(", ", found), "name the table"));
        }
    }

    private boolean isAsked(WaitingRow row) {
        if (choice == null) {
            return true;
        }
        if (choice.at != null) {
            return choice.at.equals(row.place());
        }
        String key = row.key();
        return key != null && KeyValues.of(key).equals(choice.key);
    }
}
