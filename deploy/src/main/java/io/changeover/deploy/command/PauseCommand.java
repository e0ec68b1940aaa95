package io.changeover.deploy.command;

import io.changeover.transport.event.TableName;
import io.changeover.transport.signal.Signal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Stops the reading of old rows. */
@Command(
        name = "pause",
        description =
                "Stops backfill and refresh from reading the old tables, within a second and until `resume`, also over"
                        + " restarts. Changes of the old tables still come by the binlog, and apply still writes them.")
final class PauseCommand extends SteerCommand {

    @Override
    String asked() {
        return "pause";
    }

    @Override
    Signal signal(String id, String source, @Nullable TableName table, String requestedBy) {
        return Signal.pause(id, source, table, requestedBy);
    }
}
