package io.changeover.deploy.reconcile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A statement with which apply writes rows, taken apart so that a bug can be put into it. Confined. */
final class RowsStatement {

    private static final Pattern INSERT = Pattern.compile("^INSERT INTO `[^`]+`\\.`([^`]+)` \\(([^)]*)\\) VALUES ");
    private static final Pattern UPDATE = Pattern.compile("^UPDATE (?:`[^`]+`\\.`([^`]+)` t FORCE |JSON_TABLE)");
    private static final Pattern JOINED = Pattern.compile("STRAIGHT_JOIN `[^`]+`\\.`([^`]+)` t ON ");
    private static final Pattern ASSIGNED = Pattern.compile("t\\.`([^`]+)` = v\\.column_(\\d+)");

    private final String table;
    private final boolean insert;
    private final Map<String, Integer> columns = new HashMap<>();
    private final List<List<String>> rows = new ArrayList<>();
    private String head;
    private String tail;

    private RowsStatement(String table, boolean insert, String head) {
        this.table = table;
        this.insert = insert;
        this.head = head;
        this.tail = "";
    }

    /** Empty when it is none. */
    static Optional<RowsStatement> of(String sql) {
        Matcher insert = INSERT.matcher(sql);
        if (insert.find() && !insert.group().contains("`changeover`.")) {
            RowsStatement made = new RowsStatement(insert.group(1), true, insert.group());
            String[] names = insert.group(2).split(", ");
            for (int i = 0; i < names.length; i++) {
                made.columns.put(names[i].replace("`", ""), i);
            }
            made.read(sql, insert.end());
            return Optional.of(made);
        }
        Matcher update = UPDATE.matcher(sql);
        int values = sql.indexOf("(VALUES ROW(");
        if (!update.find() || values < 0) {
            return Optional.empty();
        }
        int from = values + "(VALUES ".length();
        String name = update.group(1);
        if (name == null) {
            Matcher joined = JOINED.matcher(sql);
            name = joined.find(from) ? joined.group(1) : "";
        }
        RowsStatement made = new RowsStatement(name, false, sql.substring(0, from));
        made.read(sql, from);
        Matcher assigned = ASSIGNED.matcher(made.tail);
        while (assigned.find()) {
            made.columns.put(assigned.group(1), Integer.parseInt(assigned.group(2)));
        }
        return Optional.of(made);
    }

    private void read(String sql, int from) {
        int at = from;
        while (true) {
            at = sql.indexOf('(', at) + 1;
            List<String> row = new ArrayList<>();
            int begin = at;
            int depth = 0;
            for (char c = sql.charAt(at); depth > 0 || c != ')'; c = sql.charAt(at)) {
                if (c == '\'') {
                    at = behindText(sql, at);
                    continue;
                }
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                if (c == ',' && depth == 0) {
                    row.add(sql.substring(begin, at));
                    begin = at + 1;
                }
                at++;
            }
            row.add(sql.substring(begin, at));
            rows.add(row);
            at++;
            if (at >= sql.length() || sql.charAt(at) != ',') {
                tail = sql.substring(at);
                return;
            }
        }
    }

    private static int behindText(String sql, int quote) {
        int at = quote + 1;
        while (sql.charAt(at) != '\'') {
            at += sql.charAt(at) == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    String table() {
        return table;
    }

    boolean isInsert() {
        return insert;
    }

    boolean has(String column) {
        return columns.containsKey(column);
    }

    /** The rows as SQL literals; may be changed. */
    List<List<String>> rows() {
        return rows;
    }

    int place(String column) {
        return Objects.requireNonNull(columns.get(column), column);
    }

    /** What the column's values become, where the statement has that column. */
    void change(String column, UnaryOperator<String> by) {
        if (has(column)) {
            rows.forEach(row -> row.set(place(column), by.apply(row.get(place(column)))));
        }
    }

    void changeHead(UnaryOperator<String> by) {
        head = by.apply(head);
    }

    void changeTail(UnaryOperator<String> by) {
        tail = by.apply(tail);
    }

    String sql() {
        String row = insert ? "(" : "ROW(";
        return head
                + rows.stream()
                        .map(values -> row + String.join(",", values) + ")")
                        .collect(Collectors.joining(","))
                + tail;
    }
}
