package io.changeover.deploy.command;

import io.changeover.deploy.output.Terminal;
import io.changeover.deploy.sample.LegacyRows;
import io.changeover.deploy.sample.SampleServers;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.problem.ExitCode;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Three empty servers become an old shop with a replica, and the new schema. */
@Command(
        name = "setup",
        description = "Fills the old database, makes the source its replica, creates the new schema and all accounts.")
final class SampleSetupCommand extends PipelineCommand {

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private SampleAccount account;

    @Option(
            names = "--root-password",
            paramLabel = "FILE",
            required = true,
            description = "File with the password of root on all three servers.")
    @SuppressWarnings("NullAway.Init")
    private Path rootPassword;

    @Option(names = "--rows", paramLabel = "N", description = "Rows of the old database (default: ${DEFAULT-VALUE}).")
    private int rows = 220_000;

    @Override
    Duration defaultTimeout() {
        return Duration.ofMinutes(2);
    }

    @Override
    ExitCode run(PipelineDefinition pipeline, Terminal terminal) {
        new SampleServers(
                        pipeline,
                        account.as("root", SampleAccount.read("--root-password", rootPassword)),
                        account.password())
                .create(new LegacyRows(rows), terminal::say);
        return ExitCode.OK;
    }
}
