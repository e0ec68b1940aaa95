package io.changeover.deploy.command;

import io.changeover.deploy.output.Terminal;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What a person sees of a failure, and the exit code: known problems as they are; an unexpected exception as one line, with
 * its stack in a file. No stack trace reaches the screen unless it was asked for.
 */
final class Failures {

    private final Terminal terminal;
    private final boolean verbose;

    Failures(Terminal terminal, boolean verbose) {
        this.terminal = terminal;
        this.verbose = verbose;
    }

    int exit(Throwable thrown) {
        Throwable failure = KnownFailures.unwrapped(thrown);
        if (failure instanceof ChangeoverException known) {
            terminal.problems(known.problems());
            if (verbose) {
                terminal.say(stack(known));
            }
            return known.code().number();
        }
        Problem understood = KnownFailures.problem(failure);
        if (understood != null) {
            return exit(new ChangeoverException(understood, failure));
        }
        terminal.say("[1] a bug of Changeover: " + firstLine(failure));
        terminal.say(verbose ? stack(failure) : "     -> please report it; " + kept(failure));
        return ExitCode.BUG.number();
    }

    /** Of a thread that nobody waits for. */
    void died(String thread, Throwable failure) {
        terminal.say("[1] a bug of Changeover, in its thread " + thread + ": " + firstLine(failure));
        terminal.say("     -> please report it; " + kept(failure));
    }

    private static String firstLine(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank()
                ? "it does not say which"
                : message.lines().findFirst().orElse("");
    }

    private static String stack(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static String kept(Throwable failure) {
        String folder = System.getProperty("changeover.logs");
        if (folder == null) {
            return "-v shows the details";
        }
        Path file = Path.of(folder, "errors.log");
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(
                    file,
                    stack(failure) + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            return "the details are in " + file;
        } catch (IOException e) {
            return "-v shows the details";
        }
    }
}
