package io.changeover.deploy.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.changeover.reconcile.Mismatch;
import io.changeover.reconcile.Mismatch.Kind;
import io.changeover.reconcile.TableReport;
import io.changeover.reconcile.table.ColumnValues;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where reports go, and that nothing of the data becomes markup or leaves unasked. */
class ReportFileTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String HOSTILE =
            "</code><script>alert('1')</script>\"><img src=x onerror=alert(1)>&amp;\u202e\u0007";

    @TempDir
    private Path folder;

    @Test
    void nothingOfTheData_isMarkup() throws IOException {
        Path file = folder.resolve("report.html");
        ReportFile.at(file).write(hostile(true));
        String page = Files.readString(file);
        assertThat(page)
                .startsWith(ReportPage.BEGIN)
                .endsWith("</html>\n")
                .doesNotContain("<script", "<img", "onerror=alert(1)>", "\u202e", "\u0007")
                .contains("default-src 'none'")
                .contains("&lt;/code&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&gt;&lt;img src=x")
                .contains("&amp;amp;<i>\\u202e</i><i>\\u0007</i>");
        // table, target, key, column, note, remark, and both values: each where it belongs
        for (String where : List.of("t", "target", "key", "column", "note", "remark", "old", "new")) {
            assertThat(page).contains(where + Html.escaped(HOSTILE));
        }
        assertThat(page).doesNotContain("http:", "https:", "src=\"", "href=");
    }

    @Test
    void everyLine_isOneObject() throws IOException {
        Path file = folder.resolve("report.jsonl");
        ReportFile.at(file).write(hostile(true));
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(JSON.readTree(line));
        }
        assertThat(lines)
                .extracting(line -> line.path("type").asText())
                .containsExactly("comparison", "table", "difference");
        assertThat(lines.get(0).path("verdict").asText()).isEqualTo("different");
        assertThat(lines.get(1).path("verdict").asText()).isEqualTo("different");
        assertThat(lines.get(1).path("altered").asInt()).isEqualTo(1);
        assertThat(lines.get(2).path("key").asText()).isEqualTo("key" + HOSTILE);
        assertThat(lines.get(2).path("values").path(0).path("old").asText()).isEqualTo("old" + HOSTILE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"report.html", "report.jsonl"})
    void values_areShownOnRequestOnly(String name) throws IOException {
        Path file = folder.resolve(name);
        ReportFile.at(file).write(hostile(false));
        assertThat(Files.readString(file))
                .contains("key", "column", "note")
                .doesNotContain("old&lt;", "new&lt;", "old<", "new<");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(files()).containsExactly(name);
    }

    @Test
    void aReport_isReplaced_andNothingElse() throws IOException {
        Path file = folder.resolve("report.html");
        Files.createFile(file);
        ReportFile.at(file).write(hostile(true));
        ReportFile.at(file).write(hostile(false));
        assertThat(Files.readString(file)).contains("masked");

        Path linked = Files.createSymbolicLink(folder.resolve("latest.html"), file);
        ReportFile.at(linked).write(hostile(true));
        assertThat(linked).isSymbolicLink();
        assertThat(Files.readString(file)).doesNotContain("masked");

        ReportFile early = ReportFile.at(folder.resolve("other.html"));
        Files.writeString(folder.resolve("other.html"), "my thesis");
        assertThatThrownBy(() -> early.write(hostile(true))).isInstanceOf(ChangeoverException.class);
        requireRefused(folder.resolve("other.html"), "it is there, and is no report");
        assertThat(Files.readString(folder.resolve("other.html"))).isEqualTo("my thesis");
        assertThat(files()).containsExactlyInAnyOrder("report.html", "latest.html", "other.html");
    }

    @Test
    void whatCannotBeWritten_isToldAtOnce() throws IOException {
        requireRefused(folder.resolve("none/report.html"), "it cannot be written");
        requireRefused(folder.resolve("report.pdf"), "the name says not what it is to be");
        requireRefused(Files.createDirectory(folder.resolve("dir.html")), "it is there, and is no report");
        requireRefused(
                Files.createSymbolicLink(folder.resolve("dangling.html"), folder.resolve("none/x")), "it is there");
    }

    private static void requireRefused(Path file, String why) {
        assertThatThrownBy(() -> ReportFile.at(file)).isInstanceOfSatisfying(ChangeoverException.class, refused -> {
            assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
            assertThat(refused)
                    .hasMessageContaining(file.getFileName().toString())
                    .hasMessageContaining(why);
        });
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** As the comparison has it: it carries values only where they were asked for. */
    private static Comparison hostile(boolean values) {
        Mismatch row = new Mismatch(
                Kind.ALTERED,
                "key" + HOSTILE,
                List.of("column" + HOSTILE),
                "note" + HOSTILE,
                // also where they are there, they are not to leave unasked
                List.of(new ColumnValues("column" + HOSTILE, "old" + HOSTILE, "new" + HOSTILE)));
        return new Comparison(
                "orders",
                Instant.parse("2026-11-22T22:00:00Z"),
                Instant.parse("2026-11-22T22:01:03Z"),
                false,
                values,
                List.of(new TableReport(
                        "t" + HOSTILE,
                        "target" + HOSTILE,
                        1000,
                        999,
                        Map.of(Kind.ALTERED, 1L),
                        0,
                        0,
                        List.of(row),
                        List.of("remark" + HOSTILE),
                        true,
                        1.5)));
    }
}
