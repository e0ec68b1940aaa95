package io.changeover.deploy.command;

import io.changeover.deploy.output.Terminal;
import io.changeover.reconcile.schedule.RunHistory;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command about what earlier comparisons found: compares nothing. */
abstract class KeptRunsCommand extends PipelineCommand {

    @Option(
            names = "--table",
            paramLabel = "T",
            description =
                    "Only that old table, source.schema.table, or one of its parts, source.schema.table/part. Without it: all"
                            + " tables.")
    private @Nullable String table;

    /** Tells what the history has of the tables. */
    abstract void tell(List<TableDefinition> tables, RunHistory history, Terminal terminal) throws SQLException;

    @Override
    ExitCode run(PipelineDefinition pipeline, Terminal terminal) {
        List<TableDefinition> tables = table == null ? pipeline.tables() : Pipelines.tables(pipeline, table);
        RunHistory history = RunHistory.of(pipeline);
        try {
            tell(tables, history, terminal);
        } catch (SQLException e) {
            throw new ChangeoverException(history.problem(e), e);
        }
        return ExitCode.OK;
    }
}
