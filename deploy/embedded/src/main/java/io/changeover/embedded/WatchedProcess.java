package io.changeover.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A server process that cannot outlive this JVM. Between the two stands a {@code sh} that reads a pipe from the JVM: when the
 * JVM is gone, by whatever way ({@code kill -9} included), the pipe ends and the shell kills the server. Works wherever a
 * POSIX shell is. Thread-safe.
 */
final class WatchedProcess {

    /**
     * The reader, not the shell that waits, watches the pipe: it ignores what a terminal sends to the whole process group.
     * The server gets neither the pipe nor the terminal. USR1 ends the reader when the server went by itself, so that it
     * never kills a process id that has been given to somebody else.
     */
    private static final String WATCHER = """
            log=$1; shift
            exec 3<&0
            "$@" </dev/null >>"$log" 2>&1 3<&- &
            server=$!
            ( trap '' HUP INT TERM; while read -r _; do :; done; trap '' USR1; kill -9 $server ) <&3 >/dev/null 2>&1 &
            reader=$!
            trap : HUP INT TERM
            echo $server
            wait $server; code=$?
            while kill -0 $server 2>/dev/null; do wait $server; code=$?; done
            kill -USR1 $reader 2>/dev/null
            exit $code
            """;

    private final Process shell;
    private final ProcessHandle server;

    private WatchedProcess(Process shell, ProcessHandle server) {
        this.shell = shell;
        this.server = server;
    }

    static WatchedProcess start(List<String> command, Map<String, String> environment, Path directory, Path log) {
        List<String> watched = new ArrayList<>(List.of("sh", "-c", WATCHER, "changeover-watcher", log.toString()));
        watched.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(watched).directory(directory.toFile());
        builder.environment().putAll(environment);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        try {
            Process shell = builder.start();
            BufferedReader output = shell.inputReader(StandardCharsets.US_ASCII);
            String pid = output.readLine();
            if (pid == null) {
                throw new EmbeddedServerException("sh did not start " + command.get(0));
            }
            ProcessHandle server = ProcessHandle.of(Long.parseLong(pid.trim()))
                    .orElseThrow(() -> new EmbeddedServerException("ended at once: " + command.get(0)));
            return new WatchedProcess(shell, server);
        } catch (IOException e) {
            throw new UncheckedIOException("not started: " + command.get(0), e);
        }
    }

    /** The server's own process id. */
    long pid() {
        return server.pid();
    }

    boolean isAlive() {
        return shell.isAlive();
    }

    /** SIGTERM, and SIGKILL after {@code grace}; returns when the server is gone. */
    void terminate(Duration grace) {
        if (isAlive()) {
            server.destroy();
        }
        if (!awaitExit(grace)) {
            kill();
        }
    }

    /** SIGKILL; returns when the server is gone. */
    void kill() {
        if (isAlive()) {
            server.destroyForcibly();
        }
        if (!awaitExit(Duration.ofSeconds(30))) {
            throw new EmbeddedServerException("process " + pid() + " survived kill -9");
        }
    }

    private boolean awaitExit(Duration limit) {
        try {
            return shell.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedServerException("interrupted while process " + pid() + " ends", e);
        }
    }
}
