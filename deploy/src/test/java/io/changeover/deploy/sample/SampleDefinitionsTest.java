package io.changeover.deploy.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The containers and the quickstart migrate one shop: they differ in where it is, and not in what becomes of it. */
class SampleDefinitionsTest {

    @Test
    void bothMigrateTheSameTables() throws IOException {
        List<String> quickstart = tables(Path.of("src", "main", "resources", "sample", "quickstart.yaml"));
        assertThat(tables(Path.of("compose", "changeover.yaml"))).isEqualTo(quickstart);
        assertThat(quickstart).hasSizeGreaterThan(20);
    }

    private static List<String> tables(Path definition) throws IOException {
        return Files.readAllLines(definition).stream()
                .dropWhile(line -> !line.equals("tables:"))
                .skip(1)
                .takeWhile(line -> line.startsWith(" "))
                .toList();
    }
}
