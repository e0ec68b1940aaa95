package io.changeover.transport.topic;

import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;

/**
 * Brings the topics of a pipeline about. Both methods may be called again at any time; topics that exist are never changed.
 * Thread-safe.
 */
public final class TopicSetup {

    private final Map<String, Object> properties;
    private final String servers;
    private final Duration timeout;

    /**
     * @param kafka properties of the clients
     * @param timeout how long brokers may take to answer, and partitions to get a leader
     */
    public TopicSetup(Map<String, String> kafka, Duration timeout) {
        this.properties = new HashMap<>(kafka);
        this.servers = kafka.getOrDefault(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, "");
        this.timeout = timeout;
        int millis = Math.toIntExact(timeout.toMillis());
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    }

    /** What is there and what {@link #create} would do; changes nothing and reports every failure as a problem. */
    public TopicReport describe(List<TopicSpec> specs) {
        try (Admin admin = Admin.create(properties)) {
            return new TopicSurvey(admin, servers).of(specs);
        } catch (KafkaException e) {
            return new TopicReport(List.of(), List.of(KafkaFailure.problem(e, servers, "kafka")));
        }
    }

    /**
     * Creates what is missing and returns when every partition has a leader: an idempotent producer that is earlier may lose
     * a batch for good.
     *
     * @return the id of every topic by its name
     * @throws ChangeoverException 19 when a topic is there with other partitions, or would lose what must be kept; 12, 13
     *     when the brokers refuse or do not answer; 10, 11 when they cannot give what is asked
     */
    public Map<String, Uuid> create(List<TopicSpec> specs) {
        try (Admin admin = Admin.create(properties)) {
            TopicSurvey survey = new TopicSurvey(admin, servers);
            TopicReport report = survey.of(specs);
            throwIfAny(report.problems());
            throwIfAny(survey.create(report.missing(), false));
            return new TopicLeaders(admin, timeout)
                    .await(specs.stream().map(TopicSpec::name).toList())
                    .orElseThrow(() -> noLeaders(specs));
        } catch (KafkaException e) {
            throw new ChangeoverException(KafkaFailure.problem(e, servers, "kafka"), e);
        }
    }

    private ChangeoverException noLeaders(List<TopicSpec> specs) {
        return new ChangeoverException(new Problem(
                ExitCode.UNREACHABLE,
                "bootstrap.servers " + servers,
                "not all partitions of " + specs.size() + " topics have a leader after " + timeout,
                "check that enough brokers run"));
    }

    private static void throwIfAny(List<Problem> problems) {
        if (!problems.isEmpty()) {
            throw new ChangeoverException(problems);
        }
    }
}
