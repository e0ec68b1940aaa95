package io.changeover.apply.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.embedded.EmbeddedKafka;
import io.changeover.transport.problem.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What apply relies on in Kafka Streams: offsets are committed after the target, and lost places are taken up again. */
@Timeout(120)
@SuppressWarnings("try") // an application that only has to run
class StreamsGateIT {

    private static EmbeddedKafka kafka;
    private static Admin admin;

    private final MemoryTarget target = new MemoryTarget();
    private String topic = "";

    @BeforeAll
    static void startKafka() {
        kafka = EmbeddedKafka.create();
        admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }

    @AfterAll
    static void stopKafka() {
        admin.close();
        kafka.close();
    }

    @BeforeEach
    void createTopic() throws Exception {
        topic = "gate." + UUID.randomUUID();
        admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
    }

    @Test
    void records_areWrittenBeforeTheirOffsetsAreCommitted() throws Exception {
        send(0, 500);
        send(1, 300);
        try (KafkaStreams streams = start(new Watch())) {
            eventually(() -> target.next(0) == 500 && target.next(1) == 300);
            eventually(() -> committed(0) == 500);
        }
        assertThat(target.written(0)).isEqualTo(offsets(0, 500));
        assertThat(target.written(1)).isEqualTo(offsets(0, 300));
    }

    /** Each poll asks what is allowed: nothing comes in or is written in between. */
    @Test
    void pausedTable_keepsItsPartitions_andALimitHoldsTheNextFetchBack() throws Exception {
        Watch watch = new Watch();
        watch.allowed = new Allowance(true, null, Double.POSITIVE_INFINITY);
        send(0, 100);
        try (KafkaStreams streams = start(watch)) {
            eventually(() -> watch.claims.get() == 2);
            awaitAsked(watch);
            assertThat(target.written(0)).isEmpty();

            watch.allowed = new Allowance(false, null, 1);
            eventually(() -> target.written(0).size() == 100);
            send(0, 100);
            awaitAsked(watch);
            assertThat(target.written(0)).as("100 rows at 2 a second").hasSize(100);

            watch.allowed = new Allowance(false, "busy", Double.POSITIVE_INFINITY);
            awaitAsked(watch);
            assertThat(target.written(0)).as("busy target").hasSize(100);

            watch.allowed = Allowance.ALL;
            eventually(() -> target.written(0).size() == 200);
            assertThat(watch.claims).as("no rebalance").hasValue(2);
            assertThat(streams.state()).isEqualTo(KafkaStreams.State.RUNNING);
        }
    }

    private static void awaitAsked(Watch watch) throws Exception {
        int before = watch.asked.get();
        eventually(() -> watch.asked.get() > before + 60);
    }

    @Test
    void transactionMarkers_areRecordedAsProgress() throws Exception {
        sendTransaction(0, 3, true);
        sendTransaction(0, 2, false);
        try (KafkaStreams streams = start(new Watch())) {
            eventually(() -> target.next(0) == end(0) && target.next(1) == end(1));
            sendTransaction(0, 1, false);
            sendTransaction(1, 1, false);
            eventually(() -> target.next(0) == end(0) && target.next(1) == end(1));
        }
        assertThat(target.written(0)).containsExactly(0L, 1L, 2L);
        assertThat(target.written(1)).isEmpty();
    }

    @Test
    void targetThatIsAway_isWaitedFor() throws Exception {
        Watch watch = new Watch();
        target.available(false);
        send(0, 100);
        try (KafkaStreams streams = start(watch)) {
            eventually(() -> watch.problem != null);
            target.available(true);
            eventually(() -> target.next(0) == 100);
            target.available(false);
            send(0, 100);
            eventually(() -> watch.problem != null);
            target.available(true);
            eventually(() -> target.next(0) == 200 && committed(0) == 200 && watch.problem == null);
            assertThat(streams.state()).isEqualTo(KafkaStreams.State.RUNNING);
        }
        assertThat(target.written(0)).isEqualTo(offsets(0, 200));
    }

    @Test
    void progressThatWasMoved_isFollowed() throws Exception {
        send(0, 100);
        try (KafkaStreams streams = start(new Watch())) {
            eventually(() -> target.next(0) == 100);
            target.moveTo(0, 40);
            eventually(() -> target.next(0) == 100 && target.written(0).size() == 160);
            target.moveTo(0, 90);
            send(0, 50); // the commit of these finds out, not the look while idle
            eventually(() -> target.next(0) == 150);
        }
        assertThat(target.written(0).subList(100, 160)).isEqualTo(offsets(40, 100));
        assertThat(target.written(0).subList(160, 220)).isEqualTo(offsets(90, 150));
    }

