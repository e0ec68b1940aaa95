package io.changeover.deploy.command;

import io.changeover.deploy.quickstart.Quickstart;
import io.changeover.deploy.run.Termination;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** A whole migration on this machine. */
@Command(
        name = "quickstart",
        description =
                "Everything embedded: two MySQL servers and a replica, Kafka, a live order workload, the migration, and a"
                        + " comparison of every row. No Docker needed.")
final class QuickstartCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private ChangeoverCommand top;

    @Option(names = "--rows", paramLabel = "N", description = "Rows of the old database (default: ${DEFAULT-VALUE}).")
    private int rows = 220_000;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "How long the application goes on at least (default: ${DEFAULT-VALUE}).")
    private int seconds = 30;

    @Option(names = "--keep", description = "Leave everything running until Ctrl-C, and say how to look at it.")
    private boolean keep;

    @Override
    public Integer call() throws SQLException {
        if (QuickstartCommand.class.getResource("/io/changeover/embedded/EmbeddedMySql.class") == null) {
            throw new ChangeoverException(new Problem(
                    ExitCode.USAGE,
                    "quickstart",
                    "the embedded servers are not in this image",
                    "run deploy/changeover quickstart in a checkout, or docker compose up"));
        }
        boolean terminal = Boolean.getBoolean("changeover.terminal") && System.getenv("CI") == null;
        try (Termination termination = new Termination(Duration.ofSeconds(30))) {
            Quickstart.Options options = new Quickstart.Options(rows, Duration.ofSeconds(seconds), keep);
            try {
                return new Quickstart(options, top.terminal(), terminal, termination.requested())
                        .run()
                        .number();
            } catch (RuntimeException | SQLException e) {
                if (termination.requested().isDone()) {
                    return ExitCode.OK.number(); // Ctrl-C: servers go while others still talk to them
                }
                throw e;
            }
        }
    }
}
