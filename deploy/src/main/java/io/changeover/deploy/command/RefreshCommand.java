package io.changeover.deploy.command;

import io.changeover.deploy.output.Report;
import io.changeover.deploy.output.Terminal;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.signal.Signal;
import io.changeover.transport.signal.SignalAck;
import io.changeover.transport.signal.SignalDialog;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Has rows sent again as they are now; missing ones as deletes. */
@Command(
        name = "refresh",
        description = "Re-sends rows of a table as they are now, deletes included. Dry run without --execute.")
final class RefreshCommand extends PipelineCommand {

    /** Which rows. */
    static final class Choice {

        @Option(
                names = "--keys",
                paramLabel = "KEY",
                split = ";",
                description = "Rows by key: COLUMN=VALUE[,COLUMN=VALUE], several with ';'.")
        private @Nullable List<String> keys;

        @Option(names = "--where", paramLabel = "SQL", description = "Rows by a condition on the old table.")
        private @Nullable String where;
    }

    /** @param state {@code dry run}, {@code done}, {@code running} when the time was over, {@code refused} */
    record Outcome(
            String table, String state, long rows, @Nullable String stamp) implements Report {

        @Override
        public void print(PrintWriter out) {
            out.println(table + ": " + state + ", " + rows + " rows" + (stamp == null ? "" : ", stamp " + stamp));
        }
    }

    @Option(names = "--table", paramLabel = "T", required = true, description = "The old table: source.schema.table.")
    private String table = "";

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    private Choice choice;

    @Option(names = "--execute", description = "Do it.")
    private boolean execute;

    @Override
    ExitCode run(PipelineDefinition pipeline, Terminal terminal) {
        TableDefinition asked = Pipelines.oldTable(pipeline, table);
        if (!execute) {
            long rows = choice.where != null ? count(pipeline, asked, choice.where) : keys().size();
            terminal.report(new Outcome(asked.sourceLabel(), "dry run", rows, null));
            terminal.say("nothing was sent: --execute sends them");
            return ExitCode.OK;
        }
        SignalAck ack = send(pipeline, asked);
        terminal.report(new Outcome(
                asked.sourceLabel(),
                ack.state().name().toLowerCase(Locale.ROOT),
                ack.rows(),
                ack.stamp() == null ? null : ack.stamp().toString()));
        if (ack.state() == SignalAck.State.REFUSED) {
            throw new ChangeoverException(new Problem(
                    ExitCode.USAGE,
                    asked.sourceLabel(),
                    "capture refused: " + ack.reason(),
                    "correct the keys or the condition"));
        }
        return ack.state() == SignalAck.State.DONE ? ExitCode.OK : ExitCode.GATE_NOT_MET;
    }

    private SignalAck send(PipelineDefinition pipeline, TableDefinition asked) {
        String id = UUID.randomUUID().toString();
        String who = System.getProperty("user.name", "unknown");
        TableName name = asked.source();
        Signal signal = choice.where != null
                ? Signal.refreshWhere(id, asked.sourceName(), name, choice.where, who)
                : Signal.refreshKeys(id, asked.sourceName(), name, keys(), who);
        return SignalDialog.ask(pipeline, signal, timeout()).orElseGet(() -> SignalAck.running(id, null, 0));
    }

    private List<Map<String, String>> keys() {
        List<Map<String, String>> parsed = new ArrayList<>();
        for (String key : choice.keys == null ? List.<String>of() : choice.keys) {
            Map<String, String> values = new LinkedHashMap<>();
            for (String part : key.split(",")) {
                int equals = part.indexOf('=');
                if (equals < 1) {
                    throw new ChangeoverException(new Problem(
                            ExitCode.USAGE, "--keys " + key, "not COLUMN=VALUE", "for instance --keys 'id=1;id=2'"));
                }
                values.put(part.substring(0, equals).trim(), part.substring(equals + 1));
            }
            parsed.add(values);
        }
        return parsed;
    }

    private static long count(PipelineDefinition pipeline, TableDefinition asked, String where) {
        MySqlServer server = MySqlServer.of(pipeline.source(asked.sourceName()).server(), "refresh");
        try (Connection connection = server.require();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT COUNT(*) FROM " + asked.source().quoted() + " WHERE (" + where + ")")) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new ChangeoverException(server.problem(e), e);
        }
    }
}
