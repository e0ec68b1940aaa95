package io.changeover.deploy.command;

import io.changeover.apply.TopicIdentity;
import io.changeover.apply.operation.ReplayEffect;
import io.changeover.apply.operation.ReplayPlan;
import io.changeover.apply.operation.ReplayStep;
import io.changeover.apply.target.StoredRows;
import io.changeover.apply.target.TargetAccess;
import io.changeover.deploy.output.Report;
import io.changeover.deploy.output.Terminal;
import io.changeover.deploy.output.TextTable;
import io.changeover.transport.definition.Destination;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TargetDefinition;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.topic.TopicLog;
import io.changeover.transport.topic.TopicLog.Range;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Has messages applied again, or left out. */
@Command(
        name = "replay",
        description =
                "Moves the place in a table's topic from which apply goes on, while it runs or not. Going back is harmless:"
                        + " no row becomes older, no deleted one comes back. Without --execute it says what would be read"
                        + " again, and how many rows it would change.")
final class ReplayCommand extends PipelineCommand {

    private static final int SAMPLE = 500_000;

    /**
     * A partition on a target.
     *
     * @param state of its progress: {@code open}, {@code not begun}, {@code other topic}
     * @param again messages to read again, at most
     * @param skipped messages that would never be applied
     */
    record Line(String target, int partition, String state, long from, long to, long again, long skipped) {

        static Line of(ReplayStep step) {
            String state = step.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            return new Line(
                    step.target(), step.partition(), state, step.from(), step.to(), step.again(), step.skipped());
        }
    }

    /**
     * What was or would be done.
     *
     * @param counted messages that {@code effect} was counted in; fewer than all: the first ones of each partition
     * @param effect null when it was done
     */
    record Outcome(String table, String state, List<Line> partitions, long counted, ReplayEffect.@Nullable Count effect)
            implements Report {

        @Override
        public void print(PrintWriter out) {
            out.println(table + ": " + state);
            TextTable lines = new TextTable("TARGET", "PARTITION", "PROGRESS", "NOW AT", "TO", "AGAIN", "LEFT OUT");
            partitions.forEach(line -> lines.line(
                    line.target(),
                    line.partition(),
                    line.state(),
                    line.from(),
                    line.to(),
                    line.again(),
                    line.skipped()));
            lines.print(out);
            if (effect != null && effect.messages() > 0) {
                out.println(effect.messages() + " messages, " + effect.keys() + " keys; " + effect.news()
                        + " rows would change" + sample());
            }
        }

        private String sample() {
            long all = partitions.stream().mapToLong(Line::again).max().orElse(0);
            return counted < all ? " (counted in the first " + counted + " messages of each partition)" : "";
        }
    }

    @Option(
            names = "--table",
            paramLabel = "T",
            required = true,
            description =
                    "The old table: source.schema.table; of one that is split the part: source.schema.table/part.")
    private String table = "";

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    private ReplayPoint point;

    @Option(names = "--partitions", paramLabel = "P", split = ",", description = "Only these partitions: 0,1.")
    private List<Integer> partitions = List.of();

    @Option(
            names = "--skip-unapplied",
            description = "Go forward, too: messages that are left out are never applied, and their rows differ.")
    private boolean skipUnapplied;

    @Option(names = "--execute", description = "Do it.")
    private boolean execute;

    @Override
    ExitCode run(PipelineDefinition pipeline, Terminal terminal) {
        TableDefinition asked = Pipelines.table(pipeline, table);
        String topic = pipeline.rowTopic(asked);
        Map<String, MySqlServer> servers = new TreeMap<>();
        asked.targetNames()
                .forEach(target -> servers.put(
                        target, MySqlServer.of(pipeline.target(target).server(), "replay")));
        try (TopicLog log = new TopicLog(pipeline.kafka().properties(), topic, timeout())) {
            ReplayPlan plan = ReplayPlan.of(
                    pipeline.name(),
                    topic,
                    pipeline.feed(asked),
                    topicId(pipeline, topic),
                    log.ranges(),
                    servers,
                    Set.copyOf(partitions),
                    point.goal(log));
            plan.requirePossible(skipUnapplied);
            List<Line> lines = plan.steps().stream().map(Line::of).toList();
            if (execute) {
                servers.forEach((target, server) -> execute(plan, target, server));
                terminal.report(new Outcome(asked.label(), "moved", lines, 0, null));
                terminal.say("an apply that runs goes on from there within some seconds");
            } else {
                terminal.report(dryRun(pipeline, asked, plan, lines, log, terminal));
                terminal.say("nothing was moved: --execute moves it");
            }
            if (lines.stream().anyMatch(line -> line.skipped() > 0)) {
                terminal.say("what is left out is never applied: reconcile the table afterwards, with repair");
            }
            return ExitCode.OK;
        }
    }

    private static String topicId(PipelineDefinition pipeline, String topic) {
        Map<String, Object> client = new HashMap<>(pipeline.kafka().properties());
        try (Admin admin = Admin.create(client)) {
            return TopicIdentity.of(admin, topic).id();
        }
    }

    private static void execute(ReplayPlan plan, String target, MySqlServer server) {
        try (Connection connection = server.connect()) {
            plan.execute(connection, target);
        } catch (SQLException e) {
            throw new ChangeoverException(server.problem(e), e);
        }
    }

    private Outcome dryRun(
            PipelineDefinition pipeline,
            TableDefinition asked,
            ReplayPlan plan,
            List<Line> lines,
            TopicLog log,
            Terminal terminal) {
        Map<Integer, Range> again = plan.again();
        long each = SAMPLE / Math.max(1, again.size());
        List<StoredRows> places = new ArrayList<>();
        try {
            for (Destination place : again.isEmpty() ? List.<Destination>of() : asked.destinations()) {
                TargetDefinition target = pipeline.target(place.targetName());
                MySqlServer server = MySqlServer.of(target.server(), "replay");
                places.add(StoredRows.open(new TargetAccess(server, target.versionStore()), asked, place));
            }
            ReplayEffect effect = new ReplayEffect(places, messages -> terminal.say(messages + " messages read ..."));
            for (Map.Entry<Integer, Range> part : again.entrySet()) {
                Range range = part.getValue();
                effect.read(log, part.getKey(), range.start(), Math.min(range.end(), range.start() + each));
            }
            return new Outcome(asked.label(), "dry run", lines, each, effect.count());
        } finally {
            places.forEach(StoredRows::close);
        }
    }

    @Override
    Duration defaultTimeout() {
        return Duration.ofSeconds(60);
    }
}
