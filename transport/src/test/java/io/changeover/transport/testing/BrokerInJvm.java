package io.changeover.transport.testing;

import io.changeover.embedded.EmbeddedKafka;

/** The embedded broker as a test fixture. */
final class BrokerInJvm implements TestingKafka {

    private final EmbeddedKafka kafka = EmbeddedKafka.create();

    @Override
    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    @Override
    public void stop() {
        kafka.stop();
    }

    @Override
    public void start() {
        kafka.start();
    }

    @Override
    public void close() {
        kafka.close();
    }
}