    @Test
    void secondInstance_takesPartitionsOverWithoutLossOrRepetition() throws Exception {
        send(0, 2000);
        send(1, 2000);
        try (KafkaStreams first = start(new Watch())) {
            eventually(() -> target.next(0) > 0);
            try (KafkaStreams second = start(new Watch())) {
                for (int i = 0; i < 20; i++) {
                    send(0, 100);
                    send(1, 100);
                }
                eventually(() -> !second.metadataForLocalThreads().isEmpty()
                        && second.metadataForLocalThreads().stream()
                                .anyMatch(thread -> !thread.activeTasks().isEmpty()));
                eventually(() -> target.next(0) == 4000 && target.next(1) == 4000);
            }
            send(0, 10);
            send(1, 10);
            eventually(() -> target.next(0) == 4010 && target.next(1) == 4010);
        }
        assertThat(target.written(0)).isEqualTo(offsets(0, 4010));
        assertThat(target.written(1)).isEqualTo(offsets(0, 4010));
    }

    @Test
    void ownerThatSleptThroughItsSession_writesNothingAndComesBack() throws Exception {
        Watch sleeper = new Watch();
        send(0, 100);
        try (KafkaStreams first = start(sleeper)) {
            eventually(() -> target.next(0) == 100);
            CountDownLatch awake = sleeper.sleepBeforeNextWrite();
            send(0, 100);
            eventually(() -> sleeper.asleep);
            try (KafkaStreams second = start(new Watch())) {
                eventually(() -> target.next(0) == 200); // took over after max.poll.interval
                send(0, 100);
                eventually(() -> target.next(0) == 300);
                awake.countDown();
                send(0, 100);
                send(1, 100);
                eventually(() -> target.next(0) == 400 && target.next(1) == 100);
            }
            send(0, 100);
            send(1, 100);
            eventually(() -> target.next(0) == 500 && target.next(1) == 200);
        }
        assertThat(target.written(0)).isEqualTo(offsets(0, 500));
        assertThat(target.written(1)).isEqualTo(offsets(0, 200));
    }

    private KafkaStreams start(GateWatch watch) {
        KafkaStreams streams = ChangeStream.create(
                topic,
                topic,
                Map.of(
                        "bootstrap.servers",
                        kafka.bootstrapServers(),
                        StreamsConfig.consumerPrefix("max.poll.interval.ms"),
                        "3000",
                        StreamsConfig.consumerPrefix("session.timeout.ms"),
                        "6000",
                        StreamsConfig.consumerPrefix("heartbeat.interval.ms"),
                        "500"),
                1,
                target::connection,
                watch);
        streams.start();
        return streams;
    }

    private void send(int partition, int records) {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            for (int i = 0; i < records; i++) {
                var unused = producer.send(new ProducerRecord<>(topic, partition, null, new byte[] {1}));
            }
        }
    }

    private void sendTransaction(int partition, int records, boolean commit) {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of("transactional.id", topic))) {
            producer.initTransactions();
            producer.beginTransaction();
            for (int i = 0; i < records; i++) {
                var unused = producer.send(new ProducerRecord<>(topic, partition, null, new byte[] {1}));
            }
            producer.flush();
            if (commit) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> settings = new java.util.HashMap<>(more);
        settings.put("bootstrap.servers", kafka.bootstrapServers());
        // on a topic that was just made, a second batch may be taken before the first, which then never gets in
        settings.put("max.in.flight.requests.per.connection", 1);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private long end(int partition) {
        TopicPartition place = new TopicPartition(topic, partition);
        try {
            return admin.listOffsets(Map.of(place, OffsetSpec.latest()))
                    .partitionResult(place)
                    .get()
                    .offset();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private long committed(int partition) {
        try {
            Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets(topic)
                    .partitionsToOffsetAndMetadata()
                    .get();
            OffsetAndMetadata offset = offsets.get(new TopicPartition(topic, partition));
            return offset == null ? -1 : offset.offset();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Long> offsets(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    private static void eventually(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within 30 s");
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Lets a test see and stop a gate. */
    private static final class Watch implements GateWatch {

        volatile @Nullable Problem problem;
        volatile boolean asleep;
        volatile Allowance allowed = Allowance.ALL;
        final AtomicInteger asked = new AtomicInteger();
        final AtomicInteger claims = new AtomicInteger();
        private volatile @Nullable CountDownLatch latch;

        CountDownLatch sleepBeforeNextWrite() {
            CountDownLatch made = new CountDownLatch(1);
            latch = made;
            return made;
        }

        @Override
        public Allowance allowance() {
            asked.incrementAndGet();
            return allowed;
        }

        @Override
        public void reached(Phase phase) {
            if (phase == Phase.CLAIMED) {
                claims.incrementAndGet();
            }
            CountDownLatch sleep = latch;
            if (phase == Phase.BEFORE_WRITE && sleep != null) {
                latch = null;
                asleep = true;
                try {
                    sleep.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        @Override
        public void waitingFor(@Nullable Problem now) {
            problem = now;
        }

        @Override
        public boolean stopping() {
            return false;
        }

        @Override
        public void pause(Duration time) {
            try {
                TimeUnit.NANOSECONDS.sleep(time.toNanos());
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
