package io.changeover.transport.topic;

import io.changeover.transport.problem.Problem;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/**
 * What is there of the topics that a pipeline needs, and what stands in the way of the rest.
 *
 * @param problems empty when all can be had
 */
public record TopicReport(List<State> topics, List<Problem> problems) {

    /**
     * One topic.
     *
     * @param id of the topic that exists; empty: it would be created
     * @param differences between what exists and what is asked, for people; none of them harms
     */
    public record State(TopicSpec spec, Optional<Uuid> id, List<String> differences) {

        public State {
            differences = List.copyOf(differences);
        }

        public boolean exists() {
            return id.isPresent();
        }
    }

    public TopicReport {
        topics = List.copyOf(topics);
        problems = List.copyOf(problems);
    }

    /** The topics that would be created. */
    public List<TopicSpec> missing() {
        return topics.stream().filter(topic -> !topic.exists()).map(State::spec).toList();
    }
}
