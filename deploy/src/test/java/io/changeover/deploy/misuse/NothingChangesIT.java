package io.changeover.deploy.misuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What looks and what runs dry leaves no trace: not on the servers, not in Kafka, before and after the preparation. */
@WithServers
@Timeout(120)
class NothingChangesIT {

    private static final List<List<String>> LOOKING = List.of(
            List.of("check"),
            List.of("plan"),
            List.of("grants"),
            List.of("status"),
            List.of("prepare"),
            List.of("wait", "--for", "caught-up"));

    private final TestingServers servers;

    NothingChangesIT(TestingServers servers) {
        this.servers = servers;
    }

    @Test
    void lookingAndDryRuns_leaveNoTrace(@TempDir Path folder) throws Exception {
        try (FitShop shop = new FitShop(servers, folder)) {
            requireNoTrace(shop);
            assertThat(shop.command("prepare", "--execute").code()).isZero();
            requireNoTrace(shop);
        }
    }

    private void requireNoTrace(FitShop shop) throws Exception {
        List<List<String>> commands = new ArrayList<>(LOOKING);
        commands.add(List.of("refresh", "--table", "legacy." + shop.oldTable("t_order"), "--where", "id = 1"));
        for (List<String> command : commands) {
            Map<String, Object> before = everything(shop);
            Said said = shop.command(command.toArray(String[]::new));
            assertThat(said.code()).as(said.text()).isIn(0, 21);
            assertThat(everything(shop)).as(command.toString()).isEqualTo(before);
        }
    }

    /** All that could be changed. The executed GTIDs alone would show any change of data, tables or grants. */
    private Map<String, Object> everything(FitShop shop) throws Exception {
        Map<String, Object> all = new TreeMap<>();
        all.put("source", ofServer(shop.source(), shop));
        all.put("target", ofServer(shop.target(), shop));
        try (Admin admin = Admin.create(servers.kafka().clientConfig())) {
            Set<String> topics = admin.listTopics().names().get();
            all.put("topics", topics);
            Map<TopicPartition, OffsetSpec> ends =
                    new TreeMap<>(java.util.Comparator.comparing(TopicPartition::toString));
            admin.describeTopics(topics)
                    .allTopicNames()
                    .get()
                    .values()
                    .forEach(topic -> topic.partitions()
                            .forEach(p ->
                                    ends.put(new TopicPartition(topic.name(), p.partition()), OffsetSpec.latest())));
            Map<String, Long> offsets = new TreeMap<>();
            admin.listOffsets(ends).all().get().forEach((at, end) -> offsets.put(at.toString(), end.offset()));
            all.put("offsets", offsets);
            all.put("groups", admin.listGroups().all().get().size());
        }
        return all;
    }

    private static Map<String, Object> ofServer(TestingMySql server, FitShop shop) {
        Map<String, Object> all = new TreeMap<>();
        all.put("gtids", server.gtidExecuted());
        all.put(
                "tables",
                server.rows("SELECT table_schema, table_name, create_time FROM information_schema.tables"
                        + " WHERE table_schema NOT IN ('performance_schema', 'information_schema') ORDER BY 1, 2"));
        all.put(
                "columns",
                server.rows("SELECT table_schema, table_name, column_name, column_type, extra"
                        + " FROM information_schema.columns WHERE table_schema NOT IN"
                        + " ('performance_schema', 'information_schema', 'sys') ORDER BY 1, 2, 3"));
        all.put("grants", server.rows("SHOW GRANTS FOR " + shop.account()));
        all.put(
                "variables",
                server.rows("SHOW GLOBAL VARIABLES WHERE variable_name LIKE 'binlog%'"
                        + " OR variable_name IN ('sql_mode', 'time_zone', 'read_only')"));
        return all;
    }
}
