package io.changeover.transport.problem;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.List;

/**
 * One thing that is wrong: its code, the place (file:line, table, key, topic/partition/offset, GTID), the cause, and the
 * remedy, which is a sentence or the statement that mends it. Never holds row data or secrets.
 */
public record Problem(ExitCode code, String place, String cause, String remedy) {

    /** The order in which several problems decide the exit code of a command. */
    private static final List<ExitCode> PRECEDENCE = List.of(
            ExitCode.CONFIG,
            ExitCode.DENIED,
            ExitCode.UNREACHABLE,
            ExitCode.PREFLIGHT,
            ExitCode.TOPIC_CHANGED,
            ExitCode.SCHEMA_DRIFT);

    public Problem {
        requireNonNull(code, "code");
        requireNonNull(place, "place");
        requireNonNull(cause, "cause");
        requireNonNull(remedy, "remedy");
    }

    /** The exit code of a command that found {@code problems}; {@link ExitCode#OK} when there are none. */
    public static ExitCode exitCode(List<Problem> problems) {
        return problems.stream()
                .map(Problem::code)
                .min(Comparator.comparingInt(Problem::rank))
                .orElse(ExitCode.OK);
    }

    private static int rank(ExitCode code) {
        int rank = PRECEDENCE.indexOf(code);
        return rank < 0 ? PRECEDENCE.size() + code.number() : rank;
    }

    @Override
    public String toString() {
        return "[" + code.number() + "] " + place + ": " + cause + (remedy.isEmpty() ? "" : "\n     -> " + remedy);
    }
}
