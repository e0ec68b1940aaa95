package io.changeover.transport.topic;

import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;

/** What a failure of a Kafka client means to the people who run the pipeline. */
public final class KafkaFailure {

    private KafkaFailure() {}

    /**
     * @param servers the brokers that the client was given
     * @param place what it was about: a topic
     */
    public static Problem problem(Throwable failure, String servers, String place) {
        String brokers = "bootstrap.servers " + servers;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AuthenticationException) {
                return new Problem(
                        ExitCode.DENIED,
                        brokers,
                        text(cause),
                        "check security.protocol, sasl.* and ssl.* under `kafka`");
            }
            if (cause instanceof AuthorizationException) {
                return new Problem(
                        ExitCode.DENIED, place, text(cause), "grant the operation to the client's principal");
            }
            if (cause instanceof RetriableException || isUnresolved(cause)) {
                return new Problem(
                        ExitCode.UNREACHABLE,
                        brokers,
                        text(cause),
                        "check that the brokers run and are reachable from here");
            }
            if (cause instanceof InvalidReplicationFactorException) {
                return new Problem(
                        ExitCode.CONFIG, place, text(cause), "set `topics.replication` to at most the brokers");
            }
            if (cause instanceof ConfigException || cause instanceof InvalidConfigurationException) {
                return new Problem(
                        ExitCode.CONFIG, place, text(cause), "correct the properties under `kafka` and `topics`");
            }
            if (cause instanceof PolicyViolationException) {
                return new Problem(
                        ExitCode.PREFLIGHT, place, text(cause), "ask for topics that the brokers' policy admits");
            }
        }
        return new Problem(ExitCode.PREFLIGHT, place, text(failure), "see the brokers' log");
    }

    /** A client that cannot be built since no host name of it is known: a network in trouble, not a wrong definition. */
    private static boolean isUnresolved(Throwable cause) {
        return cause instanceof ConfigException
                && String.valueOf(cause.getMessage()).contains("No resolvable");
    }

    private static String text(Throwable cause) {
        String message = cause.getMessage();
        if (cause instanceof TimeoutException) {
            return "no broker answers" + (message == null ? "" : " (" + message + ")");
        }
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }
}
