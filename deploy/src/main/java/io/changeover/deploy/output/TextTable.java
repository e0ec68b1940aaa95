package io.changeover.deploy.output;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Columns of text, as wide as their longest value. Confined. */
public final class TextTable {

    private final List<List<String>> lines = new ArrayList<>();
    private final Map<Integer, List<String>> below = new HashMap<>();

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

    /** A text below the last line, which widens no column. */
    public TextTable below(String text) {
        below.computeIfAbsent(lines.size() - 1, none -> new ArrayList<>()).add(text);
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
        for (int n = 0; n < lines.size(); n++) {
            List<String> line = lines.get(n);
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                text.append(line.get(i))
                        .append(" ".repeat(widths[i] - line.get(i).length() + 2));
            }
            out.println(text.toString().stripTrailing());
            below.getOrDefault(n, List.of()).forEach(out::println);
        }
    }
}
