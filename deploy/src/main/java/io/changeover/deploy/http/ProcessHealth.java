package io.changeover.deploy.http;

import io.changeover.deploy.http.Told.Activity;
import io.changeover.deploy.http.Told.Doing;
import io.changeover.deploy.http.Told.Life;
import io.changeover.deploy.http.Told.Readiness;
import io.changeover.deploy.http.Told.Trouble;
import io.changeover.deploy.http.Told.Work;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.worker.Worker;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * How the process is, for an orchestrator. Alive: starting it anew would not help. Ready: every worker does its work, or stands by
 * for one who does, and none has a problem. Thread-safe.
 */
final class ProcessHealth {

    private volatile List<Worker> workers = List.of();
    private volatile List<Problem> waiting = List.of();

    /** What keeps the process from having workers at all. */
    void waits(List<Problem> problems) {
        waiting = List.copyOf(problems);
    }

    void works(List<Worker> of) {
        waiting = List.of();
        workers = List.copyOf(of);
    }

    Life life() {
        List<String> lost = workers.stream()
                .flatMap(worker -> worker.lostThreads().stream())
                .toList();
        List<String> deadlocked = deadlocked();
        return new Life(lost.isEmpty() && deadlocked.isEmpty(), lost, deadlocked);
    }

    private static List<String> deadlocked() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long[] found = threads.findDeadlockedThreads();
        return found == null
                ? List.of()
                : Arrays.stream(threads.getThreadInfo(found))
                        .filter(Objects::nonNull)
                        .map(ThreadInfo::getThreadName)
                        .toList();
    }

    Activity activity(String pipeline) {
        Readiness readiness = readiness();
        return new Activity(
                pipeline,
                readiness.ready(),
                readiness.problems(),
                workers.stream().map(Doing::of).toList());
    }

    Readiness readiness() {
        List<Work> works = workers.stream().map(Work::of).toList();
        boolean ready = !works.isEmpty() && works.stream().allMatch(Work::ready);
        return new Readiness(ready, waiting.stream().map(Trouble::of).toList(), works);
    }
}
