package io.changeover.deploy.explain;

import io.changeover.apply.mapping.RowMapper.Mapped;
import io.changeover.apply.operation.KeyHistory;
import io.changeover.apply.stream.Received;
import io.changeover.apply.target.MappedRow;
import io.changeover.apply.target.StoredRows;
import io.changeover.apply.target.StoredRows.Buried;
import io.changeover.apply.target.StoredRows.Found;
import io.changeover.apply.target.StoredRows.Waits;
import io.changeover.apply.target.TargetAccess;
import io.changeover.apply.target.TargetProgress;
import io.changeover.deploy.explain.RowExplanation.Message;
import io.changeover.deploy.explain.RowExplanation.Place;
import io.changeover.transport.definition.Destination;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Version;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.topic.TopicLog;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at everything that has an image of a row. Reads only, without locks. */
public record RowExplainer(PipelineDefinition pipeline, TableDefinition table, Duration timeout) {

    private static final int MESSAGES = 10;
    private static final long OFFSETS = 1_000_000;

    /** @throws ChangeoverException (12, 13) when Kafka or a target refuses or does not answer */
    public RowExplanation explain(Map<String, String> columns) {
        OldRow old = OldRow.look(pipeline, table, columns, timeout);
        try (TopicLog topic = new TopicLog(pipeline.kafka().properties(), pipeline.rowTopic(table), timeout)) {
            KeyHistory history = KeyHistory.search(topic, old.key(), MESSAGES, OFFSETS);
            Received newest = newest(history.messages());
            Map<String, Long> applied = new LinkedHashMap<>();
            List<Seen> seen = new ArrayList<>();
            for (Destination place : table.destinations()) {
                MySqlServer server =
                        MySqlServer.of(pipeline.target(place.targetName()).server(), "explain");
                applied.computeIfAbsent(place.targetName(), name -> nextOffset(server, history.partition()));
                seen.add(new Seen(place, applied.getOrDefault(place.targetName(), -1L), found(server, place, newest)));
            }
            seen = waitingOnce(seen);
            List<Place> places = seen.stream().map(RowExplainer::place).toList();
            return new RowExplanation(
                    table.label(),
                    old.key(),
                    old.told(),
                    history.partition(),
                    history.log().start() + ".." + history.log().end(),
                    history.searchedFrom(),
                    history.messages().stream().map(RowExplainer::message).toList(),
                    mapped(seen),
                    places,
                    new RowVerdict(old, history, newest, seen).lines());
        }
    }

    /**
     * What one place knows.
     *
     * @param waiting the image that waits on the server, if it is told here
     */
    record Seen(
            Destination place,
            long nextOffset,
            @Nullable Found found,
            @Nullable Waits waiting) {

        Seen(Destination place, long nextOffset, @Nullable Found found) {
            this(place, nextOffset, found, found == null ? null : found.waiting());
        }

        boolean isWanted() {
            return found != null && found.isWanted();
        }

        String name() {
            return place.targetName() + "." + place.table();
        }
    }

    /** An image waits once for all places of a server: told by the one where the row belongs, or else by the first. */
    private static List<Seen> waitingOnce(List<Seen> all) {
        Map<String, Seen> tells = new LinkedHashMap<>();
        for (Seen seen : all) {
            tells.merge(seen.place().targetName(), seen, (first, next) -> next.isWanted() ? next : first);
        }
        return all.stream()
                .map(seen -> tells.containsValue(seen)
                        ? seen
                        : new Seen(seen.place(), seen.nextOffset(), seen.found(), null))
                .toList();
    }

    private static @Nullable Received newest(List<Received> messages) {
        Received newest = null;
        for (Received message : messages) {
            ChangeEvent event = message.event();
            ChangeEvent best = newest == null ? null : newest.event();
            if (event != null && (best == null || event.version().isAtOrAfter(best.version()))) {
                newest = message;
            }
        }
        return newest;
    }

    private long nextOffset(MySqlServer server, int partition) {
        try (Connection connection = server.require()) {
            return TargetProgress.partitions(connection, pipeline.name()).stream()
                    .filter(row -> row.feed().equals(pipeline.feed(table)) && row.partition() == partition)
                    .mapToLong(TargetProgress.Partition::nextOffset)
                    .findFirst()
                    .orElse(-1);
        } catch (SQLException e) {
            throw new ChangeoverException(server.problem(e), e);
        }
    }

    private @Nullable Found found(MySqlServer server, Destination place, @Nullable Received newest) {
        if (newest == null) {
            return null;
        }
        try (StoredRows rows = StoredRows.open(access(server, place), table, place)) {
            return rows.of(List.of(newest)).get(0);
        }
    }

    private TargetAccess access(MySqlServer server, Destination place) {
        return new TargetAccess(server, pipeline.target(place.targetName()).versionStore());
    }

    private static Place place(Seen seen) {
        Found found = seen.found();
        if (found == null) {
            return new Place(seen.name(), seen.nextOffset(), false, null, null, null);
        }
        return new Place(
                seen.name(),
                seen.nextOffset(),
                seen.isWanted(),
                found.live() == null ? null : "version " + found.live(),
                buried(found),
                seen.waiting() == null
                        ? null
                        : seen.waiting().kind() + ", version "
                                + seen.waiting().version() + ", by "
                                + seen.waiting().place() + ": "
                                + seen.waiting().reason());
    }

    /** What is not newer than the row that is there is of another place, or long past. */
    private static @Nullable String buried(Found found) {
        Buried tombstone = found.tombstone();
        if (tombstone == null) {
            return null;
        }
        Version live = found.live();
        boolean past = live != null && live.sameSource(tombstone.version()) && live.isAtOrAfter(tombstone.version());
        return past ? null : "version " + tombstone.version() + ", by " + tombstone.place();
    }

    private static Message message(Received message) {
        ChangeEvent event = message.event();
        if (event == null) {
            return new Message(message.offset(), String.valueOf(message.error()), "", "", "");
        }
        return new Message(
                message.offset(),
                event.operation().name(),
                event.version().toString(),
                event.provenance().gtid().isEmpty()
                        ? event.provenance().origin().name().toLowerCase(Locale.ROOT)
                        : event.provenance().gtid(),
                Instant.EPOCH
                        .plusNanos(event.provenance().commitMicros() * 1000)
                        .toString());
    }

    private static @Nullable Map<String, @Nullable String> mapped(List<Seen> seen) {
        for (Seen place : seen) {
            Found found = place.found();
            Mapped mapped = found == null ? null : found.mapped();
            MappedRow image = mapped == null ? null : mapped.image();
            if (image != null && image.refusal() == null) {
                Map<String, @Nullable String> values = new LinkedHashMap<>();
                for (int i = 0; i < image.values().length; i++) {
                    Object value = image.values()[i];
                    values.put(
                            image.layout().columns().get(i).name(),
                            value instanceof byte[] bytes
                                    ? new String(bytes, StandardCharsets.ISO_8859_1)
                                    : value == null ? null : value.toString());
                }
                return values;
            }
        }
        return null;
    }
}
