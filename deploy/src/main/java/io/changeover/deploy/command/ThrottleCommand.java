package io.changeover.deploy.command;

import io.changeover.apply.operation.ApplyLimits;
import io.changeover.transport.event.TableName;
import io.changeover.transport.signal.Signal;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Sets how fast old rows are read. */
@Command(
        name = "throttle",
        description =
                "Limits how fast backfill and refresh read the old tables, and apply writes each new one, within a second and"
                        + " until it is changed, also over restarts. The limit of a source's reading is shared by its tables;"
                        + " one of a table holds beside it. The binlog is not limited.")
final class ThrottleCommand extends SteerCommand {

    /** How fast. */
    static final class Limit {

        @Option(names = "--rows-per-second", paramLabel = "N", description = "The most rows in a second, at least 1.")
        private @Nullable Long rowsPerSecond;

        @Option(names = "--off", description = "No limit; without --table none of any table, either.")
        @SuppressWarnings("UnusedVariable") // the group asks for one of the two: without the number it is this
        private boolean off;
    }

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    private Limit limit;

    @Override
    String asked() {
        return limit.rowsPerSecond == null ? "throttle off" : "throttle to " + limit.rowsPerSecond + " rows/s";
    }

    @Override
    void note(ApplyLimits limits, String feed, String who) throws SQLException {
        limits.throttle(feed, limit.rowsPerSecond, who);
    }

    @Override
    void requireSense() {
        if (limit.rowsPerSecond != null && limit.rowsPerSecond < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--rows-per-second is at least 1; `changeover pause` stops altogether");
        }
    }

    @Override
    Signal signal(String id, String source, @Nullable TableName table, String requestedBy) {
        return Signal.throttle(id, source, table, limit.rowsPerSecond, requestedBy);
    }
}
