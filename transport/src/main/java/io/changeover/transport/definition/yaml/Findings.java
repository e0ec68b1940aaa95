package io.changeover.transport.definition.yaml;

import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The problems of one file, gathered while it is read. Confined to one thread. */
final class Findings {

    private record Finding(int line, String cause, String remedy) {}

    private final String file;
    private final Set<Finding> findings = new LinkedHashSet<>();
    private final Set<Finding> hints = new LinkedHashSet<>();

    Findings(String file) {
        this.file = file;
    }

    /** @param line from 1 */
    void add(int line, String cause, String remedy) {
        findings.add(new Finding(line, cause, remedy));
    }

    boolean any() {
        return !findings.isEmpty();
    }

    /** What may be meant so, and is better done otherwise. */
    void hint(int line, String cause, String remedy) {
        hints.add(new Finding(line, cause, remedy));
    }

    List<Problem> hints() {
        return problems(hints);
    }

    /** @throws ChangeoverException (10) with all problems in the order of their lines, when there are any */
    void throwIfAny() {
        if (!findings.isEmpty()) {
            throw new ChangeoverException(problems(findings));
        }
    }

    private List<Problem> problems(Set<Finding> some) {
        return some.stream()
                .sorted(Comparator.comparingInt(Finding::line))
                .map(finding ->
                        new Problem(ExitCode.CONFIG, file + ":" + finding.line(), finding.cause(), finding.remedy()))
                .collect(Collectors.toList());
    }
}
