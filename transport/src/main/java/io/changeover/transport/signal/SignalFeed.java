package io.changeover.transport.signal;

import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.topic.TopicTail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signals to one source, in order, from the oldest that the topic still has: a capture that was down finds what was asked
 * meanwhile. It keeps no offset; the acknowledgements on the progress topic say what was done, and the caller skips it.
 *
 * <p>What is no signal is logged and skipped: it has no id that could be acknowledged. Confined to one thread.
 */
public final class SignalFeed implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SignalFeed.class);

    private final String source;
    private final TopicTail tail;

    /** @param timeout how long the brokers may take to answer */
    public SignalFeed(Map<String, String> kafka, String topic, String source, Duration timeout) {
        this.source = source;
        this.tail = new TopicTail(kafka, topic, timeout);
    }

    /**
     * All signals that were sent before this call and not handed out yet.
     *
     * @throws ChangeoverException (12, 13) when the brokers refuse or do not answer; close it then and begin anew
     */
    public List<Signal> toEnd() {
        return signals(tail.toEnd());
    }

    /** The next signals; empty when none comes within {@code limit}. */
    public List<Signal> next(Duration limit) {
        return signals(tail.next(limit));
    }

    private List<Signal> signals(List<ConsumerRecord<String, String>> records) {
        List<Signal> signals = new ArrayList<>();
        for (ConsumerRecord<String, String> record : records) {
            try {
                Signal signal = SignalJson.decode(String.valueOf(record.value()));
                if (signal.source().equals(source)) {
                    signals.add(signal);
                }
            } catch (IllegalArgumentException e) {
                LOG.warn(
                        "{}-{} offset {} is no signal and is skipped: {}",
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        e.getMessage());
            }
        }
        return signals;
    }

    @Override
    public void close() {
        tail.close();
    }
}
