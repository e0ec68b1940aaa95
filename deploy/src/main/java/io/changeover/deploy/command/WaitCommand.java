package io.changeover.deploy.command;

import io.changeover.deploy.output.Report;
import io.changeover.deploy.output.Terminal;
import io.changeover.deploy.status.CaughtUp;
import io.changeover.deploy.status.Reconciled;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.problem.ExitCode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** For scripts: returns when what was asked for holds. */
@Command(
        name = "wait",
        description =
                "Waits until everything committed on the sources before the call is applied (caught-up), or until each table was"
                        + " compared from after the call on, and found equal (reconciled: by `changeover reconcile` or `run`,"
                        + " which compare when the time has come, or by `reconcile --once`). Exit 21 on time-out.")
final class WaitCommand extends PipelineCommand {

    /** What can be waited for. */
    enum Goal {
        CAUGHT_UP("caught-up"),
        RECONCILED("reconciled");

        private final String text;

        Goal(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** @param missing what did not hold in time, one sentence each */
    record Outcome(String goal, boolean reached, List<String> missing) implements Report {

        @Override
        public void print(PrintWriter out) {
            out.println(reached ? goal : "not " + goal);
            missing.forEach(line -> out.println("  " + line));
        }
    }

    @Option(names = "--for", paramLabel = "GOAL", required = true, description = "One of: ${COMPLETION-CANDIDATES}.")
    private Goal goal = Goal.CAUGHT_UP;

    @Override
    Duration defaultTimeout() {
        return Duration.ofSeconds(60);
    }

    @Override
    ExitCode run(PipelineDefinition pipeline, Terminal terminal) {
        List<String> missing =
                switch (goal) {
                    case CAUGHT_UP -> CaughtUp.await(pipeline, timeout(), terminal::say);
                    case RECONCILED -> Reconciled.await(pipeline, timeout(), terminal::say);
                };
        terminal.report(new Outcome(goal.toString(), missing.isEmpty(), missing));
        return missing.isEmpty() ? ExitCode.OK : ExitCode.GATE_NOT_MET;
    }
}
