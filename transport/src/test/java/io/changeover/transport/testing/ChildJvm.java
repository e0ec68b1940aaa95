package io.changeover.transport.testing;

import static io.changeover.transport.testing.Eventually.eventually;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A main class in a process of its own, on this JVM's class path, to be killed or frozen from outside. Ends with this JVM
 * at the latest. Thread-safe.
 */
public final class ChildJvm implements AutoCloseable {

    private final Process process;
    private final Path log;
    private final String name;

    private ChildJvm(Process process, Path log, String name) {
        this.process = process;
        this.log = log;
        this.name = name;
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "kill-" + name));
    }

    /** Starts {@code main}; {@code log} gets what it prints. */
    public static Builder of(Class<?> main, Path log) {
        return new Builder(main, log);
    }

    /** What a child is started with; confined to one thread. */
    public static final class Builder {

        private final Class<?> main;
        private final Path log;
        private final List<String> arguments = new ArrayList<>();
        private final List<String> options = new ArrayList<>(List.of("-Xmx512m", "-XX:+UseSerialGC"));
        private final Map<String, String> environment = new HashMap<>();

        private Builder(Class<?> main, Path log) {
            this.main = main;
            this.log = log;
        }

        public Builder arguments(String... values) {
            arguments.addAll(List.of(values));
            return this;
        }

        /** Options of the JVM, such as {@code -Dname=value}. */
        public Builder options(String... values) {
            options.addAll(List.of(values));
            return this;
        }

        public Builder environment(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        public ChildJvm start() {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(compilers());
            command.addAll(options);
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
            command.addAll(arguments);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            try {
                return new ChildJvm(builder.start(), log, main.getSimpleName());
            } catch (IOException e) {
                throw new UncheckedIOException("child JVM not started: " + main.getName(), e);
            }
        }
    }

    /** A child compiles as this JVM does: a short one is over before the second compiler has paid. */
    private static List<String> compilers() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-XX:TieredStopAtLevel"))
                .toList();
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** SIGTERM; the child's shutdown hooks run. */
    public void terminate() {
        process.destroy();
    }

    /** SIGKILL; returns when the child is gone. */
    public void kill9() {
        process.destroyForcibly().onExit().join();
    }

    /** Freezes the child, like a long pause of its machine. */
    public void sigstop() throws Exception {
        signal("STOP");
    }

    /** Lets a frozen child go on. */
    public void sigcont() throws Exception {
        signal("CONT");
    }

    private void signal(String signal) throws Exception {
        int status = new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IllegalStateException("kill -" + signal + " " + name + " ended with " + status);
        }
    }

    /** Returns the first line that contains {@code text}, when there is one; fails with the log when the child ends first. */
    public String awaitLogLine(String text, Duration limit) throws Exception {
        eventually(limit, () -> "log line of " + name + " with '" + text + "'\n" + log(), () -> {
            boolean ended = !process.isAlive(); // asked first: the line may come just before the end
            if (lineWith(text).isEmpty() && ended) {
                throw new AssertionError(
                        name + " ended with " + process.exitValue() + " before '" + text + "'\n" + log());
            }
            return !lineWith(text).isEmpty();
        });
        return lineWith(text);
    }

    private String lineWith(String text) {
        return log().lines().filter(line -> line.contains(text)).findFirst().orElse("");
    }

    /** Everything that the child has printed. */
    public String log() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the child to end by itself. */
    public int exitCode(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError(name + " still runs after " + limit + "\n" + log());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        kill9();
    }
}
