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
        List<MergePlan> merges,
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
        tables.forEach(table -> TablePlanText.print(table, out));
        for (MergePlan merge : merges) {
            out.println();
            out.println(String.join(", ", merge.sources()) + " become one table " + merge.target());
            out.println(
                    merge.apart().isEmpty()
                            ? "  nothing keeps their keys apart: rows of two may want one key; count them with --dry-run-data"
                            : "  " + merge.apart() + " keeps their keys apart");
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
}
