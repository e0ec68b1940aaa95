package io.changeover.capture.schema;

import io.changeover.transport.event.TableName;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.AlterListItemContext;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.AlterTableContext;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.CheckOrReferencesContext;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.CreateTableContext;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.DeleteOptionContext;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.IdentifierContext;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.ReferencesContext;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.RenameTableStatementContext;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.TableConstraintDefContext;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.TableElementContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.tree.ParseTree;
import org.jspecify.annotations.Nullable;

/** The foreign keys of the captured tables at one moment of the binlog, statement by statement. Confined to one thread. */
final class ForeignKeys {

    private final DdlParser parser;
    private final UnaryOperator<TableName> asCaptured;
    private final boolean inlineReferences;
    private final Map<TableName, List<ForeignKey>> byChild = new HashMap<>();

    /**
     * @param asCaptured the name of a table as the captured tables write it
     * @param inlineReferences whether the server makes a foreign key of {@code REFERENCES} at a column
     */
    ForeignKeys(DdlParser parser, UnaryOperator<TableName> asCaptured, boolean inlineReferences) {
        this.inlineReferences = inlineReferences;
        this.parser = parser;
        this.asCaptured = asCaptured;
    }

    List<ForeignKey> of(TableName child) {
        return List.copyOf(byChild.getOrDefault(child, List.of()));
    }

    /** Takes what {@code parser} has parsed last. */
    void take(String database) {
        for (ParserRuleContext statement : parser.statements()) {
            if (statement instanceof CreateTableContext create) {
                TableName table = name(create.tableName(), database);
                if (create.ifNotExists() != null && byChild.containsKey(table)) {
                    continue; // the table was there, and stays as it was
                }
                byChild.put(table, new ArrayList<>());
                if (create.tableElementList() != null) { // else LIKE, which takes no foreign keys over
                    create.tableElementList().tableElement().forEach(element -> element(table, element));
                }
            } else if (statement instanceof AlterTableContext alter) {
                TableName table = name(alter.tableRef(), database);
                items(alter).forEach(item -> altered(table, item));
            } else if (statement instanceof RenameTableStatementContext rename) {
                rename.renamePair()
                        .forEach(pair -> moved(name(pair.tableRef(), database), name(pair.tableName(), database)));
            }
        }
    }

    private static List<AlterListItemContext> items(ParseTree tree) {
        List<AlterListItemContext> items = new ArrayList<>();
        for (int i = 0; i < tree.getChildCount(); i++) {
            if (tree.getChild(i) instanceof AlterListItemContext item) {
                items.add(item);
            } else {
                items.addAll(items(tree.getChild(i)));
            }
        }
        return items;
    }

    private void altered(TableName table, AlterListItemContext item) {
        if (item.DROP_SYMBOL() != null) {
            IdentifierContext dropped =
                    item.columnInternalRef() != null ? item.columnInternalRef().identifier() : item.identifier();
            if (dropped != null && (item.FOREIGN_SYMBOL() != null || item.CONSTRAINT_SYMBOL() != null)) {
                String name = name(dropped);
                list(table).removeIf(key -> key.name().equalsIgnoreCase(name));
            }
            return;
        }
        if (item.columnInternalRef() != null
                && item.identifier() != null
                && (item.CHANGE_SYMBOL() != null || item.RENAME_SYMBOL() != null)) {
            renamed(table, name(item.columnInternalRef().identifier()), name(item.identifier()));
            return;
        }
        if (item.tableConstraintDef() != null) {
            constraint(table, item.tableConstraintDef());
        } else if (item.tableElementList() != null) {
            item.tableElementList().tableElement().forEach(element -> element(table, element));
        } else if (item.checkOrReferences() != null && item.identifier() != null) {
            inline(table, name(item.identifier()), item.checkOrReferences());
        }
    }

    private void element(TableName table, TableElementContext element) {
        if (element.tableConstraintDef() != null) {
            constraint(table, element.tableConstraintDef());
        } else if (element.columnDefinition() != null
                && element.columnDefinition().checkOrReferences() != null) {
            inline(
                    table,
                    name(element.columnDefinition().columnName().identifier()),
                    element.columnDefinition().checkOrReferences());
        }
    }

