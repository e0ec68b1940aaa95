package io.changeover.apply.target;

import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;

/** Keeps beside the progress why the apply of a table stopped, for {@link TargetProgress#stops}. Thread-safe. */
public record StoppedTables(MySqlServer server, String pipeline, String feed) implements StopShelf {

    private static final int MAX_TEXT = 8000;

    @Override
    public Optional<TargetProgress.Stop> find() throws SQLException {
        try (Connection connection = server.connect()) {
            return TargetProgress.stops(connection, pipeline).stream()
                    .filter(stop -> stop.feed().equals(feed))
                    .findFirst();
        }
    }

    @Override
    public void put(Problem problem) throws SQLException {
        try (Connection connection = server.connect();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO `changeover`.`stopped` (pipeline, feed,"
                                + " code, place, cause, remedy) VALUES (?, ?, ?, ?, ?, ?) AS n ON DUPLICATE KEY UPDATE"
                                // first, while the other columns still have their old values
                                + " since = IF((stopped.code, stopped.place, stopped.cause) = (n.code, n.place,"
                                + " n.cause), stopped.since, CURRENT_TIMESTAMP(6)), code = n.code, place = n.place, cause = n.cause, remedy = n.remedy")) {
            insert.setString(1, pipeline);
            insert.setString(2, feed);
            insert.setInt(3, problem.code().number());
            insert.setString(4, shortened(problem.place()));
            insert.setString(5, shortened(problem.cause()));
            insert.setString(6, shortened(problem.remedy()));
            insert.executeUpdate();
        }
    }

    @Override
    public void remove() throws SQLException {
        try (Connection connection = server.connect();
                PreparedStatement delete = connection.prepareStatement(
                        "DELETE FROM `changeover`.`stopped` WHERE pipeline = ? AND feed = ?")) {
            delete.setString(1, pipeline);
            delete.setString(2, feed);
            delete.executeUpdate();
        }
    }

    private static String shortened(String text) {
        return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
    }
}
