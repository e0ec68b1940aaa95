package io.changeover.transport.signal;

import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.topic.KafkaFailure;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.StringSerializer;

/** Puts signals on the pipeline's signals topic. Thread-safe. */
public final class SignalSender implements AutoCloseable {

    private final String topic;
    private final String servers;
    private final Duration timeout;
    private final KafkaProducer<String, String> producer;

    /**
     * @param kafka properties of the clients
     * @param timeout how long a signal may take to be stored
     */
    public SignalSender(Map<String, String> kafka, String topic, Duration timeout) {
        this.topic = topic;
        this.servers = kafka.getOrDefault(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "");
        this.timeout = timeout;
        int millis = Math.toIntExact(timeout.toMillis());
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 16 * 1024 * 1024);
        try {
            this.producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
        } catch (KafkaException e) {
            throw failure(e);
        }
    }

    /**
     * Returns when the signal is stored. After an exception it may be stored all the same: send it again under the same id.
     *
     * @throws ChangeoverException (12, 13) when the brokers refuse or do not answer
     */
    public void send(Signal signal) {
        try {
            producer.send(new ProducerRecord<>(topic, signal.id(), SignalJson.encode(signal)))
                    .get();
        } catch (InterruptedException e) {
            throw failure(new InterruptException(e)); // sets the flag again
        } catch (ExecutionException | KafkaException e) {
            throw failure(e);
        }
    }

    private ChangeoverException failure(Exception e) {
        return new ChangeoverException(KafkaFailure.problem(e, servers, "topic " + topic), e);
    }

    @Override
    public void close() {
        producer.close(timeout);
    }
}
