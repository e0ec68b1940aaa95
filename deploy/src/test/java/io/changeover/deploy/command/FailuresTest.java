package io.changeover.deploy.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.deploy.output.OutputFormat;
import io.changeover.deploy.output.Terminal;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailuresTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int exit(Throwable failure, boolean verbose) {
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), OutputFormat.table);
        return new Failures(terminal, verbose).exit(failure);
    }

    @Test
    void severalProblems_areAllPrinted_andTheFirstInRankDecides() {
        ChangeoverException failure = new ChangeoverException(List.of(
                new Problem(ExitCode.UNREACHABLE, "kafka", "no answer", "start it"),
                new Problem(ExitCode.CONFIG, "file:3", "unknown key", "correct it")));

        assertThat(exit(failure, false)).isEqualTo(10);
        assertThat(err.toString()).contains("[13] kafka", "[10] file:3").doesNotContain("\tat ");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void problemOfAWorker_isFoundInsideTheFuturesException() {
        ChangeoverException fenced =
                new ChangeoverException(new Problem(ExitCode.FENCED, "source legacy", "another one", "stop one"));

        assertThat(exit(new CompletionException(new CompletionException(fenced)), false))
                .isEqualTo(16);
    }

    @Test
    void clientsExceptions_areProblemsOfTheSurroundings() {
        assertThat(exit(new SQLException("Access denied", "28000", 1045), false))
                .isEqualTo(12);
        assertThat(exit(new SQLException("Communications link failure", "08S01"), false))
                .isEqualTo(13);
        assertThat(exit(new RuntimeException(new TimeoutException("no metadata")), false))
                .isEqualTo(13);
        assertThat(exit(new TopicAuthorizationException("t"), false)).isEqualTo(12);
    }

    @Test
    void surprise_isKeptInAFile_whosePathIsSaid(@TempDir Path folder) throws IOException {
        System.setProperty("changeover.logs", folder.toString());
        try {
            assertThat(exit(new IllegalStateException("this cannot be"), false)).isEqualTo(1);
        } finally {
            System.clearProperty("changeover.logs");
        }
        Path log = folder.resolve("errors.log");
        assertThat(err.toString()).endsWith("     -> please report it; the details are in " + log + "\n");
        assertThat(Files.readString(log)).contains("IllegalStateException: this cannot be", "\tat ");
    }

    @Test
    void surprise_isOneLineWithoutAStack_unlessItIsAskedFor() {
        assertThat(exit(new IllegalStateException("this cannot be\nand more"), false))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains("[1] a bug of Changeover: this cannot be\n     -> please report it; ")
                .doesNotContain("and more", "\tat ", "Exception");

        exit(new IllegalStateException("again"), true);
        assertThat(err.toString()).contains("\tat ");
    }
}
