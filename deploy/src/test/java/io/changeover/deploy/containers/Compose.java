package io.changeover.deploy.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The compose file of this project under a name and on ports of its own; nothing is left of it in the end. */
final class Compose implements AutoCloseable {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String PROJECT = "changeover-it";
    private static final Duration LIMIT = Duration.ofMinutes(30);

    private final Map<String, String> environment = new TreeMap<>();

    /** What a command said. */
    record Said(int code, String out) {}

    /** Why it cannot be run here; empty: it can. */
    static Optional<String> obstacle() {
        try {
            if (run(Map.of(), List.of("docker", "info")).code() != 0) {
                return Optional.of("no Docker engine");
            }
            return run(Map.of(), List.of("docker", "compose", "version")).code() == 0
                    ? Optional.empty()
                    : Optional.of("docker has no compose");
        } catch (IOException e) {
            return Optional.of("no docker command");
        }
    }

    Compose(int rows, int rate) throws IOException {
        for (String port :
                List.of("OLD_PORT", "REPLICA_PORT", "NEW_PORT", "KAFKA_PORT", "PROMETHEUS_PORT", "GRAFANA_PORT")) {
            environment.put(port, Integer.toString(freePort()));
        }
        environment.put("SAMPLE_ROWS", Integer.toString(rows));
        environment.put("SAMPLE_RATE", Integer.toString(rate));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    String port(String name) {
        return environment.getOrDefault(name, "");
    }

    /** What it prints; it must succeed. */
    String compose(String... arguments) throws IOException {
        Said said = tryCompose(arguments);
        assertThat(said.code()).as(said.out()).isZero();
        return said.out();
    }

    Said tryCompose(String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of("docker", "compose", "--project-name", PROJECT));
        line.addAll(List.of(arguments));
        return run(environment, line);
    }

    /** The command of the image. */
    Said changeover(String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of("run", "--rm", "--no-deps", "-T", "changeover"));
        line.addAll(List.of(arguments));
        return tryCompose(line.toArray(String[]::new));
    }

    String docker(String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of("docker"));
        line.addAll(List.of(arguments));
        Said said = run(environment, line);
        assertThat(said.code()).as(said.out()).isZero();
        return said.out().strip();
    }

    /** Its containers that run. */
    List<String> containers(String service) throws IOException {
        return compose("ps", "--quiet", service).lines().toList();
    }

    /** Where this machine reaches a container. */
    String address(String container) throws IOException {
        return docker("inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", container);
    }

    /**
     * Its process dies, and nobody has told Docker: unlike {@code docker kill}, after which Docker leaves a container to whoever
     * has killed it, whatever its restart policy says.
     */
    void crash(String container) throws IOException {
        String pid = docker("inspect", "--format", "{{.State.Pid}}", container);
        String image = docker(
                "inspect",
                "--format",
                "{{.Config.Image}}",
                containers("old-primary").get(0));
        docker(
                "run",
                "--rm",
                "--privileged",
                "--pid=host",
                "--user=0",
                "--entrypoint=bash",
                image,
                "-c",
                "kill -9 " + pid);
    }

    @Override
    public void close() throws IOException {
        tryCompose("--profile", "tools", "down", "--volumes", "--remove-orphans", "--timeout", "40");
    }

    private static Said run(Map<String, String> environment, List<String> line) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(line).directory(ROOT.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        Path said = Files.createTempFile("compose", ".log");
        try {
            Process process = builder.redirectOutput(said.toFile()).start();
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("no end: " + line + "\n" + Files.readString(said));
            }
            return new Said(process.exitValue(), Files.readString(said));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted: " + line, e);
        } finally {
            Files.delete(said);
        }
    }
}
