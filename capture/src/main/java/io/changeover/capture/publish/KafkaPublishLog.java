package io.changeover.capture.publish;

import io.changeover.capture.schema.HistoryEntry;
import io.changeover.transport.event.CanalJsonEncoder;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.MessageKey;
import io.changeover.transport.position.ProgressTopic;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.position.SourcePositionJson;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The topics of one source, written by one producer whose transactional id is the source: a second instance that begins
 * fences this one. Rows, statements, history, marks and the position of a batch become readable together.
 *
 * <p>Confined to the lock of its {@link OrderedPublisher}.
 *
 * <p>Next: the row topics, whose messages {@link CanalJsonEncoder} writes; apply reads them.
 */
public final class KafkaPublishLog implements PublishLog, AutoCloseable {

    private final String source;
    private final SourceTopics topics;
    private final int maxMessageBytes;
    private final KafkaProducer<byte[], byte[]> producer;
    private final CanalJsonEncoder encoder = new CanalJsonEncoder(InstantSource.system());
    private long batches;

    private record Sent(ProducerRecord<byte[], byte[]> record, Future<RecordMetadata> at) {}

    /**
     * @param kafka properties that every client of the pipeline starts from
     * @param transactionalId the same for every instance that captures this source
     */
    public KafkaPublishLog(
            Map<String, String> kafka,
            String transactionalId,
            String source,
            SourceTopics topics,
            int maxMessageBytes) {
        this.source = source;
        this.topics = topics;
        this.maxMessageBytes = maxMessageBytes;
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
        settings.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, 30_000);
        settings.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 60_000);
        settings.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 20_000);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxMessageBytes);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(64L << 20, 2L * maxMessageBytes));
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        // With several requests in flight the broker may take the second batch of a partition first, where it knows no
        // sequence of this producer yet; the first one then fails, and the whole Kafka transaction with it.
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Takes the topics over: after it no earlier instance can write, so what is read from them now is the last word. Call
     * it before reading the position; the other way round a zombie could still move the position that was read.
     */
    public void fence() {
        try {
            producer.initTransactions();
        } catch (KafkaException e) {
            throw PublishFailure.of(e, place());
        }
    }

    @Override
    public SourcePosition append(PublishBatch batch) {
        batches++;
        return inTransaction(() -> {
            List<Sent> sent = new ArrayList<>(batch.changes().size() + 4);
            for (ChangeEvent change : batch.changes()) {
                sent.add(send(
                        topics.rows(change.table()),
                        MessageKey.of(change.schema(), change.row()),
                        encoder.encode(change, batches)));
            }
            for (DdlEvent ddl : batch.ddl()) {
                sent.add(send(
                        topics.ddl(),
                        null,
                        encoder.encodeDdl(
                                ddl.schema(), ddl.table(), ddl.type(), ddl.sql(), ddl.provenance(), batches)));
                sent.add(send(ddl.history()));
            }
            return finish(sent, batch.marks(), batch.position());
        });
    }

    /** The first position of a source, or new tables of it, with their schemas: durable before anything is read. */
    public SourcePosition appendStart(SourcePosition position, List<HistoryEntry> history, List<Mark> marks) {
        return inTransaction(() -> {
            List<Sent> sent = new ArrayList<>();
            history.forEach(entry -> sent.add(send(entry)));
            return finish(sent, marks, position);
        });
    }

    private interface Work {
        SourcePosition run() throws InterruptedException, ExecutionException;
    }

    private SourcePosition inTransaction(Work work) {
        try {
            producer.beginTransaction();
            SourcePosition position = work.run();
            producer.commitTransaction();
            return position;
        } catch (ExecutionException | InterruptException | InterruptedException e) {
            if (!(e instanceof ExecutionException)) {
                Thread.currentThread().interrupt();
            }
            throw PublishFailure.of(e, place());
        } catch (KafkaException e) {
            throw PublishFailure.of(e, place());
        }
    }

    private SourcePosition finish(List<Sent> sent, List<Mark> marks, SourcePosition position)
            throws InterruptedException, ExecutionException {
        producer.flush();
        SourcePosition reached = position.withEndOffsets(endOffsets(sent));
        List<Sent> last = new ArrayList<>();
        marks.forEach(mark -> last.add(send(topics.progress(), mark.key(), utf8(mark.json()))));
        last.add(send(topics.progress(), ProgressTopic.POSITION, utf8(SourcePositionJson.encode(reached))));
        producer.flush();
        endOffsets(last);
        return reached;
    }

    private Sent send(HistoryEntry entry) {
        return send(topics.history(), Long.toString(entry.number()), utf8(entry.toJson()));
    }

    private Sent send(String topic, @Nullable String key, byte[] value) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key == null ? null : utf8(key), value);
        return new Sent(record, producer.send(record));
    }

    /** Every failed send ends the batch: a later one of the same key must not stand alone. */
    private Map<String, Long> endOffsets(List<Sent> sent) throws InterruptedException, ExecutionException {
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (Sent one : sent) {
            RecordMetadata at;
            try {
                at = one.at().get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RecordTooLargeException) {
                    throw tooLarge(one.record(), e);
                }
                throw e;
            }
            ends.merge(new TopicPartition(at.topic(), at.partition()), at.offset() + 1, Math::max);
        }
        Map<String, Long> named = new HashMap<>();
        ends.forEach((partition, end) -> named.put(partition.toString(), end));
        return named;
    }

    private ChangeoverException tooLarge(ProducerRecord<byte[], byte[]> record, Throwable cause) {
        String key = record.key() == null ? "" : ", key " + new String(record.key(), StandardCharsets.UTF_8);
        return new ChangeoverException(
                new Problem(
                        ExitCode.UNSAFE_EVENT,
                        "source " + source + ", topic " + record.topic() + key,
                        "a message of " + record.value().length + " bytes is larger than " + maxMessageBytes,
                        "raise topics.maxMessageBytes in the pipeline and max.message.bytes of the topic, message.max.bytes and"
                                + " replica.fetch.max.bytes of the brokers, and the fetch sizes of consumers"),
                cause);
    }

    private String place() {
        return "source " + source + ", topics of " + topics.progress();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Does not wait: what is not committed is aborted by the broker or by the next owner. */
    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
