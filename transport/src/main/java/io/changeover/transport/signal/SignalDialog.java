package io.changeover.transport.signal;

import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.position.ProgressTopic;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Asks a capture for something, from any machine, and waits for its answer. */
public final class SignalDialog {

    private static final Duration STEP = Duration.ofMillis(500);

    private SignalDialog() {}

    /**
     * The last word of the capture within {@code timeout}; running when it has begun, empty when it has not answered: the
     * signal stays on its topic then, and is answered when the capture runs.
     *
     * @throws io.changeover.transport.problem.ChangeoverException (12, 13) when the brokers refuse or do not answer
     */
    public static Optional<SignalAck> ask(PipelineDefinition pipeline, Signal signal, Duration timeout) {
        Map<String, String> kafka = pipeline.kafka().properties();
        String progressTopic = pipeline.topicNames().progress(signal.source());
        long deadline = System.nanoTime() + timeout.toNanos();
        try (SignalSender sender = new SignalSender(kafka, pipeline.topicNames().signals(), timeout);
                ProgressTopic progress = new ProgressTopic(kafka, progressTopic, timeout)) {
            // what the topic holds already is read before, so that the answer is not behind it
            progress.latest();
            sender.send(signal);
            Optional<SignalAck> last = Optional.empty();
            while (System.nanoTime() < deadline) {
                last = SignalAck.of(progress.follow(STEP), signal.id());
                if (last.isPresent() && last.get().state() != SignalAck.State.RUNNING) {
                    return last;
                }
            }
            return last;
        }
    }
}
