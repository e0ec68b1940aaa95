package io.changeover.capture.schema;

import io.changeover.transport.event.TableName;
import io.changeover.transport.position.CaptureStop;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.CreateTableContext;
import io.debezium.relational.Table;
import io.debezium.relational.TableId;
import io.debezium.relational.Tables;
import io.debezium.relational.ddl.DdlChanges;
import io.debezium.relational.ddl.DdlParserListener.Event;
import io.debezium.relational.ddl.DdlParserListener.TableAlteredEvent;
import io.debezium.relational.ddl.DdlParserListener.TableEvent;
import io.debezium.relational.ddl.DdlParserListener.TableIndexEvent;
import io.debezium.text.MultipleParsingExceptions;
import io.debezium.text.ParsingException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.antlr.v4.runtime.ParserRuleContext;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of the captured tables at one moment of the binlog: every statement of the history, parsed in order. Confined
 * to the thread that reads the binlog.
 */
public final class SchemaBook {

    private final Set<TableName> captured;
    private final ServerTraits server;
    private final Tables tables;
    private final DdlParser parser = new DdlParser();
    private final ForeignKeys foreignKeys;
    private final TextCollations collations;
    private final Map<TableName, Integer> versions = new HashMap<>();
    private final Map<TableName, CapturedTable> current = new HashMap<>();
    private final Map<TableName, GtidSet> asOf = new HashMap<>();
    /** Tables made in the image of a captured one, with that one: an online schema change will put them in its place. */
    private final Map<TableName, TableName> likenesses = new TreeMap<>();

    private Cascades cascades = Cascades.ALL_DECLARED;
    private Map<TableName, ColumnWatch> watches = Map.of();
    private long entries;

    public SchemaBook(Collection<TableName> captured, ServerTraits server) {
        this.captured = new TreeSet<>(captured);
        this.server = server;
        this.tables = new Tables(server.caseInsensitive());
        this.foreignKeys = new ForeignKeys(parser, this::asCaptured, server.inlineReferences());
        this.collations = new TextCollations(parser, this::asCaptured);
    }

    public ServerTraits server() {
        return server;
    }

    /** How many entries of the history the schemas come from. */
    public long entries() {
        return entries;
    }

    /** The table as it is now; null when it does not exist, or is captured no more. */
    public @Nullable CapturedTable get(TableName table) {
        return current.get(table);
    }

    /** The captured table of that name as the binlog writes it; null when it is not captured. */
    public @Nullable TableName captured(String schema, String table) {
        for (TableName name : captured) {
            if (same(name.schema(), schema) && same(name.table(), table)) {
                return name;
            }
        }
        return null;
    }

    private TableName asCaptured(TableName table) {
        TableName captured = captured(table.schema(), table.table());
        return captured == null ? table : captured;
    }

    /** From now on, what foreign keys may do to the tables and what may become of their columns is judged by these. */
    public void judge(Cascades rules, Map<TableName, ColumnWatch> columns) {
        cascades = rules;
        watches = Map.copyOf(columns);
    }

    /** Why a table whose columns changed cannot go on. */
    public Optional<String> objection(CapturedTable before, CapturedTable now) {
        ColumnWatch watch = watches.getOrDefault(now.schema().name(), ColumnWatch.DEFAULT);
        return watch.objection(before.schema(), now.schema());
    }

    /** What is wrong with the foreign keys of the tables as they are now, by the table that has them. */
    public Map<TableName, List<Problem>> refusedCascades() {
        return cascades.refusedByTable(current.values(), captured);
    }

    /** @throws ChangeoverException (11) with everything that is wrong with the foreign keys of the tables as they are now */
    public void requireForeignKeys() {
        List<Problem> refused = cascades.refused(current.values(), captured);
        if (!refused.isEmpty()) {
            throw new ChangeoverException(refused);
        }
    }

    /** The foreign keys that make a change of the table's key unsafe. */
    public List<Cascades.Follower> followers(TableName parent) {
        return cascades.followers(parent, current.values());
    }

    /** The captured tables. */
    public Set<TableName> captured() {
        return Set.copyOf(captured);
    }

    /** The tables whose statements make or may come to make a captured table's schema. */
    public Set<TableName> followed() {
        Set<TableName> followed = new TreeSet<>(captured);
        followed.addAll(likenesses.keySet());
        return followed;
    }

    /** The captured tables whose schema a statement is about, or will be about after a swap. */
    public Set<TableName> named(DdlStatement statement) {
        Set<TableName> named = new TreeSet<>();
        captured.stream().filter(table -> statement.names(table.table())).forEach(named::add);
        likenesses.forEach((likeness, table) -> {
            if (captured.contains(table) && statement.names(likeness.table())) {
                named.add(table);
            }
        });
        return named;
    }

    /** The table is not captured any more, nor is anything followed that might take its place. */
    public void leave(TableName table) {
        captured.remove(table);
        current.remove(table);
        likenesses.values().removeIf(table::equals);
        forgetOthers();
    }

    /** The GTIDs that the table's first schema had seen: a change of the table among them stands in it already. */
    public GtidSet asOf(TableName table) {
        return asOf.getOrDefault(table, GtidSet.EMPTY);
    }

    /** Takes the next entry of the history. */
    public void replay(HistoryEntry entry) {
        if (entry.isRead()) {
            for (TableName table : entry.tables()) {
                tables.removeTable(id(table));
                likenesses.values().removeIf(table::equals); // while it was left, nobody followed them
                asOf.put(table, entry.asOf());
            }
        }
        // a schema that was read names every collation but the one that was the only one then
        apply(entry.sql(), entry.database(), entry.isRead() ? ServerTraits.OLD_UTF8MB4 : server.utf8mb4Collation());
        entries = entry.number();
    }

