package io.changeover.deploy.command;

import io.changeover.deploy.output.Terminal;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A one-shot command about a pipeline: waits for servers that do not answer yet, but not for ever. */
abstract class PipelineCommand implements Callable<Integer> {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "How long it may take in all, servers that do not answer included; 30s, 5m (default: 30s; of"
                    + " wait 60s, of parked retry 90s).")
    private @Nullable Duration timeout;

    private long deadline;

    /** Does the work once. What it throws with code 13 only is tried again. */
    abstract ExitCode run(PipelineDefinition pipeline, Terminal terminal) throws Exception;

    /** What the file does that is allowed, and better done otherwise. */
    void hints(List<Problem> hints) {}

    @Override
    public Integer call() throws Exception {
        deadline = System.nanoTime() + (timeout == null ? defaultTimeout() : timeout).toNanos();
        Terminal terminal = top().terminal();
        boolean said = false;
        while (true) {
            try {
                return run(Pipelines.read(top().config(), System.getenv(), this::hints), terminal)
                        .number();
            } catch (ChangeoverException e) {
                boolean late = System.nanoTime() + PAUSE.toNanos() >= deadline;
                if (e.code() != ExitCode.UNREACHABLE || late) {
                    throw e;
                }
                if (!said) {
                    e.problems().forEach(problem -> terminal.say(problem.place() + ": " + problem.cause()));
                    terminal.say("trying again for up to " + timeout().toSeconds() + " s ...");
                    said = true;
                }
                Thread.sleep(PAUSE.toMillis());
            }
        }
    }

    Duration defaultTimeout() {
        return Duration.ofSeconds(30);
    }

    /** What is left of the time; never nothing, so that clients can be given it. */
    Duration timeout() {
        return Duration.ofNanos(Math.max(PAUSE.toNanos(), deadline - System.nanoTime()));
    }

    ChangeoverCommand top() {
        return (ChangeoverCommand) spec.root().userObject();
    }
}