    private void constraint(TableName table, TableConstraintDefContext constraint) {
        if (constraint.references() == null) {
            return;
        }
        String name = null;
        if (constraint.constraintName() != null && constraint.constraintName().identifier() != null) {
            name = name(constraint.constraintName().identifier());
        }
        List<String> columns = constraint.keyList().keyPart().stream()
                .map(part -> name(part.identifier()))
                .toList();
        add(table, name, columns, constraint.references());
    }

    /** {@code parent_id INT REFERENCES parent (id)}: neither key nor number of a name where the server passes it over. */
    private void inline(TableName table, String column, CheckOrReferencesContext attribute) {
        if (inlineReferences && attribute.references() != null) {
            add(table, null, List.of(column), attribute.references());
        }
    }

    private void add(TableName table, @Nullable String name, List<String> columns, ReferencesContext references) {
        List<ForeignKey> keys = list(table);
        List<String> parentColumns = references.identifierListWithParentheses() == null
                ? columns
                : references.identifierListWithParentheses().identifierList().identifier().stream()
                        .map(this::name)
                        .toList();
        keys.add(new ForeignKey(
                name == null ? nextName(table, keys) : name,
                table,
                columns,
                name(references.tableRef(), table.schema()),
                parentColumns,
                rule(references, "DELETE"),
                rule(references, "UPDATE")));
    }

    /** As InnoDB names a foreign key that was given no name. */
    private static String nextName(TableName table, List<ForeignKey> keys) {
        String prefix = table.table() + "_ibfk_";
        int last = keys.stream()
                .map(ForeignKey::name)
                .filter(name -> name.startsWith(prefix)
                        && name.substring(prefix.length()).matches("\\d{1,9}"))
                .mapToInt(name -> Integer.parseInt(name.substring(prefix.length())))
                .max()
                .orElse(0);
        return prefix + (last + 1);
    }

    private static String rule(ReferencesContext references, String event) {
        for (int i = 1; i < references.getChildCount(); i++) {
            if (references.getChild(i) instanceof DeleteOptionContext option
                    && references.getChild(i - 1).getText().equalsIgnoreCase(event)) {
                return switch (option.getText().toUpperCase(Locale.ROOT)) {
                    case "CASCADE" -> "CASCADE";
                    case "SETNULL" -> "SET NULL";
                    case "SETDEFAULT" -> "SET DEFAULT";
                    default -> "RESTRICT";
                };
            }
        }
        return "RESTRICT";
    }

    /** A table keeps its foreign keys under its new name, and those of others go on referring to it. */
    private void moved(TableName before, TableName after) {
        List<ForeignKey> own = byChild.remove(before);
        byChild.put(after, own == null ? new ArrayList<>() : own);
        byChild.values()
                .forEach(keys -> keys.replaceAll(key -> new ForeignKey(
                        key.name(),
                        key.child().equals(before) ? after : key.child(),
                        key.columns(),
                        key.parent().equals(before) ? after : key.parent(),
                        key.parentColumns(),
                        key.onDelete(),
                        key.onUpdate())));
    }

    private void renamed(TableName table, String before, String after) {
        UnaryOperator<List<String>> renamed = columns -> columns.stream()
                .map(column -> column.equalsIgnoreCase(before) ? after : column)
                .toList();
        byChild.values()
                .forEach(keys -> keys.replaceAll(key -> new ForeignKey(
                        key.name(),
                        key.child(),
                        key.child().equals(table) ? renamed.apply(key.columns()) : key.columns(),
                        key.parent(),
                        key.parent().equals(table) ? renamed.apply(key.parentColumns()) : key.parentColumns(),
                        key.onDelete(),
                        key.onUpdate())));
    }

    private List<ForeignKey> list(TableName child) {
        return byChild.computeIfAbsent(child, none -> new ArrayList<>());
    }

    private String name(IdentifierContext identifier) {
        return parser.parseName(identifier).replace("``", "`");
    }

    private TableName name(ParserRuleContext table, String database) {
        return asCaptured.apply(parser.tableName(table, database));
    }
}
