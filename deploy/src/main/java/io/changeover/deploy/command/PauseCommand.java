package io.changeover.deploy.command;

import io.changeover.apply.operation.ApplyLimits;
import io.changeover.transport.event.TableName;
import io.changeover.transport.signal.Signal;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Stops the reading of old rows. */
@Command(
        name = "pause",
        description =
                "Stops backfill and refresh from reading the old tables, and apply from writing the new ones, within a second"
                        + " and until `resume`, also over restarts. Changes still come from the binlog to the topics.")
final class PauseCommand extends SteerCommand {

    @Override
    String asked() {
        return "pause";
    }

    @Override
    void note(ApplyLimits limits, String feed, String who) throws SQLException {
        limits.pause(feed, who);
    }

    @Override
    Signal signal(String id, String source, @Nullable TableName table, String requestedBy) {
        return Signal.pause(id, source, table, requestedBy);
    }
}
