package io.changeover.deploy.misuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.deploy.command.ChangeoverCommand;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the command said, log lines included, and how it ended. Whatever was asked, the answer is civil: no stack trace, no
 * name of an exception, no password of the suite.
 */
record Said(int code, String out, String err) {

    /** The password of every account that the suite makes, so that it can be looked for in everything. */
    static final String PASSWORD = "S3cret-of-the-suite";

    private static final Pattern CLASS_NAME =
            Pattern.compile("\\b[A-Z]\\w*(Exception|Error)\\b|\\b(java|javax|com|org|io)\\.[a-z]+\\.[\\w.]+");

    /** One problem as it is printed: {@code [10] place: cause}, and in the next line the remedy. */
    private static final Pattern PROBLEM =
            Pattern.compile("^ *\\[(\\d+)\\] (.*?): (.*)\\R +-> (.*)$", Pattern.MULTILINE);

    /** A problem, read back. */
    record Line(int code, String place, String text) {}

    /** Runs the command in this JVM. */
    static Said of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream stderr = System.err;
        int code;
        try {
            System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
            code = ChangeoverCommand.line(new PrintWriter(out), new PrintWriter(err))
                    .execute(arguments);
        } finally {
            System.setErr(stderr);
        }
        return new Said(code, out.toString(), err + log.toString(StandardCharsets.UTF_8)).requireCivil();
    }

    Said requireCivil() {
        assertThat(text())
                .doesNotContain("\tat ", PASSWORD)
                .doesNotContainPattern(CLASS_NAME)
                .doesNotContain("a bug of Changeover");
        assertThat(code).isNotEqualTo(1);
        return this;
    }

    String text() {
        return out + err;
    }

    /** The problems in the order in which they were printed. Each has a remedy: one without is not found. */
    List<Line> problems() {
        List<Line> problems = new ArrayList<>();
        Matcher problem = PROBLEM.matcher(text());
        while (problem.find()) {
            problems.add(new Line(
                    Integer.parseInt(problem.group(1)), problem.group(2), problem.group(3) + "\n" + problem.group(4)));
        }
        assertThat(Pattern.compile("^ *\\[\\d+\\] ", Pattern.MULTILINE)
                        .matcher(text())
                        .results()
                        .count())
                .as("problems with a remedy, of\n%s", text())
                .isEqualTo(problems.size());
        return problems;
    }
}
