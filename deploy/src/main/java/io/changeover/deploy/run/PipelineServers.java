package io.changeover.deploy.run;

import io.changeover.reconcile.CompareServers;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.mysql.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;

/** The servers of a pipeline, for a comparison: all sessions alike. */
public record PipelineServers(PipelineDefinition pipeline) implements CompareServers {

    @Override
    public Connection source(String name) throws SQLException {
        return MySqlServer.of(pipeline.source(name).server(), "compare").connect();
    }

    @Override
    public Connection target(String name) throws SQLException {
        return MySqlServer.of(pipeline.target(name).server(), "compare").connect();
    }
}
