package io.changeover.transport.definition.yaml;

import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.OnCollision;
import io.changeover.transport.definition.OnDdl;
import io.changeover.transport.definition.OnError;
import io.changeover.transport.definition.SchemaDefinition;
import io.changeover.transport.definition.ShardSettings;
import io.changeover.transport.definition.TableDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads {@code tables}. */
final class TablesReader {

    private final Section root;
    private final Findings findings;
    private final TablePlaceCheck places;
    private final List<TableDefinition> tables = new ArrayList<>();
    private final List<SchemaDefinition> schemas = new ArrayList<>();
    private final IdentityHashMap<TableDefinition, Integer> lines = new IdentityHashMap<>();
    private final Map<String, Integer> sourcesSeen = new HashMap<>();

    TablesReader(Section root, Findings findings) {
        this.root = root;
        this.findings = findings;
        this.places = new TablePlaceCheck(root, findings);
    }

    void read() {
        List<Section> sections = root.sections(Keys.TABLES);
        if (root.isEmpty(Keys.TABLES)) {
            findings.add(
                    root.line(Keys.TABLES),
                    "`tables` names no table",
                    "write - { source: server.schema.table, target: server.schema.table }");
        }
        sections.forEach(this::table);
    }

    List<TableDefinition> tables() {
        return tables;
    }

    List<SchemaDefinition> schemas() {
        return schemas;
    }

    /** Line at which the table's entry begins, from 1. */
    int line(TableDefinition table) {
        return Objects.requireNonNull(lines.get(table));
    }

    private void table(Section section) {
        TablePlace source = places.source(section);
        TablePlace target = places.target(section);
        OnError onError = section.value(Keys.ON_ERROR);
        Integer parkLimit = section.value(Keys.PARK_LIMIT);
        OnDdl onDdl = section.value(Keys.ON_DDL);
        OnCollision onCollision = section.value(Keys.ON_COLLISION);
        List<String> triggers = section.list(Keys.TRIGGERS);
        List<String> cascades = section.list(Keys.CASCADES);
        boolean first = source != null && isFirst(section, source);
        if (source != null && source.isWildcard()) {
            checkWildcard(section);
        }
        Map<String, MappingExpression> key = key(section);
        Map<String, MappingExpression> columns = columns(section, key);
        MappingExpression where = section.value(Keys.WHERE);
        ShardSettings shards = new ShardsReader(findings, places).read(section, target);
        String topic = section.value(Keys.TOPIC);
        if (source == null
                || target == null
                || onError == null
                || parkLimit == null
                || onDdl == null
                || onCollision == null
                || !first
                || source.isWildcard() != target.isWildcard()) {
            return;
        }
        if (source.isWildcard()) {
            schemas.add(new SchemaDefinition(
                    source.server(),
                    source.schema(),
                    target.server(),
                    target.schema(),
                    onError,
                    triggers,
                    parkLimit,
                    onDdl,
                    cascades));
            return;
        }
        TableDefinition table = new TableDefinition(
                source.server(),
                source.name(),
                target.server(),
                target.name(),
                key,
                columns,
                where,
                shards,
                onError,
                topic,
                triggers,
                parkLimit,
                onDdl,
                cascades,
                onCollision);
        lines.put(table, section.line());
        tables.add(table);
    }

    private boolean isFirst(Section section, TablePlace source) {
        Integer first = sourcesSeen.putIfAbsent(source.toString(), section.line());
        if (first != null) {
            findings.add(
                    section.line(Keys.SOURCE),
                    "`" + source + "` is mapped twice",
                    "line " + first + " maps it already; an old table goes to one new table");
        }
        return first == null;
    }

    private void checkWildcard(Section section) {
        for (Key<?> key : List.of(Keys.KEY, Keys.COLUMNS, Keys.WHERE, Keys.SHARDS, Keys.TOPIC)) {
            if (section.has(key)) {
                findings.add(
                        section.line(key),
                        "`" + key.name() + "` cannot stand at a wildcard",
                        "give the table an entry of its own; it goes before the wildcard");
            }
        }
    }

    /** Only what {@link TableDefinition} admits; the rest is among the findings. */
    private Map<String, MappingExpression> key(Section section) {
        Map<String, MappingExpression> key = distinct(section, Keys.KEY);
        if (key == null) {
            return Map.of();
        }
        key.entrySet().removeIf(entry -> {
            MappingExpression value = entry.getValue();
            if (value.isPlainColumn() || value.isConstant()) {
                return false;
            }
            findings.add(
                    section.line(Keys.KEY, entry.getKey()),
                    "`key." + entry.getKey() + "` must be an old key column or a constant",
                    "deletes carry the old key only, so the new key must follow from it");
            return true;
        });
        return key;
    }

    private @Nullable Map<String, MappingExpression> columns(Section section, Map<String, MappingExpression> key) {
        Map<String, MappingExpression> columns = distinct(section, Keys.COLUMNS);
        if (columns != null) {
            columns.keySet().removeIf(column -> {
                boolean inKey = key.keySet().stream().anyMatch(column::equalsIgnoreCase);
                if (inKey) {
                    findings.add(
                            section.line(Keys.COLUMNS, column),
                            "`" + column + "` stands under `key` and under `columns`",
                            "key columns stand under `key` only");
                }
                return inKey;
            });
        }
        return columns;
    }

    /** MySQL's column names know no case. */
    private @Nullable Map<String, MappingExpression> distinct(Section section, Key<MappingExpression> key) {
        Map<String, MappingExpression> values = section.map(key);
        Map<String, String> seen = new HashMap<>();
        if (values != null) {
            values.keySet().removeIf(column -> {
                String first = seen.putIfAbsent(column.toLowerCase(Locale.ROOT), column);
                if (first != null) {
                    findings.add(
                            section.line(key, column),
                            "duplicate column `" + column + "`",
                            "it is `" + first + "` to MySQL");
                }
                return first != null;
            });
        }
        return values;
    }
}
