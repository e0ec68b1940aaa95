package io.changeover.deploy.command;

import io.changeover.transport.definition.Secret;
import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.definition.TlsMode;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the sample's application writes, and how to get in there. */
final class SampleAccount {

    @Option(names = "--primary", paramLabel = "HOST", required = true, description = "The old primary.")
    @SuppressWarnings("NullAway.Init")
    private String primary;

    @Option(names = "--port", paramLabel = "PORT", description = "Its port (default: ${DEFAULT-VALUE}).")
    private int port = 3306;

    @Option(
            names = "--password",
            paramLabel = "FILE",
            required = true,
            description = "File with the password of the application and of the replica.")
    @SuppressWarnings("NullAway.Init")
    private Path password;

    ServerAccess as(String user, Secret secret) {
        return new ServerAccess(primary, port, user, secret, TlsMode.REQUIRED, null);
    }

    Secret password() {
        return read("--password", password);
    }

    /** @throws ChangeoverException (2) when it cannot be read */
    static Secret read(String option, Path file) {
        try {
            return Secret.of(Files.readString(file).strip());
        } catch (IOException e) {
            throw new ChangeoverException(
                    new Problem(ExitCode.USAGE, option + " " + file, "cannot be read", "name a file with a password"),
                    e);
        }
    }
}
