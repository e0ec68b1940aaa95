package io.changeover.deploy.plan;

import io.changeover.deploy.grants.Grant;
import io.changeover.deploy.grants.HeldGrants;
import io.changeover.deploy.grants.NeededGrants;
import io.changeover.deploy.run.Preparation;
import io.changeover.transport.definition.Destination;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.SourceDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TargetDefinition;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.topic.TopicReport;
import io.changeover.transport.topic.TopicSetup;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes the plan of a pipeline from what its servers have now; changes nothing. */
public final class PipelinePlanner {

    private final PipelineDefinition pipeline;
    private final Duration timeout;

    /** @param timeout how long brokers may take */
    public PipelinePlanner(PipelineDefinition pipeline, Duration timeout) {
        this.pipeline = pipeline;
        this.timeout = timeout;
    }

    /** @throws ChangeoverException (12, 13, 19) when a server or broker refuses or does not answer, or a topic is another one */
    public PipelinePlan plan() {
        TopicReport topics = new TopicSetup(pipeline.kafka().properties(), timeout).describe(pipeline.topicSpecs());
        if (!topics.problems().isEmpty()) {
            throw new ChangeoverException(topics.problems());
        }
        Preparation preparation = new Preparation(pipeline, timeout);
        List<PipelinePlan.Statement> statements = new ArrayList<>();
        List<String> grants = new ArrayList<>();
        for (SourceDefinition source : pipeline.sources()) {
            MySqlServer server = MySqlServer.of(source.server(), "plan");
            grants.addAll(missing(server, NeededGrants.ofSource(pipeline, source.name())));
        }
        for (TargetDefinition target : pipeline.targets()) {
            preparation
                    .statements(target)
                    .forEach(sql -> statements.add(new PipelinePlan.Statement(target.name(), sql)));
            MySqlServer server = MySqlServer.of(target.server(), "plan");
            grants.addAll(missing(server, NeededGrants.ofTarget(pipeline, target)));
        }
        return new PipelinePlan(
                pipeline.name(),
                topics.topics().stream().map(PipelinePlanner::topic).toList(),
                pipeline.tables().stream().map(this::table).toList(),
                MergePlan.of(pipeline.tables()),
                statements,
                grants);
    }

    private static PipelinePlan.TopicPlan topic(TopicReport.State state) {
        String text = state.exists()
                ? "there" + (state.differences().isEmpty() ? "" : ": " + String.join(", ", state.differences()))
                : "to be created";
        return new PipelinePlan.TopicPlan(state.spec().name(), state.spec().partitions(), text);
    }

    private TablePlan table(TableDefinition table) {
        MySqlServer source = MySqlServer.of(pipeline.source(table.sourceName()).server(), "plan");
        try (Connection connection = source.require()) {
            Map<String, ColumnFacts> old = ColumnFacts.read(connection, table.source());
            List<MappedColumns> others = pipeline.tables().stream()
                    .filter(other -> other.sharesSource(table) && !other.label().equals(table.label()))
                    .map(other -> MappedColumns.of(other, old, next(other)))
                    .toList();
            return TablePlan.of(
                    MappedColumns.of(table, old, next(table)),
                    others,
                    pipeline.rowTopic(table),
                    old,
                    new ExpressionFacts(connection, table.source()));
        } catch (SQLException e) {
            throw new ChangeoverException(source.problem(e), e);
        }
    }

    /** The columns of the new table, of shards those of the first. */
    private Map<String, ColumnFacts> next(TableDefinition table) {
        Destination first = table.destinations().get(0);
        MySqlServer target = MySqlServer.of(pipeline.target(first.targetName()).server(), "plan");
        return columns(target, first.table());
    }

    private static Map<String, ColumnFacts> columns(MySqlServer server, TableName table) {
        try (Connection connection = server.require()) {
            return ColumnFacts.read(connection, table);
        } catch (SQLException e) {
            throw new ChangeoverException(server.problem(e), e);
        }
    }

    private static List<String> missing(MySqlServer server, List<Grant> needed) {
        try (Connection connection = server.require()) {
            HeldGrants held = HeldGrants.read(connection);
            return needed.stream()
                    .filter(grant -> !grant.optional() && !held.include(grant))
                    .map(grant -> grant.statement(held.account()))
                    .toList();
        } catch (SQLException e) {
            throw new ChangeoverException(server.problem(e), e);
        }
    }
}
