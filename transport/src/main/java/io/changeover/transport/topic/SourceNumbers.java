package io.changeover.transport.topic;

import io.changeover.transport.event.SourceTable;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The numbers of the pipeline's source tables, which stand in every version: given once, unique in the pipeline, never given
 * again, also when a table leaves. They live on the compacted registry topic, one record a table:
 * {@code legacy.trade.t_order} to {@code 1}; a dot or backslash inside a name has a backslash before it.
 *
 * <p>Giving is atomic, whoever gives: the transactional id is one for the whole pipeline, so who comes later fences who came
 * earlier, and reads after that. Thread-safe; may run twice.
 */
public final class SourceNumbers {

    /** Highest number: two bytes in a version; 0 is for rows that others loaded. */
    public static final int MAX = 65535;

    private final Map<String, String> kafka;
    private final String topic;
    private final Duration timeout;
    private final RandomGenerator random;

    /**
     * @param kafka properties of the clients
     * @param topic the registry; also the transactional id
     * @param timeout how long the brokers may take, and how long others may get in the way
     * @param random for the pause after another one got in the way
     */
    public SourceNumbers(Map<String, String> kafka, String topic, Duration timeout, RandomGenerator random) {
        this.kafka = Map.copyOf(kafka);
        this.topic = topic;
        this.timeout = timeout;
        this.random = random;
    }

    /**
     * The numbers of {@code tables}; those that have none get the next ones, in the given order, durably.
     *
     * @throws ChangeoverException 10 when the numbers are used up; 11 when the registry is not there; 12, 13 when the brokers
     *     refuse or do not answer; 18 when the registry cannot be read
     */
    public Map<SourceTable, Integer> getOrAllocate(Collection<SourceTable> tables) {
        Map<String, Integer> numbers = read();
        if (!numbers.keySet()
                .containsAll(tables.stream().map(SourceNumbers::key).toList())) {
            numbers = allocate(tables);
        }
        Map<SourceTable, Integer> wanted = new TreeMap<>();
        for (SourceTable table : tables) {
            wanted.put(table, numbers.get(key(table)));
        }
        return wanted;
    }

    private Map<String, Integer> allocate(Collection<SourceTable> tables) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            try (KafkaProducer<String, String> producer = producer()) {
                producer.initTransactions();
                // read after the fence: nobody else can commit from here on
                Map<String, Integer> numbers = read();
                List<ProducerRecord<String, String>> given = give(numbers, tables);
                if (!given.isEmpty()) {
                    commit(producer, given);
                }
                return numbers;
            } catch (KafkaException e) {
                if (!isFenced(e) || System.nanoTime() > deadline) {
                    throw failure(e);
                }
                pause();
            }
        }
    }

    private List<ProducerRecord<String, String>> give(Map<String, Integer> numbers, Collection<SourceTable> tables) {
        List<ProducerRecord<String, String>> given = new ArrayList<>();
        int highest =
                numbers.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        for (SourceTable table : tables) {
            if (numbers.containsKey(key(table))) {
                continue;
            }
            if (++highest > MAX) {
                throw new ChangeoverException(new Problem(
                        ExitCode.CONFIG,
                        "source table " + table,
                        "all " + MAX + " numbers of the pipeline are given",
                        "migrate this table in a pipeline of its own"));
            }
            numbers.put(key(table), highest);
            given.add(new ProducerRecord<>(topic, key(table), Integer.toString(highest)));
        }
        return given;
    }

    private static void commit(KafkaProducer<String, String> producer, List<ProducerRecord<String, String>> records) {
        producer.beginTransaction();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        records.forEach(record -> sent.add(producer.send(record)));
        producer.flush();
        for (Future<RecordMetadata> one : sent) {
            try {
                one.get();
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
            }
        }
        producer.commitTransaction();
    }

    private Map<String, Integer> read() {
        Map<String, Integer> numbers = new HashMap<>();
        try (TopicTail tail = new TopicTail(kafka, topic, timeout)) {
            if (!tail.exists()) {
                throw new ChangeoverException(new Problem(
                        ExitCode.PREFLIGHT,
                        "topic " + topic,
                        "the registry of source numbers is not there",
                        "run `changeover prepare`, which creates it; if it was deleted, restore it: its numbers stand in"
                                + " the targets"));
            }
            for (ConsumerRecord<String, String> record : tail.toEnd()) {
                numbers.put(String.valueOf(record.key()), number(record));
            }
        }
        Set<Integer> distinct = new HashSet<>(numbers.values());
        if (distinct.size() < numbers.size()) {
            throw damaged("two tables have one number");
        }
        return numbers;
    }

    private int number(ConsumerRecord<String, String> record) {
        try {
            int number = Integer.parseInt(String.valueOf(record.value()));
            if (number >= 1 && number <= MAX) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw damaged("offset " + record.offset() + " holds no number");
    }

    private KafkaProducer<String, String> producer() {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topic);
        int millis = Math.toIntExact(timeout.toMillis());
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
        return new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
    }

    private static boolean isFenced(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProducerFencedException || cause instanceof InvalidProducerEpochException) {
                return true;
            }
        }
        return false;
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(random.nextLong(20, 200));
        } catch (InterruptedException e) {
            throw failure(new InterruptException(e));
        }
    }

    private ChangeoverException failure(KafkaException e) {
        String servers = kafka.getOrDefault(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "");
        return new ChangeoverException(KafkaFailure.problem(e, servers, "topic " + topic), e);
    }

    private ChangeoverException damaged(String cause) {
        return new ChangeoverException(new Problem(
                ExitCode.POSITION_DAMAGED,
                "topic " + topic,
                "the registry of source numbers is damaged: " + cause,
                "write the right number under the table's key; versions in the target show it"));
    }

    /** A name with a dot must not give one key to two tables. */
    private static String key(SourceTable table) {
        return table.source() + "."
                + escaped(table.table().schema()) + "."
                + escaped(table.table().table());
    }

    private static String escaped(String name) {
        return name.replace("\\", "\\\\").replace(".", "\\.");
    }
}
