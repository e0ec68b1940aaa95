package io.changeover.transport.testing;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Optional;
import org.apache.kafka.common.utils.AppInfoParser;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A broker in a container of the image in system property {@code changeover.kafka.image} (default {@code apache/kafka} of
 * the clients' version). Its {@link #stop()} freezes the container, so clients see time-outs, not refused connections.
 */
public final class ContainerKafka implements TestingKafka {

    private static final DockerImageName IMAGE = DockerImageName.parse(
                    System.getProperty("changeover.kafka.image", "apache/kafka:" + AppInfoParser.getVersion()))
            .asCompatibleSubstituteFor("apache/kafka");

    private final KafkaContainer container = new KafkaContainer(IMAGE);

    public ContainerKafka() {
        container.start();
    }

    /** Why there can be no container here; empty where there can. */
    public static Optional<String> obstacle() {
        if (pullsItsOwn() && isEngineWithout("testcontainers/ryuk") && !isRegistryThere()) {
            return Optional.of("no registry to take Testcontainers' own images from:"
                    + " deploy/src/test/containers/README.md tells how to do without");
        }
        DockerClientFactory docker = DockerClientFactory.instance();
        if (!docker.isDockerAvailable()) {
            return Optional.of("no Docker engine");
        }
        try {
            docker.client().inspectImageCmd(IMAGE.asCanonicalNameString()).exec();
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of("no image " + IMAGE.asCanonicalNameString()
                    + " (docker pull it, or name another one with" + " -Dchangeover.kafka.image)");
        }
    }

    private static boolean pullsItsOwn() {
        return !Boolean.parseBoolean(System.getenv("TESTCONTAINERS_RYUK_DISABLED"))
                || !Boolean.parseBoolean(System.getenv("TESTCONTAINERS_CHECKS_DISABLE"));
    }

    /** By the command: Testcontainers' client pulls before it answers anything. */
    private static boolean isEngineWithout(String image) {
        try {
            Process process = new ProcessBuilder("docker", "image", "ls", "--quiet", image)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            byte[] said = process.getInputStream().readAllBytes();
            return process.waitFor() == 0 && said.length == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whatever it answers. Testcontainers would try for minutes. */
    private static boolean isRegistryThere() {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("https://registry-1.docker.io/v2/").toURL().openConnection();
            connection.setConnectTimeout(5000);
            connection.setReadTimeout(5000);
            return connection.getResponseCode() > 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public String bootstrapServers() {
        return container.getBootstrapServers();
    }

    @Override
    public void stop() {
        container
                .getDockerClient()
                .pauseContainerCmd(container.getContainerId())
                .exec();
    }

    @Override
    public void start() {
        container
                .getDockerClient()
                .unpauseContainerCmd(container.getContainerId())
                .exec();
    }

    @Override
    public void close() {
        container.stop();
    }
}
