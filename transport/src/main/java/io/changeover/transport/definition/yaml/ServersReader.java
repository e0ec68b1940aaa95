package io.changeover.transport.definition.yaml;

import io.changeover.transport.definition.BackfillSettings;
import io.changeover.transport.definition.Secret;
import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.definition.SourceDefinition;
import io.changeover.transport.definition.StartMode;
import io.changeover.transport.definition.TargetDefinition;
import io.changeover.transport.definition.TargetDefinition.VersionStore;
import io.changeover.transport.definition.TlsMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads {@code sources} and {@code targets}. */
record ServersReader(Section root, Findings findings) {

    List<SourceDefinition> sources() {
        List<SourceDefinition> sources = new ArrayList<>();
        named(Keys.SOURCES).forEach((name, section) -> {
            ServerAccess access = access(section);
            StartMode start = section.value(Keys.START);
            BackfillSettings backfill = backfill(section.sectionOrDefaults(Keys.BACKFILL));
            if (access != null && start != null && backfill != null) {
                sources.add(new SourceDefinition(name, access, start, backfill));
            }
        });
        return sources;
    }

    List<TargetDefinition> targets() {
        List<TargetDefinition> targets = new ArrayList<>();
        named(Keys.TARGETS).forEach((name, section) -> {
            ServerAccess access = access(section);
            VersionStore versionStore = section.value(Keys.VERSION_STORE);
            Optional<Integer> threads = section.value(Keys.TARGET_THREADS_RUNNING);
            Duration keepTombstones = section.value(Keys.KEEP_TOMBSTONES);
            if (access != null && versionStore != null && threads != null && keepTombstones != null) {
                targets.add(new TargetDefinition(name, access, versionStore, threads, keepTombstones));
            }
        });
        return targets;
    }

    private static @Nullable BackfillSettings backfill(Section section) {
        Integer readers = section.value(Keys.READERS);
        Integer chunkRows = section.value(Keys.CHUNK_ROWS);
        Optional<Integer> threads = section.value(Keys.MAX_THREADS_RUNNING);
        Optional<Duration> stream = section.value(Keys.MAX_STREAM_LAG);
        Optional<Duration> replica = section.value(Keys.MAX_REPLICA_LAG);
        return readers == null || chunkRows == null || threads == null || stream == null || replica == null
                ? null
                : new BackfillSettings(readers, chunkRows, threads, stream, replica);
    }

    private Map<String, Section> named(Key<?> key) {
        Map<String, Section> sections = root.namedSections(key);
        if (root.isEmpty(key)) {
            findings.add(
                    root.line(key),
                    "`" + key.name() + "` names no server",
                    "write NAME: { host: .., user: .., password: .. }");
        }
        sections.entrySet().removeIf(entry -> !isNamed(key, entry.getKey(), entry.getValue()));
        return sections;
    }

    private boolean isNamed(Key<?> key, String name, Section section) {
        try {
            Values.NAME.read(name);
            return true;
        } catch (IllegalArgumentException e) {
            findings.add(section.line(), "`" + key.name() + "`: " + e.getMessage(), Values.NAME.remedy());
            return false;
        }
    }

    private @Nullable ServerAccess access(Section section) {
        String host = section.value(Keys.HOST);
        Integer port = section.value(Keys.PORT);
        String user = section.value(Keys.USER);
        Secret password = section.secret(Keys.PASSWORD);
        if (!section.isReference(Keys.PASSWORD)) {
            findings.hint(
                    section.line(Keys.PASSWORD),
                    "a password stands in the file itself",
                    "write `${env:NAME}` or `${file:/path}`, and keep it out of version control");
        }
        TlsMode tls = section.value(Keys.TLS);
        String tlsCa = section.value(Keys.TLS_CA);
        if (tlsCa != null && tls != null && !tls.verifies()) {
            findings.add(
                    section.line(Keys.TLS_CA),
                    "`tlsCa` would not be looked at with `tls: " + tls + "`",
                    "use `tls: verify_ca` or `tls: verify_identity`");
            return null;
        }
        if (host == null || port == null || user == null || password == null || tls == null) {
            return null;
        }
        return new ServerAccess(host, port, user, password, tls, tlsCa);
    }
}
