package io.changeover.deploy.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.changeover.deploy.containers.Compose.Said;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * The migration of the compose file: it comes up, is clean, survives the death of each of its containers without hands, and
 * spreads over more appliers. Prints how long takeovers take.
 */
@Tag("docker")
@Timeout(value = 60, unit = TimeUnit.MINUTES)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ComposeIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> TABLES =
            List.of("legacy.trade.t_user", "legacy.trade.t_order", "legacy.trade.t_order_item");
    private static final Duration HEALED = Duration.ofMinutes(5);

    private static Compose compose;
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeAll
    static void up() throws IOException {
        Optional<String> obstacle = Compose.obstacle();
        assumeTrue(obstacle.isEmpty(), () -> "skipped: " + obstacle.orElse(""));
        compose = new Compose(Integer.getInteger("compose.rows", 50_000), Integer.getInteger("compose.rate", 50));
        compose.close(); // what a killed run left
        compose.compose("build");
        start();
    }

    private static void start() throws IOException {
        Said said = compose.tryCompose("up", "--detach", "--wait", "--wait-timeout", "600");
        if (said.code() != 0) {
            fail(said.out()
                    + compose.tryCompose("logs", "--no-color", "--tail", "50").out());
        }
    }

    @AfterAll
    static void down() throws IOException {
        if (compose != null && !Boolean.getBoolean("compose.keep")) {
            compose.close();
        }
    }

    @Test
    @Order(1)
    void theMigration_endsClean() throws IOException {
        requireInStep();
        requireClean();
        Said check = compose.changeover("check");
        assertThat(check.code()).as(check.out()).isZero();
    }

    @Test
    @Order(2)
    void noContainerOfOurs_isRoot_orMayWriteToItsImage() throws IOException {
        for (String service : List.of("capture", "capture-standby", "apply", "reconcile", "workload")) {
            for (String container : compose.containers(service)) {
                assertThat(compose.docker(
                                "inspect", "--format", "{{.Config.User}} {{.HostConfig.ReadonlyRootfs}}", container))
                        .as(service)
                        .isEqualTo("10001:10001 true");
            }
        }
        String logs = compose.compose("logs", "--no-color");
        for (String password : List.of("sample-root", "sample-capture", "sample-apply", "sample-app")) {
            assertThat(logs).doesNotContain(password);
        }
    }

    @Test
    @Order(3)
    void everyQueryOfTheDashboard_hasAnAnswer() throws Exception {
        List<String> silent = new ArrayList<>();
        JsonNode dashboard = JSON.readTree(Path.of("grafana", "changeover.json").toFile());
        for (JsonNode panel : dashboard.path("panels")) {
            boolean any = panel.path("targets").isEmpty();
            for (JsonNode target : panel.path("targets")) {
                any |= answers(target.path("expr").asText().replace("$pipeline", "shop"));
            }
            if (!any) {
                silent.add(panel.path("title").asText());
            }
        }
        assertThat(silent).isEmpty();
    }

    private boolean answers(String query) throws IOException, InterruptedException {
        JsonNode answer = JSON.readTree(get("http://127.0.0.1:" + compose.port("PROMETHEUS_PORT")
                + "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8)));
        assertThat(answer.path("status").asText()).as(answer.toString()).isEqualTo("success");
        return !answer.path("data").path("result").isEmpty();
    }

    @Test
    @Order(4)
    void theDeathOfAnyContainer_healsWithoutHands() throws Exception {
        die("capture at work", capturing().orElseThrow());
        die("standby", standby());
        for (String service :
                List.of("apply", "reconcile", "workload", "prometheus", "kafka", "new", "old-replica", "old-primary")) {
            die(service, compose.containers(service).get(0));
        }
        awaitHealthy();
        requireClean();
        String said = compose.compose("logs", "--no-color", "--since", "30s", "workload");
        assertThat(said).contains(" transactions"); // it says so every ten seconds
    }

    private void die(String what, String container) throws Exception {
        int restarts = restarts(container);
        long begin = System.nanoTime();
        compose.crash(container);
        requireInStep();
        System.out.printf("%s died: in step again after %.1f s%n", what, seconds(begin));
        assertThat(restarts(container)).as(what).isEqualTo(restarts + 1);
    }

    private static int restarts(String container) throws IOException {
        return Integer.parseInt(compose.docker("inspect", "--format", "{{.RestartCount}}", container));
    }

    private String standby() throws Exception {
        List<String> captures = new ArrayList<>(compose.containers("capture"));
        captures.addAll(compose.containers("capture-standby"));
        captures.remove(capturing().orElseThrow());
        return captures.get(0);
    }

    @Test
    @Order(5)
    void captureAndAnApplierAtOnce_theOthersTakeOver() throws Exception {
        String capturing = capturing().orElseThrow();
        compose.docker("kill", capturing, compose.containers("apply").get(0));
        long begin = System.nanoTime();
        await("another instance captures", () -> capturing().isPresent());
        System.out.printf("the standby captures after %.1f s%n", seconds(begin));
        requireInStep();
        System.out.printf("in step after %.1f s%n", seconds(begin));
        compose.compose("up", "--detach", "--no-recreate");
        awaitHealthy();
        requireClean();
    }

    @Test
    @Order(6)
    void moreAppliers_shareThePartitions() throws Exception {
        replay(2);
        long begin = System.nanoTime();
        compose.compose("up", "--detach", "--no-recreate", "--scale", "apply=4");
        await("each of 4 hosts has partitions of each table", () -> {
            List<Set<String>> hosts = hosts();
            return hosts.size() == 3 && hosts.stream().allMatch(of -> of.size() == 4);
        });
        System.out.printf("partitions are on 4 appliers after %.1f s%n", seconds(begin));
        replay(4);
        requireClean();
    }

    @Test
    @Order(7)
    void newContainersOnTheSameVolumes_goOn() throws Exception {
        compose.compose("down", "--timeout", "40");
        start();
        requireInStep();
        requireClean();
    }

    /** Applies all topics again, and prints how fast. */
    private static void replay(int appliers) throws Exception {
        requireInStep();
        for (String table : TABLES) {
            Said said = compose.changeover("replay", "--table", table, "--to-earliest", "--execute");
            assertThat(said.code()).as(said.out()).isZero();
        }
        long begin = System.nanoTime();
        requireInStep();
        double seconds = seconds(begin);
        System.out.printf("%d appliers replayed %.0f records/s%n", appliers, records() / seconds);
    }

    private static long records() throws Exception {
        try (Admin admin = admin()) {
            Set<TopicPartition> partitions = admin
                    .describeTopics(
                            TABLES.stream().map(table -> "shop." + table).toList())
                    .allTopicNames()
                    .get()
                    .values()
                    .stream()
                    .flatMap(topic -> topic.partitions().stream()
                            .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                    .collect(Collectors.toSet());
            return admin
                    .listOffsets(partitions.stream()
                            .collect(Collectors.toMap(Function.identity(), any -> OffsetSpec.latest())))
                    .all()
                    .get()
                    .values()
                    .stream()
                    .mapToLong(ListOffsetsResultInfo::offset)
                    .sum();
        }
    }

    private static Admin admin() {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", "127.0.0.1:" + compose.port("KAFKA_PORT"));
        return Admin.create(properties);
    }

    /** Of each group of appliers, the addresses of the members that have partitions. */
    private static List<Set<String>> hosts() throws Exception {
        try (Admin admin = admin()) {
            List<String> groups = admin.listGroups().all().get().stream()
                    .map(group -> group.groupId())
                    .filter(group -> group.startsWith("shop.legacy.trade."))
                    .toList();
            Map<String, ConsumerGroupDescription> described =
                    admin.describeConsumerGroups(groups).all().get();
            return described.values().stream()
                    .map(group -> group.members().stream()
                            .filter(member ->
                                    !member.assignment().topicPartitions().isEmpty())
                            .map(MemberDescription::host)
                            .collect(Collectors.toSet()))
                    .toList();
        }
    }

    /** The container that captures. */
    private Optional<String> capturing() throws IOException, InterruptedException {
        for (String service : List.of("capture", "capture-standby")) {
            for (String container : compose.containers(service)) {
                boolean streams = metrics(container)
                        .filter(text -> Arrays.stream(text.split("\n"))
                                .anyMatch(line ->
                                        line.startsWith("changeover_capture_streaming{") && line.endsWith(" 1.0")))
                        .isPresent();
                if (streams) {
                    return Optional.of(container);
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> metrics(String container) throws IOException, InterruptedException {
        try {
            return Optional.of(get("http://" + compose.address(container) + ":8470/metrics"));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private String get(String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(20))
                .build();
        return http.send(request, BodyHandlers.ofString()).body();
    }

    private static void requireInStep() throws IOException {
        Said said = compose.changeover("wait", "--for", "caught-up", "--timeout", HEALED.toSeconds() + "s");
        assertThat(said.code()).as(said.out()).isZero();
    }

    private static void requireClean() throws IOException {
        Said said = compose.changeover("reconcile", "--once", "--timeout", HEALED.toSeconds() + "s");
        System.out.println(said.out());
        assertThat(said.code()).as(said.out()).isZero();
    }

    /** Nothing may be started for it. */
    private static void awaitHealthy() throws Exception {
        await("all containers are healthy", () -> {
            String states = compose.compose("ps", "--format", "{{.Service}} {{.State}} {{.Health}}");
            return states.lines()
                            .allMatch(line -> line.contains(" running")
                                    && !line.contains("unhealthy")
                                    && !line.contains("starting"))
                    && states.lines().count() >= 12;
        });
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + HEALED.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Thread.sleep(200);
        }
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) / 1e9;
    }
}
