package io.changeover.deploy.benchmark;

import io.changeover.deploy.log.Logs;
import io.changeover.embedded.EmbeddedKafka;
import java.io.IOException;

/** The embedded broker in a process of its own, so that its CPU time can be told. Ends with its parent. */
final class KafkaProcess {

    static final String READY = "READY ";

    private KafkaProcess() {}

    public static void main(String[] arguments) throws IOException {
        Logs.human(false);
        try (EmbeddedKafka kafka = EmbeddedKafka.create()) {
            System.out.println(READY + kafka.bootstrapServers());
            while (System.in.read() >= 0) {
                // nothing is ever said; the end of it is the parent's
            }
        }
        System.exit(0);
    }
}
