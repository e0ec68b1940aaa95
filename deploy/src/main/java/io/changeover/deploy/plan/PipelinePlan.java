package io.changeover.deploy.plan;

import io.changeover.deploy.output.Report;
import io.changeover.deploy.output.TextTable;
import java.io.PrintWriter;
import java.util.List;

/** Everything that will happen: the data of {@code plan} and of {@code prepare}. */
public record PipelinePlan(
        String pipeline,
        List<TopicPlan> topics,
        List<TablePlan> tables,
        List<Statement> statements,
        List<String> grants)
        implements Report {

    /** @param state {@code there} or {@code to be created}; and what of it is not as asked */
    public record TopicPlan(String topic, int partitions, String state) {}

    public record Statement(String server, String sql) {}

    @Override
    public void print(PrintWriter out) {
        out.println("Pipeline " + pipeline);
        out.println();
        TextTable topicLines = new TextTable("TOPIC", "PARTITIONS", "STATE");
        topics.forEach(topic -> topicLines.line(topic.topic(), topic.partitions(), topic.state()));
        topicLines.print(out);
        for (TablePlan table : tables) {
            out.println();
            out.println(table.source() + " -> " + table.target()
                    + (table.where() == null ? "" : "   where " + table.where()));
            TextTable columns = new TextTable("  NEW COLUMN", "TYPE", "FROM", "OLD TYPE", "MIND");
            for (TablePlan.ColumnPlan column : table.columns()) {
                columns.line(
                        "  " + column.column() + (column.key() ? " (key)" : ""),
                        column.type(),
                        column.from(),
                        column.oldType() == null ? "" : column.oldType(),
                        String.join("; ", column.notes()));
            }
            columns.print(out);
            line(out, "  left behind: ", table.leftBehind());
            line(out, "  not written: ", table.untouched());
        }
        if (!statements.isEmpty()) {
            out.println();
            out.println("Statements:");
            statements.forEach(statement -> out.println("  " + statement.server() + ": " + statement.sql() + ";"));
        }
        if (!grants.isEmpty()) {
            out.println();
            out.println("Grants that are missing:");
            grants.forEach(grant -> out.println("  " + grant));
        }
    }

    private static void line(PrintWriter out, String title, List<String> names) {
        if (!names.isEmpty()) {
            out.println(title + String.join(", ", names));
        }
    }
}
