package io.changeover.deploy.command;

import io.changeover.deploy.output.Terminal;
import io.changeover.deploy.run.Termination;
import io.changeover.deploy.sample.SampleLoad;
import io.changeover.deploy.sample.SampleServers;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.problem.ExitCode;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The application that does not stop for us. */
@Command(name = "load", description = "Takes orders, changes and deletes them, until it is told to end.")
final class SampleLoadCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private SampleAccount account;

    @Option(names = "--rate", paramLabel = "N", description = "Transactions a second (default: ${DEFAULT-VALUE}).")
    private int rate = 100;

    @Override
    public Integer call() throws InterruptedException {
        if (rate < 1) {
            throw new ParameterException(spec.commandLine(), "--rate " + rate + ": at least 1");
        }
        Terminal terminal = ((ChangeoverCommand) spec.root().userObject()).terminal();
        try (Termination termination = new Termination(Duration.ofSeconds(10))) {
            MySqlServer primary =
                    MySqlServer.of(account.as(SampleServers.APPLICATION, account.password()), "sample load");
            new SampleLoad(primary, rate, terminal::say).run(termination.requested());
        }
        return ExitCode.OK.number();
    }
}
