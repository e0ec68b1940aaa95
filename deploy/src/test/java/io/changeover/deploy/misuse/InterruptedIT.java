package io.changeover.deploy.misuse;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.deploy.Main;
import io.changeover.transport.testing.ChildJvm;
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

    @ParameterizedTest
    @CsvSource({"TERM, 143, migrating", "INT, 130, live changes", "TERM, 143, starting"})
    void quickstart_endsWithItsServers(String signal, int code, String when, @TempDir Path folder) throws Exception {
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
}
