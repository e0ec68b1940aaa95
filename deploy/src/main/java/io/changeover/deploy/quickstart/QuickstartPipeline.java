package io.changeover.deploy.quickstart;

import io.changeover.deploy.grants.Grant;
import io.changeover.deploy.grants.NeededGrants;
import io.changeover.embedded.EmbeddedMySql;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.yaml.PipelineReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Makes the old and the new database, and the pipeline between them, as an operator would. */
final class QuickstartPipeline {

    private final QuickstartServers servers;

    QuickstartPipeline(QuickstartServers servers) {
        this.servers = servers;
    }

    /** The old schema with its rows, on the replica, too. */
    void createLegacy(LegacyRows rows) throws SQLException {
        servers.primary().execute(SqlResource.statements("legacy.sql"));
        try (var connection = servers.primary().connect()) {
            rows.insert(connection);
        }
        servers.primary().execute("ANALYZE TABLE trade.t_user, trade.t_order, trade.t_order_item");
    }

    void createShop() {
        servers.shop().execute(SqlResource.statements("shop.sql"));
    }

    /** What the definition's {@code ${env:..}} stand for. */
    Map<String, String> environment() {
        return Map.of(
                "QUICKSTART_KAFKA", servers.kafka().bootstrapServers(),
                "QUICKSTART_REPLICA_PORT", Integer.toString(servers.replica().port()),
                "QUICKSTART_SHOP_PORT", Integer.toString(servers.shop().port()),
                "QUICKSTART_PASSWORD", QuickstartServers.PASSWORD);
    }

    PipelineDefinition definition() {
        return new PipelineReader(environment())
                .parse("quickstart/changeover.yaml", SqlResource.text("changeover.yaml"));
    }

    /** The definition as a file with its values in it, for other commands on this machine. */
    void write(Path file) {
        String text = SqlResource.text("changeover.yaml");
        for (Map.Entry<String, String> value : environment().entrySet()) {
            text = text.replace("${env:" + value.getKey() + "}", value.getValue());
        }
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    /** Accounts that may do what `changeover grants` prints, and nothing else. */
    void createAccounts(PipelineDefinition pipeline) {
        // on the primary: the replica follows, and has them for the capture
        account(servers.primary(), "capture", NeededGrants.ofSource(pipeline, "legacy"));
        account(servers.shop(), "apply", NeededGrants.ofTarget(pipeline, pipeline.target("shop")));
    }

    private static void account(EmbeddedMySql server, String user, List<Grant> grants) {
        String account = "'" + user + "'@'%'";
        server.execute("CREATE USER " + account + " IDENTIFIED BY '" + QuickstartServers.PASSWORD + "'");
        for (Grant grant : grants) {
            server.execute(grant.statement(account));
        }
    }
}
