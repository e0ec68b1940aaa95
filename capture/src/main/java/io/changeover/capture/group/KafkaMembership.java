package io.changeover.capture.group;

import static java.util.Objects.requireNonNull;

import io.changeover.capture.group.Standing.Role;
import io.changeover.capture.publish.PublishFailure;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A consumer group whose members subscribe to the source's progress topic, and read nothing of it: who is assigned its only
 * partition leads. The assignor leaves the partition where it is, so that whoever joins takes it from nobody.
 *
 * <p>The classic group protocol, which every broker speaks, old or new; and the shortest session that brokers admit unless they
 * are told otherwise.
 *
 * <p>Thread-safe; the consumer is confined to a thread of its own, so that it is heard of whatever a run does.
 */
public final class KafkaMembership implements Membership {

    private static final int SESSION_MILLIS = 6_000;

    /** Of the session: a standby hears of a change with its next heartbeat. */
    private static final int HEARTBEATS = 12;

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration LEAVE = Duration.ofSeconds(3);

    /** Without a word from the group for so long, it counts as away: more than it waits for a member that is gone. */
    private static final Duration SILENCE = Duration.ofSeconds(20);

    private final String group;
    private final TopicPartition turn;
    private final Map<String, Object> settings;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private Standing standing = Standing.first();
    private long heard;

    /**
     * @param kafka properties that every client of the pipeline starts from
     * @param group the same for every instance that captures this source, and for nobody else
     * @param topic the progress topic of the source
     */
    public KafkaMembership(Map<String, String> kafka, String group, String topic) {
        this.group = group;
        this.turn = new TopicPartition(topic, 0);
        this.settings = settings(kafka, group);
        this.thread = new Thread(this::work, "group-" + group);
        this.thread.setDaemon(true);
    }

    private static Map<String, Object> settings(Map<String, String> kafka, String group) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, Integer.toString(SESSION_MILLIS));
        Object text = settings.get(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG);
        int session = (int)
                requireNonNull(ConfigDef.parseType(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, text, ConfigDef.Type.INT));
        settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, session / HEARTBEATS);
        settings.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, 60_000); // it polls all the time
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        settings.put(
                ConsumerConfig.CLIENT_ID_CONFIG,
                group + "-" + ProcessHandle.current().pid());
        settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        settings.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"); // of what is never read
        return settings;
    }

    @Override
    public Standing join() {
        Standing first = standing;
        thread.start();
        return first;
    }

    private void work() {
        try {
            while (!isClosing()) {
                try {
                    beMember();
                } catch (KafkaException e) {
                    if (standing.role() != Role.LOST) {
                        become(Role.JOINING);
                    }
                    hindered(PublishFailure.of(e, "consumer group " + group));
                    closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            standing.next().completeExceptionally(e);
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void beMember() {
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            requireTopic(consumer);
            consumer.subscribe(List.of(turn.topic()), new Assignments(consumer));
            heard = System.nanoTime();
            long beats = 0;
            while (!isClosing()) {
                consumer.poll(POLL);
                long now = heartbeats(consumer);
                if (now != beats) {
                    beats = now;
                    heard = System.nanoTime();
                }
                tellSilence();
            }
        } finally {
            consumer.close(CloseOptions.timeout(LEAVE));
        }
    }

    /** In a group that reads a topic that is not there, everybody would stand by for ever. */
    private void requireTopic(KafkaConsumer<?, ?> consumer) {
        if (consumer.partitionsFor(turn.topic(), ANSWER).isEmpty()) {
            throw new UnknownTopicOrPartitionException("there is no topic " + turn.topic());
        }
    }

    /** How often the coordinator of the group has answered. */
    private static long heartbeats(KafkaConsumer<?, ?> consumer) {
        for (Metric metric : consumer.metrics().values()) {
            if (metric.metricName().name().equals("heartbeat-total")) {
                return ((Number) metric.metricValue()).longValue();
            }
        }
        throw new IllegalStateException("the consumer does not count its heartbeats");
    }

    /** Whoever leads finds out by its run; whoever waits has to know whether it would be told. */
    private void tellSilence() {
        if (standing.role() == Role.LEADER) {
            return;
        }
        boolean silent = System.nanoTime() - heard > SILENCE.toNanos();
        if (silent && standing.problem() == null) {
            hindered(new ChangeoverException(new Problem(
                    ExitCode.UNREACHABLE,
                    "consumer group " + group,
                    "no word from the group for " + SILENCE.toSeconds() + " s",
                    "check that Kafka runs, and that __consumer_offsets has leaders")));
        } else if (!silent && standing.problem() != null) {
            become(standing.role());
        }
    }

    private void become(Role role) {
        if (standing.role() != role || standing.problem() != null) {
            standing = standing.become(role);
        }
    }

    private void hindered(ChangeoverException problem) {
        ChangeoverException known = standing.problem();
        if (known == null || !known.problems().equals(problem.problems())) {
            standing = standing.hindered(problem);
        }
    }

    /** What the group decides; called within a poll. */
    private final class Assignments implements ConsumerRebalanceListener {

        private final KafkaConsumer<?, ?> consumer;

        Assignments(KafkaConsumer<?, ?> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> added) {
            heard = System.nanoTime();
            consumer.pause(added);
            if (added.contains(turn)) {
                become(Role.LEADER);
            } else if (standing.role() != Role.LEADER) {
                become(Role.STANDBY);
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            if (revoked.contains(turn)) {
                become(Role.STANDBY);
            }
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> lost) {
            if (lost.contains(turn)) {
                become(Role.LOST);
            }
        }
    }

    @Override
    public void close() {
        closing.countDown();
        boolean interrupted = Thread.interrupted(); // who is told to end leaves the group all the same
        try {
            thread.join(LEAVE.toMillis() + POLL.toMillis());
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
