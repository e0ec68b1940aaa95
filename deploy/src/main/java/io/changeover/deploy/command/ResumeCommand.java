package io.changeover.deploy.command;

import io.changeover.apply.operation.ApplyLimits;
import io.changeover.transport.event.TableName;
import io.changeover.transport.signal.Signal;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Lets the reading of old rows go on. */
@Command(name = "resume", description = "Lets backfill, refresh and apply go on that were paused; a throttle stays.")
final class ResumeCommand extends SteerCommand {

    @Override
    String asked() {
        return "resume";
    }

    @Override
    void note(ApplyLimits limits, String feed, String who) throws SQLException {
        limits.resume(feed, who);
    }

    @Override
    Signal signal(String id, String source, @Nullable TableName table, String requestedBy) {
        return Signal.resume(id, source, table, requestedBy);
    }
}
