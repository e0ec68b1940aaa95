package io.changeover.capture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.changeover.capture.backfill.BackfillMark;
import io.changeover.capture.engine.SchemaScan;
import io.changeover.capture.publish.Durable;
import io.changeover.capture.publish.KafkaPublishLog;
import io.changeover.capture.publish.Mark;
import io.changeover.capture.schema.HistoryEntry;
import io.changeover.capture.schema.SchemaBook;
import io.changeover.capture.schema.ServerTraits;
import io.changeover.capture.source.FirstSchemas;
import io.changeover.transport.definition.StartMode;
import io.changeover.transport.event.TableName;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;

/**
 * Takes tables in: at the first start all of them, later those that were not captured the last time. Their schemas, the
 * begin of their backfills and the position become durable in one transaction, before a row of them is read.
 */
final class Enrolment {

    /** Record key of the list of captured tables on the progress topic. */
    static final String TABLES = "tables";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String source;
    private final StartMode start;
    private final Set<TableName> tables;
    private final ServerTraits traits;
    private final SchemaScan scan;

    Enrolment(String source, StartMode start, Collection<TableName> tables, ServerTraits traits, SchemaScan scan) {
        this.source = source;
        this.start = start;
        this.tables = new TreeSet<>(tables);
        this.traits = traits;
        this.scan = scan;
    }

    /** What is durable afterwards: the same when no table is new and none is gone. */
    Durable enrol(Connection connection, Durable before, KafkaPublishLog log)
            throws SQLException, ExecutionException, InterruptedException, IOException {
        Set<TableName> known = known(before);
        Set<TableName> added = new TreeSet<>(tables);
        added.removeAll(known);
        if (before.position() != null && known.equals(tables)) {
            return before;
        }
        FirstSchemas first = FirstSchemas.read(connection, added);
        List<HistoryEntry> entries = new ArrayList<>();
        Map<String, String> marks = new HashMap<>(before.marks());
        List<Mark> written = new ArrayList<>();
        first.statements().forEach((table, statement) -> {
            long number = before.history().size() + entries.size() + 1L;
            entries.add(HistoryEntry.read(number, first.state().executed(), table, statement));
        });
        for (TableName table : added) {
            BackfillMark mark = start.kind() == StartMode.Kind.SNAPSHOT
                    ? BackfillMark.begin(estimate(connection, table))
                    : BackfillMark.none();
            written.add(mark.of(table));
        }
        written.add(new Mark(TABLES, names()));
        SourcePosition position =
                before.position() == null ? null : before.position().of(tables);
        if (position == null) {
            position = SourcePosition.startingAt(completed(first), first.state().executed());
        }
        if (!added.isEmpty()) {
            scan.requireUnchanged(position, first.state().executed(), book(first));
        }
        SourcePosition durable = log.appendStart(position, entries, written);
        written.forEach(mark -> marks.put(mark.key(), mark.json()));
        List<HistoryEntry> history = new ArrayList<>(before.history());
        history.addAll(entries);
        return new Durable(durable, marks, history);
    }

    /** The schemas of the tables that are taken in. */
    private SchemaBook book(FirstSchemas first) {
        List<HistoryEntry> entries = new ArrayList<>();
        first.statements()
                .forEach((table, statement) -> entries.add(
                        HistoryEntry.read(entries.size() + 1L, first.state().executed(), table, statement)));
        return SchemaBook.recover(source, first.statements().keySet(), traits, entries);
    }

    private GtidSet completed(FirstSchemas first) {
        if (start.kind() != StartMode.Kind.GTID) {
            return first.state().executed();
        }
        GtidSet loaded = start.loaded();
        GtidSet missing = first.state().purged().minus(loaded);
        GtidSet unknown = loaded.minus(first.state().executed());
        if (!missing.isEmpty() || !unknown.isEmpty()) {
            throw new ChangeoverException(new Problem(
                    ExitCode.SOURCE_GAP,
                    "source " + source + ", start: " + start,
                    !missing.isEmpty()
                            ? "transactions " + missing + " are not in the set and no longer in the server's binlogs"
                            : "transactions " + unknown + " are in the set and were never executed by the server",
                    "correct the set, or start with `start: snapshot`"));
        }
        return loaded;
    }

    private Set<TableName> known(Durable before) {
        String text = before.marks().get(TABLES);
        Set<TableName> known = new HashSet<>();
        if (text == null) {
            return known;
        }
        try {
            for (JsonNode name : JSON.readTree(text)) {
                known.add(new TableName(
                        name.required(0).textValue(), name.required(1).textValue()));
            }
            return known;
        } catch (JsonProcessingException e) {
            throw new ChangeoverException(
                    new Problem(
                            ExitCode.POSITION_DAMAGED,
                            "source " + source,
                            "the list of captured tables cannot be read",
                            "restore the records of the progress topic"),
                    e);
        }
    }

    private String names() {
        ArrayNode json = JSON.createArrayNode();
        tables.forEach(table -> json.addArray().add(table.schema()).add(table.table()));
        return json.toString();
    }

    /** The server's guess, for a percentage. */
    private static long estimate(Connection connection, TableName table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT table_rows FROM information_schema.tables WHERE table_schema = ? AND table_name = ?")) {
            statement.setString(1, table.schema());
            statement.setString(2, table.table());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : -1;
            }
        }
    }
}
