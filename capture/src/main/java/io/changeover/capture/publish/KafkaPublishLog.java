package io.changeover.capture.publish;

import io.changeover.capture.schema.HistoryEntry;
import io.changeover.transport.event.CanalJsonEncoder;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Operation;
import io.changeover.transport.event.Provenance;
import io.changeover.transport.event.TableName;
import io.changeover.transport.position.ProgressTopic;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.position.SourcePositionJson;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.topic.TopicSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
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
    private final boolean tombstones;
    private final KafkaProducer<byte[], byte[]> producer;
    private final CanalJsonEncoder encoder;
    private long batches;
    /** Whether a transaction has begun and not ended, as after a failure. */
    private boolean producing;

    /**
     * @param kafka properties that every client of the pipeline starts from
     * @param transactionalId the same for every instance that captures this source
     * @param asked what the pipeline says of the topics and their messages
     */
    public KafkaPublishLog(
            Map<String, String> kafka,
            String transactionalId,
            String source,
            SourceTopics topics,
            TopicSettings asked) {
        this.source = source;
        this.topics = topics;
        this.maxMessageBytes = asked.maxMessageBytes();
        this.tombstones = asked.tombstones();
        this.encoder = new CanalJsonEncoder(InstantSource.system(), asked.form());
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
        settings.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, 30_000);
        // the first records of a transaction often come before the broker has ended the one before: not worth 100 ms
        settings.putIfAbsent(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 10);
        // a record that is not taken by then ends the run, and the next one begins with a producer of its own
        settings.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
        settings.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 15_000);
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
        return inTransaction(sent -> {
            for (ChangeEvent change : batch.changes()) {
                String topic = topics.rows(change.table());
                byte[] key = encoder.key(change);
                send(topic, key, encoder.encode(change, batches), new Read(change.table(), change.provenance()), sent);
                if (tombstones && change.operation() == Operation.DELETE) {
                    send(topic, key, null, sent);
                }
            }
            for (DdlEvent ddl : batch.ddl()) {
                byte[] statement =
                        encoder.encodeDdl(ddl.schema(), ddl.table(), ddl.type(), ddl.sql(), ddl.provenance(), batches);
                send(topics.ddl(), null, statement, sent);
                send(ddl.history(), sent);
            }
            return finish(sent, batch.marks(), batch.position());
        });
    }

    /** The first position of a source, or new tables of it, with their schemas: durable before anything is read. */
    public SourcePosition appendStart(SourcePosition position, List<HistoryEntry> history, List<Mark> marks) {
        return inTransaction(sent -> {
            history.forEach(entry -> send(entry, sent));
            return finish(sent, marks, position);
        });
    }

    /**
     * Marks beside the position, for a run that has failed: what it had not committed is given up.
     *
     * @param position to be written with them; null leaves the position as it is
     */
    public void appendMarks(@Nullable SourcePosition position, List<Mark> marks) {
        if (producing) {
            abort();
        }
        inTransaction(sent -> {
            send(marks, sent);
            if (position != null) {
                send(position, sent);
            }
            return true;
        });
    }

    private void abort() {
        try {
            producer.abortTransaction();
            producing = false;
        } catch (KafkaException e) {
            throw PublishFailure.of(e, place());
        }
    }

    private interface Work<T> {
        T run(Acknowledged sent) throws ExecutionException;
    }

    private <T> T inTransaction(Work<T> work) {
        Acknowledged sent = new Acknowledged();
        try {
            producer.beginTransaction();
            producing = true;
            T result = work.run(sent);
            // All must be acknowledged before the commit is asked for. The client's sender (4.3.1) looks whether
            // records are left, and only then whether a commit waits: with both in between, it commits without the
            // last record, which is the position, and the rows come twice.
            producer.flush();
            producer.commitTransaction();
            producing = false;
            return result;
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
            throw PublishFailure.of(e, place());
        } catch (ExecutionException | KafkaException e) {
            // a record that was not taken makes every later call fail, with less to say
            ChangeoverException ours = sent.problem();
            throw ours != null ? ours : PublishFailure.of(e, place());
        }
    }

    private SourcePosition finish(Acknowledged sent, List<Mark> marks, SourcePosition position)
            throws ExecutionException {
        producer.flush();
        SourcePosition reached = position.withEndOffsets(sent.ends());
        send(marks, sent);
        send(reached, sent);
        return reached;
    }

    private void send(List<Mark> marks, Acknowledged sent) {
        for (Mark mark : marks) {
            send(topics.progress(), utf8(mark.key()), mark.json() == null ? null : utf8(mark.json()), sent);
        }
    }

    private void send(SourcePosition position, Acknowledged sent) {
        send(topics.progress(), utf8(ProgressTopic.POSITION), utf8(SourcePositionJson.encode(position)), sent);
    }

    private void send(HistoryEntry entry, Acknowledged sent) {
        send(topics.history(), utf8(Long.toString(entry.number())), utf8(entry.toJson()), sent);
    }

    private void send(String topic, byte @Nullable [] key, byte @Nullable [] value, Acknowledged sent) {
        send(topic, key, value, null, sent);
    }

    /** Where a row was read. */
    private record Read(TableName table, Provenance from) {

        @Override
        public String toString() {
            String place = from.gtid().isEmpty() ? "" : ", GTID " + from.gtid() + ", " + from.file() + ":" + from.pos();
            return "table " + table + place + ", ";
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback is told
    private void send(
            String topic, byte @Nullable [] key, byte @Nullable [] value, @Nullable Read row, Acknowledged sent) {
        int size = value == null
                ? 0
                : value.length; // the callback waits for the broker and must not hold the message meanwhile
        producer.send(
                new ProducerRecord<>(topic, key, value),
                (at, error) -> sent.onCompletion(
                        at, error instanceof RecordTooLargeException ? tooLarge(topic, key, size, row, error) : error));
    }

    private ChangeoverException tooLarge(
            String topic, byte @Nullable [] key, int size, @Nullable Read row, Exception cause) {
        String ofKey = key == null ? "" : ", key " + new String(key, StandardCharsets.UTF_8);
        String limit = size > maxMessageBytes
                ? "the " + maxMessageBytes + " that the pipeline admits"
                : "topic and brokers admit, though not than the " + maxMessageBytes + " of the pipeline";
        return new ChangeoverException(
                new Problem(
                        ExitCode.UNSAFE_EVENT,
                        "source " + source + ", " + (row == null ? "" : row) + "topic " + topic + ofKey,
                        "a message of " + size + " bytes is larger than " + limit,
                        "raise topics.maxMessage in the pipeline and max.message.bytes of the topic, message.max.bytes and"
                                + " replica.fetch.max.bytes of the brokers, and the fetch sizes of consumers; then start again:"
                                + " nothing was passed over"),
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
