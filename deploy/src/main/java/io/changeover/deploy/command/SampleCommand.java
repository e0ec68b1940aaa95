package io.changeover.deploy.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What `docker-compose.yml` shows a migration with. */
@Command(
        name = "sample",
        hidden = true,
        description = "The databases and the orders of docker-compose.yml.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {SampleSetupCommand.class, SampleLoadCommand.class})
final class SampleCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** Without a subcommand. */
    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "name a command: setup or load");
    }
}
