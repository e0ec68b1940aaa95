package io.changeover.deploy.misuse;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.changeover.deploy.Main;
import io.changeover.transport.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A quickstart that is told to end in the middle takes its servers with it and says nothing that would frighten. */
@Timeout(300)
class InterruptedIT {

    private static final int SIGINT = 2;

    @ParameterizedTest
    @CsvSource({"TERM, 143, migrating", "INT, 130, live changes", "TERM, 143, starting"})
    void quickstart_endsWithItsServers(String signal, int code, String when, @TempDir Path folder) throws Exception {
        assumeFalse(
                signal.equals("INT") && isInterruptIgnored(),
                "SIGINT is ignored here, as in a job that a script has put into the background; children inherit that");
        try (ChildJvm child = ChildJvm.of(Main.class, folder.resolve("log"))
                .arguments("quickstart", "--rows", "3000")
                .options("-Xmx1g", "-Dchangeover.logs=" + folder)
                .start()) {
            child.awaitLogLine(when, Duration.ofMinutes(2));
            List<ProcessHandle> servers =
                    ProcessHandle.of(child.pid()).orElseThrow().descendants().toList();

            new ProcessBuilder("kill", "-" + signal, Long.toString(child.pid()))
                    .start()
                    .waitFor();

            assertThat(child.exitCode(Duration.ofSeconds(60))).as(child.log()).isEqualTo(code);
            new Said(code, child.log(), "").requireCivil();
            assertThat(child.log()).doesNotContain("ERROR", "WARN");
            assertThat(folder.resolve("errors.log")).doesNotExist();
            eventually(
                    Duration.ofSeconds(20),
                    "end of the servers",
                    () -> servers.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    private static boolean isInterruptIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .map(line -> line.substring(line.indexOf(':') + 1).trim())
                        .anyMatch(mask -> (Long.parseUnsignedLong(mask, 16) & 1L << (SIGINT - 1)) != 0);
    }
}
