package io.changeover.deploy.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The rows that could not be written. */
@Command(
        name = "parked",
        description = "Rows that could not be written to the new tables, and wait beside them.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ParkedListCommand.class,
            ParkedShowCommand.class,
            ParkedRetryCommand.class,
            ParkedDropCommand.class
        })
final class ParkedCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** Without a subcommand. */
    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "name a command: list, show, retry or drop");
    }
}
