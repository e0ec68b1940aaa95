package io.changeover.transport.testing;

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
