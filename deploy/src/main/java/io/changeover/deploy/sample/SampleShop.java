package io.changeover.deploy.sample;

import io.changeover.deploy.grants.Grant;
import io.changeover.transport.definition.Secret;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Makes the old and the new database as an operator would. */
public final class SampleShop {

    private SampleShop() {}

    /** The old schema with its rows. */
    public static void createOld(Connection primary, LegacyRows rows) throws SQLException {
        execute(primary, SqlResource.statements("legacy.sql"));
        rows.insert(primary);
        execute(primary, "ANALYZE TABLE trade.t_user, trade.t_order, trade.t_order_item");
    }

    /** The new schema, empty. */
    public static void createNew(Connection server) throws SQLException {
        execute(server, SqlResource.statements("shop.sql"));
    }

    /** An account that may do what `changeover grants` prints, and nothing else. */
    public static void account(Connection server, String user, Secret password, List<Grant> grants)
            throws SQLException {
        String account = user(server, user, password);
        for (Grant grant : grants) {
            execute(server, grant.statement(account));
        }
    }

    /** An account that may do nothing yet, as SQL names it. */
    static String user(Connection server, String user, Secret password) throws SQLException {
        // the parameter is put in by the driver: the server takes none there
        try (PreparedStatement create =
                server.prepareStatement("CREATE USER IF NOT EXISTS '" + user + "'@'%' IDENTIFIED BY ?")) {
            create.setString(1, password.reveal());
            create.execute();
        }
        return "'" + user + "'@'%'";
    }

    static void execute(Connection server, String... statements) throws SQLException {
        try (Statement statement = server.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