    /**
     * Takes the next statement.
     *
     * @return the captured tables that it touched, existing or not, and those in the image of a captured one
     * @throws ParsingException when the parser cannot read it
     * @throws MultipleParsingExceptions as above
     */
    public Set<TableName> apply(String sql, String database) {
        return apply(sql, database, server.utf8mb4Collation());
    }

    private Set<TableName> apply(String sql, String database, String utf8mb4Collation) {
        Set<TableName> known = followed();
        Map<TableName, @Nullable Table> before = new HashMap<>();
        known.forEach(name -> before.put(name, tables.forTable(id(name))));
        parser.setCurrentSchema(database);
        DdlChanges changes = parser.parse(sql, tables);
        foreignKeys.take(database);
        collations.take(database, utf8mb4Collation);
        Set<TableName> touched = new LinkedHashSet<>();
        // the parser does not tell of every change: an ALTER that renames shows in the tables only
        before.forEach((name, table) -> {
            if (!Objects.equals(table, tables.forTable(id(name)))) {
                touched.add(name);
            }
        });
        List<Event> events = new ArrayList<>();
        changes.getEventsByDatabase((name, ofDatabase) -> events.addAll(ofDatabase));
        for (Event event : events) {
            for (TableId id : ids(event)) {
                TableName name = captured(id.catalog() == null ? database : id.catalog(), id.table());
                if (name != null) {
                    touched.add(name);
                }
            }
        }
        for (ParserRuleContext statement : parser.statements()) {
            if (statement instanceof CreateTableContext create && create.LIKE_SYMBOL() != null) {
                liken(create, database, before, touched);
            }
        }
        forgetOthers();
        touched.stream().filter(captured::contains).forEach(this::refresh);
        // a column of a parent that was renamed has another name in its children's foreign keys
        for (CapturedTable table : List.copyOf(current.values())) {
            if (!foreignKeys.of(table.schema().name()).equals(table.foreignKeys())) {
                refresh(table.schema().name());
            }
        }
        if (!touched.isEmpty()) {
            entries++;
        }
        return touched;
    }

    private void liken(
            CreateTableContext create,
            String database,
            Map<TableName, @Nullable Table> before,
            Set<TableName> touched) {
        TableName made = asCaptured(parser.tableName(create.tableName(), database));
        TableName model = asCaptured(parser.tableName(create.tableRef(), database));
        Table existing = before.get(made);
        if (create.ifNotExists() != null && existing != null) {
            tables.overwriteTable(existing); // which the parser has replaced
        } else if (captured.contains(model) && !captured.contains(made)) {
            likenesses.put(made, model);
            touched.add(made);
        }
    }

    /** A table whose statements are not followed must not stand here: it would be as it was, should it come to a captured name. */
    private void forgetOthers() {
        likenesses.keySet().removeIf(name -> tables.forTable(id(name)) == null);
        Set<TableName> followed = followed();
        collations.retain(followed);
        for (TableId id : Set.copyOf(tables.tableIds())) {
            if (followed.stream()
                    .noneMatch(name -> same(name.schema(), id.catalog()) && same(name.table(), id.table()))) {
                tables.removeTable(id);
            }
        }
    }

    private void refresh(TableName name) {
        Table parsed = tables.forTable(id(name));
        if (parsed == null) {
            current.remove(name);
            return;
        }
        List<ForeignKey> keys = foreignKeys.of(name);
        CapturedTable before = current.get(name);
        CapturedTable next = SchemaTables.captured(name, parsed, collations, versions.getOrDefault(name, 0) + 1, keys);
        boolean sameShape = before != null
                && before.schema().sameShape(next.schema())
                && before.charsets().equals(next.charsets());
        if (before != null && sameShape) {
            current.put(name, new CapturedTable(before.schema(), before.charsets(), next.keyOrder(), keys));
            return;
        }
        versions.put(name, next.schema().version());
        current.put(name, next);
    }

    private static TableId id(TableName name) {
        return new TableId(name.schema(), null, name.table());
    }

    private static List<TableId> ids(Event event) {
        if (event instanceof TableAlteredEvent altered && altered.previousTableId() != null) {
            return List.of(altered.tableId(), altered.previousTableId());
        }
        if (event instanceof TableEvent table) {
            return List.of(table.tableId());
        }
        if (event instanceof TableIndexEvent index) {
            return index.tableId() == null ? List.of() : List.of(index.tableId());
        }
        return List.of();
    }

    private boolean same(String one, String other) {
        return server.caseInsensitive() ? one.equalsIgnoreCase(other) : one.equals(other);
    }

    /**
     * The schemas that a history holds.
     *
     * @throws ChangeoverException (18) when an entry is missing, or cannot be read any more
     */
    public static SchemaBook recover(
            String source, Collection<TableName> captured, ServerTraits server, List<HistoryEntry> history) {
        SchemaBook book = new SchemaBook(captured, server);
        long expected = 1;
        for (HistoryEntry entry : history) {
            if (entry.number() != expected++) {
                throw damaged(
                        source, "entry " + (expected - 1) + " is missing, " + entry.number() + " was found", null);
            }
            try {
                book.replay(entry);
            } catch (ParsingException | MultipleParsingExceptions e) {
                throw damaged(source, "entry " + entry.number() + " cannot be parsed", e);
            }
        }
        return book;
    }

    private static ChangeoverException damaged(String source, String cause, @Nullable Throwable error) {
        return new ChangeoverException(
                new Problem(
                        ExitCode.POSITION_DAMAGED,
                        "schema history of source " + source,
                        cause,
                        "restore the topic's records; if that cannot be: " + CaptureStop.ACKNOWLEDGE),
                error);
    }
}
