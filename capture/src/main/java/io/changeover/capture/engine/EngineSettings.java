package io.changeover.capture.engine;

import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.definition.TlsMode;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.TrustedCertificates;
import java.util.Collection;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The engine's settings. The first block is what correctness rests on; it is not open to configuration. */
final class EngineSettings {

    private EngineSettings() {}

    static Properties properties(String name, ServerAccess server, long serverId, Collection<TableName> captured) {
        Properties settings = new Properties();
        settings.setProperty(BinlogEngine.NAME, name);
        settings.setProperty("connector.class", ChangeoverConnector.class.getName());
        settings.setProperty("offset.storage", StartOffset.class.getName());
        settings.setProperty("schema.history.internal", OutsideHistory.class.getName());
        settings.setProperty("connect.keep.alive", "false");
        settings.setProperty("errors.max.retries", "0");
        settings.setProperty("event.deserialization.failure.handling.mode", "fail");
        settings.setProperty("inconsistent.schema.handling.mode", "fail");
        settings.setProperty("snapshot.mode", "no_data");
        settings.setProperty("include.schema.changes", "false");
        settings.setProperty("internal.log.position.check.enable", "false"); // checked by us, by GTID

        settings.setProperty("topic.prefix", name);
        settings.setProperty("database.hostname", server.host());
        settings.setProperty("database.port", Integer.toString(server.port()));
        settings.setProperty("database.user", server.user());
        settings.setProperty("database.password", server.password().reveal());
        settings.setProperty("database.server.id", Long.toString(serverId));
        settings.setProperty("database.ssl.mode", server.tls().toString());
        settings.setProperty("driver.allowPublicKeyRetrieval", Boolean.toString(server.tls() == TlsMode.DISABLED));
        if (server.tlsCa() != null) {
            TrustedCertificates trusted = TrustedCertificates.fromPem(server.tlsCa());
            settings.setProperty("database.ssl.truststore", trusted.store().toString());
            settings.setProperty("database.ssl.truststore.password", TrustedCertificates.PASSWORD);
        }
        settings.setProperty("connect.timeout.ms", "10000");
        settings.setProperty("connect.keep.alive.interval.ms", "10000"); // heartbeat of the server: 0.8 of it
        settings.setProperty(
                "database.include.list",
                captured.stream()
                        .map(table -> Pattern.quote(table.schema()))
                        .distinct()
                        .collect(Collectors.joining(",")));

        // no records pass through the engine; its poll tells of failures
        settings.setProperty("poll.interval.ms", "100");
        settings.setProperty("record.processing.threads", "1");
        settings.setProperty("offset.flush.interval.ms", "3600000");
        settings.setProperty("executor.shutdown.timeout.ms", "2000");
        settings.setProperty("record.processing.shutdown.timeout.ms", "1000");
        settings.setProperty("task.management.timeout.ms", "30000");
        settings.setProperty("tombstones.on.delete", "false");
        return settings;
    }
}
