package io.changeover.deploy.misuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that somebody wrote in a hurry: every problem of a file is printed, at its line, with its remedy. */
class BrokenDefinitionTest {

    @TempDir
    private static Path folder;

    private static Path secret;

    @BeforeAll
    static void writeSecret() throws IOException {
        secret = Files.writeString(folder.resolve("secret"), Said.PASSWORD + "\n");
    }

    static Stream<Path> files() throws IOException, URISyntaxException {
        URL found = Objects.requireNonNull(BrokenDefinitionTest.class.getResource("/misuse/config"));
        List<Path> files;
        try (Stream<Path> all = Files.list(Path.of(found.toURI()))) {
            files = all.sorted().toList();
        }
        assertThat(files).hasSizeGreaterThan(20);
        return files.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void everyProblem_isPrintedAtItsLine_withItsRemedy(Path file) throws IOException {
        BrokenFile broken = BrokenFile.read(
                file, text -> text.replace("@SECRET@", secret.toString()).replace("@FOLDER@", folder.toString()));
        Path config = broken.writeTo(folder);

        broken.requireSaid(Said.of("check", "-c", config.toString()), config.toString());
    }

    @Test
    void noFile_isSaidSo() {
        Path missing = folder.resolve("no-such.yaml");
        requireOne(Said.of("check", "-c", missing.toString()), missing.toString(), "does not exist", "-c FILE");
        requireOne(Said.of("run", "-c", missing.toString()), missing.toString(), "does not exist", "-c FILE");
    }

    @Test
    void folderForAFile_isSaidSo() {
        requireOne(Said.of("plan", "-c", folder.toString()), folder.toString(), "is a directory", "-c FILE");
    }

    @Test
    void emptyFile_isSaidSo() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.yaml"), "# nothing yet\n");
        requireOne(Said.of("status", "-c", empty.toString()), empty + ":1", "the file is empty", "pipeline: <name>");
    }

    @Test
    void latin1_isSaidSo_withTheLine() throws IOException {
        byte[] text = "pipeline: orders\nkafka: { client.id: Müller }\n".getBytes(StandardCharsets.ISO_8859_1);
        Path latin1 = Files.write(folder.resolve("latin1.yaml"), text);
        requireOne(Said.of("check", "-c", latin1.toString()), latin1 + ":2", "is not UTF-8", "save it as UTF-8");
    }

    private static void requireOne(Said said, String place, String... words) {
        assertThat(said.code()).isEqualTo(10);
        assertThat(said.out()).isEmpty();
        assertThat(said.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.place()).isEqualTo(place);
            assertThat(problem.text()).contains(words);
        });
    }
}
