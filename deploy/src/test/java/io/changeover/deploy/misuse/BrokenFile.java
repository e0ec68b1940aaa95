package io.changeover.deploy.misuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A definition with mistakes that says itself what must be said of it. Its first line is {@code # exit 10}. A comment
 * {@code #! words | words} at the end of a line: that line is a problem, and message and remedy hold the words;
 * {@code #! @7 words} the same of line 7, where YAML takes no comment. No other problem may be printed.
 */
record BrokenFile(String name, String text, int exit, List<Expected> expected) {

    /** @param line from 1 */
    record Expected(int line, List<String> words) {}

    private static final Pattern EXIT = Pattern.compile("# exit (\\d+)");
    private static final Pattern MARK = Pattern.compile("#! (?:@(\\d+) )?(.*)");

    static BrokenFile read(Path file, UnaryOperator<String> fill) throws IOException {
        String text = fill.apply(Files.readString(file));
        List<String> lines = text.lines().toList();
        Matcher exit = EXIT.matcher(lines.get(0));
        assertThat(exit.matches()).as("first line of %s", file).isTrue();
        List<Expected> expected = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Matcher mark = MARK.matcher(lines.get(i));
            if (mark.find()) {
                int line = mark.group(1) == null ? i + 1 : Integer.parseInt(mark.group(1));
                expected.add(new Expected(
                        line,
                        Arrays.stream(mark.group(2).split("\\|"))
                                .map(String::strip)
                                .toList()));
            }
        }
        assertThat(expected).as("marks of %s", file).isNotEmpty();
        return new BrokenFile(file.getFileName().toString(), text, Integer.parseInt(exit.group(1)), expected);
    }

    Path writeTo(Path folder) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /** @param path the file as it is named in messages */
    void requireSaid(Said said, String path) {
        List<Said.Line> problems = said.problems();
        assertThat(problems)
                .as(said.text())
                .extracting(Said.Line::place)
                .containsExactlyElementsOf(expected.stream()
                        .map(one -> path + ":" + one.line())
                        .sorted(BrokenFile::byLine)
                        .toList());
        for (Expected one : expected) {
            assertThat(problems).as(said.text()).anySatisfy(problem -> {
                assertThat(problem.code()).isEqualTo(exit);
                assertThat(problem.place()).isEqualTo(path + ":" + one.line());
                assertThat(problem.text()).contains(one.words());
            });
        }
        assertThat(said.code()).isEqualTo(exit);
    }

    private static int byLine(String one, String other) {
        return Integer.compare(line(one), line(other));
    }

    private static int line(String place) {
        return Integer.parseInt(place.substring(place.lastIndexOf(':') + 1));
    }
}
