package io.changeover.deploy.misuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.deploy.metrics.Exposition;
import io.changeover.transport.testing.ChildJvm;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The HTTP port of a process of ours. Whatever it answers, no password is in it. */
record Scrape(HttpClient client, String url) {

    private static final Pattern ADDRESS = Pattern.compile("127\\.0\\.0\\.1:\\d+");

    /** As its log tells it. */
    static Scrape of(ChildJvm process) throws Exception {
        Matcher found = ADDRESS.matcher(process.awaitLogLine("answers http at", Duration.ofSeconds(60)));
        assertThat(found.find()).isTrue();
        return new Scrape(HttpClient.newHttpClient(), "http://" + found.group());
    }

    Exposition metrics() throws IOException, InterruptedException {
        HttpResponse<String> answer = get("/metrics");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        return new Exposition(answer.body());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(20))
                .build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        assertThat(answer.body()).doesNotContain(Said.PASSWORD);
        return answer;
    }
}
