package io.changeover.reconcile.schedule;

import io.changeover.reconcile.CompareServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Servers whose connections can be cut from outside, which ends whatever is read by them. Thread-safe. */
final class OpenServers implements CompareServers {

    private final CompareServers servers;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    OpenServers(CompareServers servers) {
        this.servers = servers;
    }

    @Override
    public Connection source(String name) throws SQLException {
        return noted(servers.source(name));
    }

    @Override
    public Connection target(String name) throws SQLException {
        return noted(servers.target(name));
    }

    private Connection noted(Connection connection) throws SQLException {
        for (Iterator<Connection> each = open.iterator(); each.hasNext(); ) {
            if (each.next().isClosed()) {
                each.remove();
            }
        }
        open.add(connection);
        // after it was noted: else one that is opened while all are cut would stay
        if (cut) {
            connection.abort(Runnable::run);
            throw new SQLException("the comparison was ended");
        }
        return connection;
    }

    /** For good. */
    void cut() throws SQLException {
        cut = true;
        for (Connection connection : open) {
            connection.abort(Runnable::run);
        }
    }
}
