package io.changeover.capture.publish;

import io.changeover.transport.position.SourcePosition;

/** Where batches go: the topics of a source, written in Kafka transactions by one fenced owner. */
public interface PublishLog {

    /**
     * Appends the whole batch or nothing.
     *
     * @return the batch's position with the end offsets that the append reached
     * @throws io.changeover.transport.problem.ChangeoverException (16) when another instance took over. After any exception
     *     the outcome is unknown and the publisher must not be used again: read the durable position and begin anew.
     */
    SourcePosition append(PublishBatch batch);
}
