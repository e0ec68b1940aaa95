package io.changeover.deploy.output;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Columns of text, as wide as their longest value. Confined. */
public final class TextTable {

    private final List<List<String>> lines = new ArrayList<>();

    public TextTable(String... headings) {
        lines.add(List.of(headings));
    }

    public TextTable line(Object... values) {
        List<String> line = new ArrayList<>();
        for (Object value : values) {
            line.add(String.valueOf(value));
        }
        lines.add(line);
        return this;
    }

    public void print(PrintWriter out) {
        int columns = lines.get(0).size();
        int[] widths = new int[columns];
        for (List<String> line : lines) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                text.append(line.get(i))
                        .append(" ".repeat(widths[i] - line.get(i).length() + 2));
            }
            out.println(text.toString().stripTrailing());
        }
    }
}
