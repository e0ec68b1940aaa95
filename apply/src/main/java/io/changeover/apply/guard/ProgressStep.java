package io.changeover.apply.guard;

/**
 * The advance of one partition, as a compare-and-set: from the offset where this owner's last commit left off.
 *
 * @param epoch the owner's; every assignment raises it
 */
public record ProgressStep(String topic, int partition, long from, long to, long epoch)
        implements Comparable<ProgressStep> {

    public ProgressStep {
        if (to < from) {
            throw new IllegalArgumentException(
                    "progress of " + topic + "-" + partition + " back from " + from + " to " + to);
        }
    }

    /** Only the compare: the fence without an advance. */
    ProgressStep staying() {
        return new ProgressStep(topic, partition, from, from, epoch);
    }

    @Override
    public int compareTo(ProgressStep other) {
        int byTopic = topic.compareTo(other.topic);
        return byTopic != 0 ? byTopic : Integer.compare(partition, other.partition);
    }
}
