package io.changeover.deploy.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.changeover.transport.problem.Problem;
import java.io.PrintWriter;
import java.util.List;

/** Where a command prints: data on {@code out}, talk on {@code err}. Thread-safe as its writers are. */
public record Terminal(PrintWriter out, PrintWriter err, OutputFormat format) {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private static final ObjectWriter LINE = JSON.writer().without(SerializationFeature.INDENT_OUTPUT);

    /** The data, once, in the format that was asked for. */
    public void report(Report report) {
        if (format == OutputFormat.table) {
            report.print(out);
            out.flush();
            return;
        }
        if (format == OutputFormat.jsonl) {
            report.lines().forEach(line -> out.println(json(LINE, line)));
        } else {
            out.println(json(JSON.writer(), report.json()));
        }
        out.flush();
    }

    /** Data of any length, each on a line of its own. */
    public void lines(List<? extends Report> reports) {
        for (Report report : reports) {
            if (format == OutputFormat.table) {
                report.print(out);
            } else {
                out.println(json(LINE, report.json()));
            }
        }
        out.flush();
    }

    private static String json(ObjectWriter writer, Object report) {
        try {
            return writer.writeValueAsString(report);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("report is not JSON: " + report.getClass(), e);
        }
    }

    /** A line for the person in front of the screen. */
    public void say(String line) {
        err.println(line);
        err.flush();
    }

    public void problems(List<Problem> problems) {
        problems.forEach(problem -> say(problem.toString()));
    }
}
