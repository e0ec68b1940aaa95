package io.changeover.deploy.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the samples as their README says. */
public final class Samples {

    private static final Path FOLDER = Path.of("samples");

    private Samples() {}

    /** The table that the sample in Java has when it has read a topic; one JSON object a line. */
    public static List<String> read(Path folder, String bootstrapServers, String rowTopic, String ddlTopic)
            throws IOException, InterruptedException {
        return run(
                folder,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FOLDER.resolve("RowTopicReader.java").toString(),
                        bootstrapServers,
                        rowTopic,
                        ddlTopic,
                        "--once"));
    }

    /** The same of the sample for the command line, given what the console consumer prints. */
    static List<String> jq(Path folder, Path messages) throws IOException, InterruptedException {
        return run(folder, List.of("jq", "-ncR", "-f", FOLDER.resolve("rows.jq").toString(), messages.toString()));
    }

    private static List<String> run(Path folder, List<String> command) throws IOException, InterruptedException {
        Path out = folder.resolve("sample.out");
        Path err = folder.resolve("sample.err");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as("the sample ends")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue())
                .as(Files.readString(err, StandardCharsets.UTF_8))
                .isZero();
        return Files.readAllLines(out, StandardCharsets.UTF_8);
    }
}
