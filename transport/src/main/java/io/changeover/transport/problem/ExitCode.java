package io.changeover.transport.problem;

/** The exit codes of the command; also the {@code code} of a problem in logs and in {@code status}. */
public enum ExitCode {
    OK(0),
    BUG(1),
    USAGE(2),
    CONFIG(10),
    PREFLIGHT(11),
    DENIED(12),
    UNREACHABLE(13),
    SOURCE_GAP(14),
    UNSAFE_EVENT(15),
    FENCED(16),
    SCHEMA_DRIFT(17),
    POSITION_DAMAGED(18),
    TOPIC_CHANGED(19),
    PARK_LIMIT(20),
    GATE_NOT_MET(21),
    DIFFERENCES(22);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** @throws IllegalArgumentException when there is no such code */
    public static ExitCode of(int number) {
        for (ExitCode code : values()) {
            if (code.number == number) {
                return code;
            }
        }
        throw new IllegalArgumentException("no exit code " + number);
    }

    /** The process exit status. */
    public int number() {
        return number;
    }
}
