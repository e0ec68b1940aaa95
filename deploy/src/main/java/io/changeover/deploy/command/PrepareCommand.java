package io.changeover.deploy.command;

import io.changeover.deploy.output.Report;
import io.changeover.deploy.output.Terminal;
import io.changeover.deploy.run.Preparation;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TargetDefinition;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.topic.TopicReport;
import io.changeover.transport.topic.TopicSetup;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes what the workers need; without {@code --execute} only says what that is. */
@Command(
        name = "prepare",
        description = "Creates the topics, the changeover schema and the version columns. Dry run without --execute.")
final class PrepareCommand extends PipelineCommand {

    /** @param executed whether it was done, not only said */
    record Steps(boolean executed, List<String> topics, List<String> statements) implements Report {

        @Override
        public void print(PrintWriter out) {
            if (topics.isEmpty() && statements.isEmpty()) {
                out.println("everything is there");
                return;
            }
            out.println(executed ? "done:" : "would be done with --execute:");
            topics.forEach(topic -> out.println("  create topic " + topic));
            statements.forEach(statement -> out.println("  " + statement + ";"));
        }
    }

    @Option(names = "--execute", description = "Do it.")
    private boolean execute;

    @Override
    ExitCode run(PipelineDefinition pipeline, Terminal terminal) {
        Preparation preparation = new Preparation(pipeline, timeout());
        TopicReport topics = new TopicSetup(pipeline.kafka().properties(), timeout()).describe(pipeline.topicSpecs());
        if (!topics.problems().isEmpty()) {
            throw new ChangeoverException(topics.problems());
        }
        List<String> statements = new ArrayList<>();
        for (TargetDefinition target : pipeline.targets()) {
            preparation.statements(target).forEach(sql -> statements.add(target.name() + ": " + sql));
        }
        if (execute) {
            preparation.execute();
        }
        List<String> missing = topics.missing().stream()
                .map(topic -> topic.name() + " (" + topic.partitions() + " partitions)")
                .toList();
        terminal.report(new Steps(execute, missing, statements));
        return ExitCode.OK;
    }
}
