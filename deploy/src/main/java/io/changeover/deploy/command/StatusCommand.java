package io.changeover.deploy.command;

import io.changeover.deploy.output.Terminal;
import io.changeover.deploy.run.Termination;
import io.changeover.deploy.status.PipelineStatus;
import io.changeover.deploy.status.StatusReader;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.problem.ExitCode;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Looks at what is durable, so it works from any machine, whatever runs or does not. */
@Command(name = "status", description = "Phase, rows, rates, lag, ETA, what each table waits for, and the next step.")
final class StatusCommand extends PipelineCommand {

    private static final Duration EVERY = Duration.ofSeconds(2);

    @Option(names = "--watch", description = "Look again every 2 s, with rates, until Ctrl-C.")
    private boolean watch;

    @Override
    ExitCode run(PipelineDefinition pipeline, Terminal terminal) throws InterruptedException, ExecutionException {
        try (StatusReader reader = new StatusReader(pipeline, Clock.systemUTC(), Duration.ofSeconds(20))) {
            PipelineStatus before = reader.read();
            terminal.report(before);
            if (!watch) {
                return ExitCode.OK;
            }
            try (Termination termination = new Termination(Duration.ofSeconds(5))) {
                long at = System.nanoTime();
                while (!isOver(termination)) {
                    PipelineStatus now = reader.read();
                    long nanos = System.nanoTime();
                    terminal.report(now.since(before, (nanos - at) / 1e9));
                    before = now;
                    at = nanos;
                }
            }
            return ExitCode.OK;
        }
    }

    private static boolean isOver(Termination termination) throws InterruptedException, ExecutionException {
        try {
            termination.requested().get(EVERY.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }
}
