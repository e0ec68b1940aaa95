package io.changeover.deploy.sample;

import io.changeover.deploy.grants.NeededGrants;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.Secret;
import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.definition.SourceDefinition;
import io.changeover.transport.definition.TargetDefinition;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.Consumer;

/**
 * Makes of three empty servers what the sample begins with: an old primary with orders, a replica that follows it, and a new
 * server. What is there already stays as it is.
 */
public final class SampleServers {

    /** Writes orders. */
    public static final String APPLICATION = "app";

    /** An account that nobody enters by: created last on a server, it says that everything there is done. */
    private static final String MARK = "sample_is_there";

    private static final String REPLICATION = "replication";

    private final PipelineDefinition pipeline;
    private final ServerAccess primary;
    private final ServerAccess replica;
    private final ServerAccess next;
    private final Secret password;

    /**
     * @param pipeline has one source, the replica, and one target
     * @param primary by an account that may do everything on all three
     * @param password of the accounts for replication and of the application
     */
    public SampleServers(PipelineDefinition pipeline, ServerAccess primary, Secret password) {
        this.pipeline = pipeline;
        this.primary = primary;
        this.replica = at(primary, source().server());
        this.next = at(primary, target().server());
        this.password = password;
    }

    private static ServerAccess at(ServerAccess account, ServerAccess server) {
        return new ServerAccess(
                server.host(), server.port(), account.user(), account.password(), server.tls(), server.tlsCa());
    }

    /**
     * @param say takes what is being done
     * @throws ChangeoverException (13) while a server does not answer, (11) when an earlier setup was cut off
     */
    public void create(LegacyRows rows, Consumer<String> say) {
        MySqlServer of = MySqlServer.of(primary, "sample");
        try (Connection connection = of.require()) {
            fill(connection, rows, say);
        } catch (SQLException e) {
            throw new ChangeoverException(of.problem(e), e);
        }
        follow(say);
        createNew(say);
    }

    private void fill(Connection connection, LegacyRows rows, Consumer<String> say) throws SQLException {
        if (isDone(connection, primary, "trade")) {
            say.accept("the old database is there");
            return;
        }
        say.accept("filling the old database: " + rows.total() + " rows in three tables");
        String follower = SampleShop.user(connection, REPLICATION, password);
        SampleShop.execute(connection, "GRANT REPLICATION SLAVE ON *.* TO " + follower);
        SampleShop.createOld(connection, rows);
        SampleShop.account(
                connection,
                source().server().user(),
                source().server().password(),
                NeededGrants.ofSource(pipeline, source().name()));
        String application = SampleShop.user(connection, APPLICATION, password);
        SampleShop.execute(connection, "GRANT SELECT, INSERT, UPDATE, DELETE ON trade.* TO " + application);
        done(connection);
    }

    /** @throws ChangeoverException (11) when a setup was cut off: what it left may be of somebody else, and is not touched */
    private static boolean isDone(Connection connection, ServerAccess server, String schema) throws SQLException {
        if (exists(connection, "SELECT 1 FROM mysql.user WHERE user = ?", MARK)) {
            return true;
        }
        if (exists(connection, "SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?", schema)) {
            throw new ChangeoverException(new Problem(
                    ExitCode.PREFLIGHT,
                    server.address(),
                    "the schema `" + schema + "` is there, and not all of the sample: a setup was cut off",
                    "begin with empty servers: docker compose down --volumes"));
        }
        return false;
    }

    private static void done(Connection connection) throws SQLException {
        SampleShop.execute(connection, "CREATE USER '" + MARK + "'@'localhost' ACCOUNT LOCK");
    }

    private void follow(Consumer<String> say) {
        MySqlServer of = MySqlServer.of(replica, "sample");
        try (Connection connection = of.require()) {
            if (exists(
                    connection,
                    "SELECT 1 FROM performance_schema.replication_connection_configuration WHERE HOST = ?",
                    primary.host())) {
                say.accept("the replica follows");
            } else {
                say.accept("making " + replica.address() + " a replica of " + primary.address());
                // what its own image did when it was set up must not stand in its GTIDs
                SampleShop.execute(connection, "RESET MASTER");
                changeSource(connection);
            }
            SampleShop.execute(connection, "START REPLICA", "SET PERSIST super_read_only = ON");
        } catch (SQLException e) {
            throw new ChangeoverException(of.problem(e), e);
        }
    }

    private void changeSource(Connection connection) throws SQLException {
        try (PreparedStatement change = connection.prepareStatement(
                "CHANGE REPLICATION SOURCE TO SOURCE_HOST = ?, SOURCE_PORT = " + primary.port()
                        + ", SOURCE_USER = ?, SOURCE_PASSWORD = ?, SOURCE_AUTO_POSITION = 1, SOURCE_SSL = 1")) {
            change.setString(1, primary.host());
            change.setString(2, REPLICATION);
            change.setString(3, password.reveal());
            change.execute();
        }
    }

    private void createNew(Consumer<String> say) {
        MySqlServer of = MySqlServer.of(next, "sample");
        try (Connection connection = of.require()) {
            if (isDone(connection, next, "shop")) {
                say.accept("the new database is there");
                return;
            }
            say.accept("creating the new schema");
            SampleShop.createNew(connection);
            SampleShop.account(
                    connection,
                    target().server().user(),
                    target().server().password(),
                    NeededGrants.ofTarget(pipeline, target()));
            done(connection);
        } catch (SQLException e) {
            throw new ChangeoverException(of.problem(e), e);
        }
    }

    private SourceDefinition source() {
        return pipeline.sources().get(0);
    }

    private TargetDefinition target() {
        return pipeline.targets().get(0);
    }

    private static boolean exists(Connection connection, String sql, String value) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, value);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }
}
