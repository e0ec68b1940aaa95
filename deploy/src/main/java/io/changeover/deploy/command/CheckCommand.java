package io.changeover.deploy.command;

import io.changeover.apply.preflight.TargetPreflight;
import io.changeover.capture.preflight.SourceBacklog;
import io.changeover.capture.preflight.SourcePreflight;
import io.changeover.capture.schema.Cascades;
import io.changeover.deploy.output.Report;
import io.changeover.deploy.output.Terminal;
import io.changeover.deploy.run.PipelineServers;
import io.changeover.reconcile.MappingProbe;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.SourceDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.position.ProgressTopic;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.topic.TopicSetup;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** Looks at everything that a migration needs and says everything that is wrong, at once; changes nothing. */
@Command(
        name = "check",
        description = "Config, mapping, servers, grants, topics: all problems at once, with what mends them.")
final class CheckCommand extends PipelineCommand {

    /** One thing that was looked at; without problems it is in order. */
    record Item(String what, State state, List<Problem> problems) {

        enum State {
            ok,
            wrong,
            /** Not looked at: what is wrong elsewhere would only be said again. */
            later
        }

        static Item of(String what, List<Problem> problems) {
            return new Item(what, problems.isEmpty() ? State.ok : State.wrong, problems);
        }

        static Item later(String what) {
            return new Item(what, State.later, List.of());
        }
    }

    /** @param warnings what does not stop a migration now, but will under some statements */
    record Findings(boolean ok, List<Item> checked, List<Problem> warnings) implements Report {

        @Override
        public void print(PrintWriter out) {
            Set<Problem> said = new LinkedHashSet<>();
            for (Item item : checked) {
                out.println(String.format(Locale.ROOT, "%-5s ", item.state()) + item.what());
                // one cause may show in several checks
                item.problems().stream().filter(said::add).forEach(problem -> out.println("  " + problem));
            }
            for (int i = 0; i < warnings.size(); i++) {
                Problem warning = warnings.get(i);
                out.println("mind  " + warning.place() + ": " + warning.cause());
                // several in a row may ask for the same
                boolean again =
                        i + 1 < warnings.size() && warnings.get(i + 1).remedy().equals(warning.remedy());
                if (!again) {
                    out.println("     -> " + warning.remedy());
                }
            }
            out.println();
            out.println(ok ? "ready" : said.size() + (said.size() == 1 ? " problem" : " problems"));
        }
    }

    private List<Problem> hints = List.of();

    @Override
    void hints(List<Problem> said) {
        hints = said;
    }

    @Override
    ExitCode run(PipelineDefinition pipeline, Terminal terminal) {
        List<Item> checked = new ArrayList<>();
        List<Problem> warnings = new ArrayList<>(hints);
        checked.add(Item.of("definition of " + pipeline.name(), List.of()));
        List<Problem> topics = topics(pipeline);
        Map<String, List<Problem>> onSources = new HashMap<>();
        for (SourceDefinition source : pipeline.sources()) {
            List<TableDefinition> tables = pipeline.tablesOf(source.name());
            SourcePreflight preflight = SourcePreflight.of(
                    source,
                    tables.stream().map(TableDefinition::source).distinct().toList(),
                    Cascades.declaring(pipeline.cascadesOf(source.name())));
            SourceBacklog backlog = topics.isEmpty() && preflight.problems().isEmpty()
                    ? backlog(pipeline, source)
                    : new SourceBacklog(List.of(), List.of());
            List<Problem> onSource = Stream.concat(preflight.problems().stream(), backlog.problems().stream())
                    .toList();
            onSources.put(source.name(), onSource);
            checked.add(
                    Item.of("source " + source.name() + " at " + source.server().address(), onSource));
            warnings.addAll(preflight.warnings());
            warnings.addAll(backlog.warnings());
        }
        List<Problem> onTargets = TargetPreflight.of(pipeline).check();
        checked.add(Item.of("targets and the new tables", onTargets));
        checked.add(Item.of("topics", topics));
        MappingProbe probe = new MappingProbe(new PipelineServers(pipeline));
        Obstacles obstacles = new Obstacles(pipeline, onSources, onTargets);
        for (TableDefinition table : pipeline.tables()) {
            String what = "mapping of " + table.label() + ", run on both servers";
            checked.add(obstacles.of(table) ? Item.later(what) : Item.of(what, probe.problems(table)));
        }
        List<Problem> problems = checked.stream()
                .flatMap(item -> item.problems().stream())
                .distinct()
                .toList();
        if (!problems.isEmpty() && problems.stream().allMatch(p -> p.code() == ExitCode.UNREACHABLE)) {
            // nothing else is wrong: worth trying again until the time is over
            throw new ChangeoverException(problems);
        }
        terminal.report(new Findings(problems.isEmpty(), checked, warnings));
        return Problem.exitCode(problems);
    }

    /** Of a capture that has begun. */
    private SourceBacklog backlog(PipelineDefinition pipeline, SourceDefinition source) {
        String topic = pipeline.topicNames().progress(source.name());
        try {
            return ProgressTopic.readLatest(pipeline.kafka().properties(), topic, timeout())
                    .position()
                    .map(position -> SourceBacklog.of(
                            source, position, InstantSource.system().instant()))
                    .orElseGet(() -> new SourceBacklog(List.of(), List.of()));
        } catch (ChangeoverException e) {
            return new SourceBacklog(e.problems(), List.of());
        }
    }

    private List<Problem> topics(PipelineDefinition pipeline) {
        try {
            return new TopicSetup(pipeline.kafka().properties(), timeout())
                    .describe(pipeline.topicSpecs())
                    .problems();
        } catch (ChangeoverException e) {
            return e.problems();
        }
    }
}
