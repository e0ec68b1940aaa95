package io.changeover.transport.problem;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A stop with one or more {@linkplain Problem problems}; the command prints them and exits with their code. */
public final class ChangeoverException extends RuntimeException {

    private final List<Problem> problems;

    public ChangeoverException(Problem problem) {
        this(List.of(problem), null);
    }

    public ChangeoverException(Problem problem, @Nullable Throwable cause) {
        this(List.of(problem), cause);
    }

    public ChangeoverException(List<Problem> problems) {
        this(problems, null);
    }

    private ChangeoverException(List<Problem> problems, @Nullable Throwable cause) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")), cause);
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("problems is empty");
        }
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }

    public ExitCode code() {
        return Problem.exitCode(problems);
    }
}
