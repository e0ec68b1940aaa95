package io.changeover.deploy.command;

import io.changeover.transport.event.TableName;
import io.changeover.transport.signal.Signal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Lets the reading of old rows go on. */
@Command(
        name = "resume",
        description =
                "Lets backfill and refresh read the old tables again after `pause`, where they left off. Without --table"
                        + " it ends the pause of each table, too.")
final class ResumeCommand extends SteerCommand {

    @Override
    String asked() {
        return "resume";
    }

    @Override
    Signal signal(String id, String source, @Nullable TableName table, String requestedBy) {
        return Signal.resume(id, source, table, requestedBy);
    }
}
