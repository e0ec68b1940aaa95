package io.changeover.transport.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("docker")
@Timeout(300)
class KafkaDockerIT {

    @Test
    void brokerOfTheImage_keepsRecordsWhileItIsAway() {
        Optional<String> obstacle = ContainerKafka.obstacle();
        assumeTrue(obstacle.isEmpty(), () -> "skipped: " + obstacle.orElse(""));
        try (TestingKafka kafka = new ContainerKafka()) {
            kafka.createTopic("t", 2);
            kafka.produce("t", "a", "1");
            kafka.stop();
            kafka.start();
            kafka.produce("t", "a", "2");
            assertThat(kafka.readAll("t")).extracting(ConsumerRecord::value).containsExactly("1", "2");
        }
    }
}
