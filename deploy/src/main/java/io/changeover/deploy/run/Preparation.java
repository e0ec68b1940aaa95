package io.changeover.deploy.run;

import io.changeover.apply.target.MetadataSchema;
import io.changeover.apply.target.TargetTable;
import io.changeover.deploy.grants.NeededGrants;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TargetDefinition;
import io.changeover.transport.definition.TargetDefinition.VersionStore;
import io.changeover.transport.event.SourceTable;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.topic.SourceNumbers;
import io.changeover.transport.topic.TopicSetup;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What must be there before the workers: topics, the numbers of the source tables, our schema and columns on the targets. */
public final class Preparation {

    private final PipelineDefinition pipeline;
    private final Duration timeout;

    /** @param timeout how long brokers may take */
    public Preparation(PipelineDefinition pipeline, Duration timeout) {
        this.pipeline = pipeline;
        this.timeout = timeout;
    }

    /** Does what is missing; may run again, and beside others. Topics first: nobody produces before they have leaders. */
    public void execute() {
        createTopics();
        pipeline.targets().forEach(this::prepare);
    }

    /** The topics, and the numbers that are kept in one of them. */
    public void createTopics() {
        Map<String, String> kafka = pipeline.kafka().properties();
        new TopicSetup(kafka, timeout).create(pipeline.topicSpecs());
        List<SourceTable> tables = pipeline.tables().stream()
                .map(table -> new SourceTable(table.sourceName(), table.source()))
                .distinct()
                .toList();
        new SourceNumbers(kafka, pipeline.topicNames().registry(), timeout, new SecureRandom()).getOrAllocate(tables);
    }

    private void prepare(TargetDefinition target) {
        MySqlServer server = MySqlServer.of(target.server(), "prepare");
        try (Connection connection = server.require();
                Statement statement = connection.createStatement()) {
            for (String sql : missing(connection, target)) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new ChangeoverException(server.problem(e), e);
        }
    }

    /**
     * The statements that {@link #execute} would run on a target.
     *
     * @throws ChangeoverException (12, 13) when the server refuses or does not answer
     */
    public List<String> statements(TargetDefinition target) {
        MySqlServer server = MySqlServer.of(target.server(), "plan");
        try (Connection connection = server.require()) {
            return missing(connection, target);
        } catch (SQLException e) {
            throw new ChangeoverException(server.problem(e), e);
        }
    }

    private List<String> missing(Connection connection, TargetDefinition target) throws SQLException {
        List<String> statements = new ArrayList<>();
        if (!hasSchema(connection)) {
            statements.addAll(MetadataSchema.statements());
        }
        if (target.versionStore() == VersionStore.COLUMN) {
            for (TableName name : NeededGrants.tables(pipeline, target.name())) {
                Optional<TargetTable> table = TargetTable.read(connection, name);
                if (table.isPresent() && !table.get().hasVersionColumn()) {
                    statements.add(MetadataSchema.addVersionColumn(name));
                }
            }
        }
        return statements;
    }

    /** Whether every table of apply's is there; reconcile makes its own beside them. */
    private static boolean hasSchema(Connection connection) throws SQLException {
        long ours = MetadataSchema.statements().stream()
                .filter(sql -> sql.startsWith("CREATE TABLE"))
                .count();
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = '"
                                + MetadataSchema.SCHEMA + "' AND TABLE_NAME NOT LIKE 'reconcile%'")) {
            row.next();
            return row.getLong(1) >= ours;
        }
    }
}
