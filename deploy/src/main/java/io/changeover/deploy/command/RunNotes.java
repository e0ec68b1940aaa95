package io.changeover.deploy.command;

import io.changeover.deploy.output.Terminal;
import io.changeover.reconcile.TableReport;
import io.changeover.reconcile.schedule.RunHistory;
import io.changeover.transport.definition.PipelineDefinition;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what a comparison finds, where that is possible: what was found is told in any case. Confined to one thread. */
final class RunNotes {

    private final RunHistory history;
    private final Terminal terminal;
    private @Nullable Instant started;
    private boolean lost;

    RunNotes(PipelineDefinition pipeline, Terminal terminal) {
        this.history = RunHistory.of(pipeline);
        this.terminal = terminal;
    }

    /** Before tables are compared: what begins later is not noted as begun now. */
    void begin() {
        started = null;
        if (!lost) {
            try {
                started = history.now();
            } catch (SQLException e) {
                lost(e);
            }
        }
    }

    void end(List<TableReport> reports) {
        if (started != null) {
            try {
                history.add(started, reports);
            } catch (SQLException e) {
                lost(e);
            }
        }
    }

    private void lost(SQLException e) {
        lost = true;
        terminal.say("not kept in the history: " + history.problem(e));
    }
}
