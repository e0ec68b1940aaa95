package io.changeover.deploy.command;

import io.changeover.apply.preflight.TargetPreflight;
import io.changeover.capture.preflight.SourcePreflight;
import io.changeover.deploy.output.Report;
import io.changeover.deploy.output.Terminal;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.SourceDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.topic.TopicSetup;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** Looks at everything that a migration needs and says everything that is wrong, at once; changes nothing. */
@Command(
        name = "check",
        description = "Config, mapping, servers, grants, topics: all problems at once, with what mends them.")
final class CheckCommand extends PipelineCommand {

    /** @param warnings what does not stop a migration now, but will under some statements */
    record Finding(boolean ok, List<Problem> problems, List<Problem> warnings) implements Report {

        @Override
        public void print(PrintWriter out) {
            warnings.forEach(warning -> out.println("warning: " + warning));
            problems.forEach(out::println);
            out.println(ok ? "ok" : problems.size() + (problems.size() == 1 ? " problem" : " problems"));
        }
    }

    @Override
    ExitCode run(PipelineDefinition pipeline, Terminal terminal) {
        List<Problem> problems = new ArrayList<>(pipeline.unsupported());
        List<Problem> warnings = new ArrayList<>();
        for (SourceDefinition source : pipeline.sources()) {
            SourcePreflight preflight = SourcePreflight.of(
                    source,
                    pipeline.tablesOf(source.name()).stream()
                            .map(TableDefinition::source)
                            .toList());
            problems.addAll(preflight.problems());
            warnings.addAll(preflight.warnings());
        }
        problems.addAll(TargetPreflight.of(pipeline).check());
        try {
            problems.addAll(new TopicSetup(pipeline.kafka().properties(), timeout())
                    .describe(pipeline.topicSpecs())
                    .problems());
        } catch (ChangeoverException e) {
            problems.addAll(e.problems());
        }
        terminal.report(new Finding(problems.isEmpty(), problems, warnings));
        return Problem.exitCode(problems);
    }
}
