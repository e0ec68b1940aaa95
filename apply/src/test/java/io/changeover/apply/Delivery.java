package io.changeover.apply;

import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.MessageKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.utils.Utils;

/**
 * Brings changes to a topic as no good day does: partitions are late against each other by any number of changes, and runs of
 * records come again, as after a crash of who sends them. Inside a partition the order is kept, as Kafka does. Confined to one
 * thread.
 */
final class Delivery {

    private static final int MOST_AT_ONCE = 15;

    private final ApplyFixture fixture;
    private final OldTable old;
    private final Random random;
    private final List<List<ChangeEvent>> partitions;
    private final int[] sent;

    Delivery(ApplyFixture fixture, OldTable old, Random random) {
        this.fixture = fixture;
        this.old = old;
        this.random = random;
        this.partitions = IntStream.range(0, fixture.partitions())
                .<List<ChangeEvent>>mapToObj(partition -> new ArrayList<>())
                .toList();
        this.sent = new int[partitions.size()];
    }

    void add(List<ChangeEvent> changes) {
        for (ChangeEvent change : changes) {
            byte[] key = MessageKey.of(old.schema(), change.row()).getBytes(StandardCharsets.UTF_8);
            partitions
                    .get(Utils.toPositive(Utils.murmur2(key)) % partitions.size())
                    .add(change);
        }
    }

    /** Sends until at most so many changes are left, and waits until Kafka has them. */
    void sendUntil(int left) throws Exception {
        List<Future<RecordMetadata>> acks = new ArrayList<>();
        while (left() > left) {
            int partition = random.nextInt(partitions.size());
            if (random.nextInt(6) == 0) {
                sent[partition] = Math.max(0, sent[partition] - random.nextInt(MOST_AT_ONCE));
            }
            int until = Math.min(partitions.get(partition).size(), sent[partition] + 1 + random.nextInt(MOST_AT_ONCE));
            while (sent[partition] < until) {
                ChangeEvent change = partitions.get(partition).get(sent[partition]++);
                ProducerRecord<byte[], byte[]> record = old.record(fixture.topic(), change);
                acks.add(fixture.producer()
                        .send(new ProducerRecord<>(record.topic(), partition, record.key(), record.value())));
                fixture.sentOne();
            }
        }
        for (Future<RecordMetadata> ack : acks) {
            ack.get();
        }
    }

    private int left() {
        return IntStream.range(0, sent.length)
                .map(partition -> partitions.get(partition).size() - sent[partition])
                .sum();
    }
}
