package io.changeover.deploy.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class HttpPortTest {

    private static final Map<String, Supplier<Answer>> ROUTES = Map.of(
            "/well", () -> Answer.text(Answer.OK, "grüß\n"),
            "/broken",
                    () -> {
                        throw new IllegalStateException("the password is hidden");
                    });

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void whatIsThere_isAnswered_andNothingElse() throws Exception {
        try (HttpPort port = HttpPort.open("127.0.0.1", 0, ROUTES)) {
            HttpResponse<String> well = ask(port, "GET", "/well?any=1");
            assertThat(well.statusCode()).isEqualTo(200);
            assertThat(well.body()).isEqualTo("grüß\n");
            assertThat(well.headers().firstValue("content-type")).hasValue("text/plain; charset=utf-8");
            assertThat(well.headers().firstValue("cache-control")).hasValue("no-store");
            HttpResponse<String> head = ask(port, "HEAD", "/well");
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            assertThat(ask(port, "POST", "/well").statusCode()).isEqualTo(405);
            HttpResponse<String> below = ask(port, "GET", "/well/below");
            assertThat(below.statusCode()).isEqualTo(404);
            assertThat(below.body()).isEqualTo("there are /broken /well\n");
        }
    }

    @Test
    void aBug_isNotShown_andTheNextRequestIsAnswered() throws Exception {
        try (HttpPort port = HttpPort.open("127.0.0.1", 0, ROUTES)) {
            HttpResponse<String> broken = ask(port, "GET", "/broken");
            assertThat(broken.statusCode()).isEqualTo(500);
            assertThat(broken.body()).isEqualTo("failed: see the log\n");
            assertThat(ask(port, "GET", "/well").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aPortInUse_isAProblem() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ChangeoverException refused = catchThrowableOfType(
                    ChangeoverException.class, () -> HttpPort.open("127.0.0.1", taken.getLocalPort(), ROUTES));
            assertThat(refused.code()).isEqualTo(ExitCode.PREFLIGHT);
            assertThat(refused)
                    .hasMessageContaining("http 127.0.0.1:" + taken.getLocalPort() + ": cannot listen there");
        }
    }

    @Test
    void aHostThatIsNone_isAProblemOfTheDefinition() {
        ChangeoverException refused =
                catchThrowableOfType(ChangeoverException.class, () -> HttpPort.open("no.such.host.invalid", 0, ROUTES));
        assertThat(refused.code()).isEqualTo(ExitCode.CONFIG);
    }

    private HttpResponse<String> ask(HttpPort port, String method, String path)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(port.url() + path))
                .method(method, BodyPublishers.noBody())
                .build();
        return client.send(request, BodyHandlers.ofString());
    }
}
