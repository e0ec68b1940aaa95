package io.changeover.deploy.quickstart;

import io.changeover.deploy.grants.Grant;
import io.changeover.deploy.grants.NeededGrants;
import io.changeover.deploy.sample.LegacyRows;
import io.changeover.deploy.sample.SampleShop;
import io.changeover.deploy.sample.SqlResource;
import io.changeover.embedded.EmbeddedMySql;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.Secret;
import io.changeover.transport.definition.yaml.PipelineReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Makes the old and the new database, and the pipeline between them, as an operator would. */
final class QuickstartPipeline {

    private static final String FILE = "quickstart.yaml";

    private final QuickstartServers servers;

    QuickstartPipeline(QuickstartServers servers) {
        this.servers = servers;
    }

    /** The old schema with its rows, on the replica, too. */
    void createLegacy(LegacyRows rows) throws SQLException {
        try (Connection connection = servers.primary().connect()) {
            SampleShop.createOld(connection, rows);
        }
    }

    void createShop() throws SQLException {
        try (Connection connection = servers.shop().connect()) {
            SampleShop.createNew(connection);
        }
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
        return new PipelineReader(environment()).parse(FILE, SqlResource.text(FILE));
    }

    /** The definition as a file with its values in it, for other commands on this machine. */
    void write(Path file) {
        String text = SqlResource.text(FILE);
        for (Map.Entry<String, String> value : environment().entrySet()) {
            text = text.replace("${env:" + value.getKey() + "}", value.getValue());
        }
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    void createAccounts(PipelineDefinition pipeline) throws SQLException {
        // on the primary: the replica follows, and has them for the capture
        account(servers.primary(), "capture", NeededGrants.ofSource(pipeline, "legacy"));
        account(servers.shop(), "apply", NeededGrants.ofTarget(pipeline, pipeline.target("shop")));
    }

    private static void account(EmbeddedMySql server, String user, List<Grant> grants) throws SQLException {
        try (Connection connection = server.connect()) {
            SampleShop.account(connection, user, Secret.of(QuickstartServers.PASSWORD), grants);
        }
    }
}
