package io.changeover.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedKafkaIT {

    @TempDir
    private Path directory;

    @Test
    void restartedOnTheSameDirectory_keepsItsRecordsAndItsPort() throws Exception {
        try (EmbeddedKafka kafka =
                EmbeddedKafka.builder().directory(directory.resolve("logs")).start()) {
            String before = kafka.bootstrapServers();
            createTopic(kafka, "kept");
            produce(kafka, "kept", "one", "two");

            kafka.stop();
            assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), kafka.port()).close())
                    .isInstanceOf(ConnectException.class);
            kafka.start();

            assertThat(kafka.bootstrapServers()).isEqualTo(before);
            assertThat(read(kafka, "kept", 2)).containsExactly("one", "two");
            produce(kafka, "kept", "three");
            assertThat(read(kafka, "kept", 3)).containsExactly("one", "two", "three");
        }
        assertThat(directory.resolve("logs")).isDirectory();
    }

    @Test
    void closed_deletesTheDirectoryItMade() {
        EmbeddedKafka kafka = EmbeddedKafka.create();
        assertThat(kafka.directory()).isDirectory();
        kafka.close();
        kafka.close();
        assertThat(kafka.directory()).doesNotExist();
    }

    @Test
    void transactions_work() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.builder()
                .property("transaction.max.timeout.ms", "60000")
                .start()) {
            createTopic(kafka, "committed");
            try (KafkaProducer<String, String> producer = producer(kafka, Map.of("transactional.id", "it"))) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>("committed", "aborted")).get();
                producer.abortTransaction();
                producer.beginTransaction();
                producer.send(new ProducerRecord<>("committed", "committed")).get();
                producer.commitTransaction();
            }
            assertThat(read(kafka, "committed", 1)).containsExactly("committed");
        }
    }

    private static void createTopic(EmbeddedKafka kafka, String name) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(Set.of(new NewTopic(name, 1, (short) 1))).all().get();
        }
    }

    private static KafkaProducer<String, String> producer(EmbeddedKafka kafka, Map<String, String> more) {
        Map<String, Object> config = new HashMap<>(more);
        config.put("bootstrap.servers", kafka.bootstrapServers());
        return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    }

    private static void produce(EmbeddedKafka kafka, String topic, String... values) throws Exception {
        try (KafkaProducer<String, String> producer = producer(kafka, Map.of())) {
            for (String value : values) {
                producer.send(new ProducerRecord<>(topic, value)).get();
            }
        }
    }

    private static List<String> read(EmbeddedKafka kafka, String topic, int count) {
        Map<String, Object> config =
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "isolation.level", "read_committed");
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            List<String> values = new ArrayList<>();
            while (values.size() < count) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
            }
            return values;
        }
    }
}
