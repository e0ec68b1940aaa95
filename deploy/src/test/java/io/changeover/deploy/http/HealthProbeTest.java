package io.changeover.deploy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthProbeTest {

    @Test
    void onlyAnAnswer200_isHealthy_andAnythingElseIsTold() {
        try (HttpPort port = HttpPort.open(
                "127.0.0.1",
                0,
                Map.of(
                        "/livez", () -> Answer.text(Answer.OK, "alive\n"),
                        "/readyz", () -> Answer.text(Answer.UNAVAILABLE, "waiting for the source\nat host:3306\n")))) {
            int number = URI.create(port.url()).getPort();

            assertThat(HealthProbe.failure("/livez", number)).isNull();
            assertThat(HealthProbe.failure("/readyz", number))
                    .contains("503")
                    .contains("waiting for the source")
                    .contains("at host:3306");
            assertThat(HealthProbe.failure("/other", number)).contains("404");
        }
    }

    @Test
    void whereNobodyListens_nothingIsHealthy() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }

        assertThat(HealthProbe.failure("/livez", free)).contains("refused");
    }
}
