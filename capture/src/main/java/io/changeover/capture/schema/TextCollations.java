package io.changeover.capture.schema;

import io.changeover.transport.event.TableName;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.AlterListItemContext;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.AlterTableContext;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.CharsetNameContext;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.CharsetWithOptBinaryContext;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.CollateContext;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.CollationNameContext;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.ColumnAttributeContext;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.CreateTableContext;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.CreateTableOptionContext;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.FieldDefinitionContext;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.IdentifierContext;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.RenameTableStatementContext;
import io.debezium.ddl.parser.mysql.generated.MySqlParser.TableElementContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.tree.ParseTree;
import org.jspecify.annotations.Nullable;

/**
 * By which collations the captured tables compare their texts, statement by statement: the engine's parser keeps character
 * sets only, and not those of an ALTER's table options. Confined to one thread.
 */
final class TextCollations {

    /** Where the first collation of a character set is not {@code _general_ci}. */
    private static final Map<String, String> FIRST = Map.ofEntries(
            Map.entry("big5", "big5_chinese_ci"),
            Map.entry("binary", "binary"),
            Map.entry("cp932", "cp932_japanese_ci"),
            Map.entry("dec8", "dec8_swedish_ci"),
            Map.entry("eucjpms", "eucjpms_japanese_ci"),
            Map.entry("euckr", "euckr_korean_ci"),
            Map.entry("gb18030", "gb18030_chinese_ci"),
            Map.entry("gb2312", "gb2312_chinese_ci"),
            Map.entry("gbk", "gbk_chinese_ci"),
            Map.entry("hp8", "hp8_english_ci"),
            Map.entry("latin1", "latin1_swedish_ci"),
            Map.entry("latin5", "latin5_turkish_ci"),
            Map.entry("sjis", "sjis_japanese_ci"),
            Map.entry("swe7", "swe7_swedish_ci"),
            Map.entry("tis620", "tis620_thai_ci"),
            Map.entry("ujis", "ujis_japanese_ci"));

    private final DdlParser parser;
    private final UnaryOperator<TableName> asCaptured;
    private final Map<TableName, OfTable> tables = new HashMap<>();
    private String utf8mb4 = "";

    /**
     * One table's.
     *
     * @param byDefault of columns that say nothing themselves; null where it is not known
     */
    private record OfTable(@Nullable String byDefault, Map<String, String> columns) {

        static OfTable by(@Nullable String byDefault) {
            return new OfTable(byDefault, new TreeMap<>(String.CASE_INSENSITIVE_ORDER));
        }

        OfTable copy() {
            OfTable copy = by(byDefault);
            copy.columns.putAll(columns);
            return copy;
        }

        void set(String column, @Nullable String collation) {
            if (collation == null) {
                columns.remove(column);
            } else {
                columns.put(column, collation);
            }
        }
    }

    /** @param asCaptured the name of a table as the captured tables write it */
    TextCollations(DdlParser parser, UnaryOperator<TableName> asCaptured) {
        this.parser = parser;
        this.asCaptured = asCaptured;
    }

    /** The collation that the column has if it is a text; null where the statements do not say. */
    @Nullable
    String of(TableName table, String column) {
        OfTable known = tables.get(table);
        return known == null ? null : known.columns.get(column);
    }

    void retain(Set<TableName> followed) {
        tables.keySet().retainAll(followed);
    }

    /**
     * Takes what {@code parser} has parsed last.
     *
     * @param utf8mb4Collation of utf8mb4 where a statement names none
     */
    void take(String database, String utf8mb4Collation) {
        utf8mb4 = utf8mb4Collation;
        for (ParserRuleContext statement : parser.statements()) {
            if (statement instanceof CreateTableContext create) {
                created(create, database);
            } else if (statement instanceof AlterTableContext alter) {
                altered(name(alter.tableRef(), database), alter, database);
            } else if (statement instanceof RenameTableStatementContext rename) {
                rename.renamePair()
                        .forEach(pair -> moved(name(pair.tableRef(), database), name(pair.tableName(), database)));
            }
        }
    }

    private void created(CreateTableContext create, String database) {
        TableName table = name(create.tableName(), database);
        if (create.ifNotExists() != null && tables.containsKey(table)) {
            return; // it was there, and stays as it was
        }
        if (create.LIKE_SYMBOL() != null) {
            OfTable model = tables.get(name(create.tableRef(), database));
            tables.put(table, model == null ? OfTable.by(null) : model.copy());
            return;
        }
        OfTable made = OfTable.by(byOptions(create, null));
        tables.put(table, made);
        elements(create.tableElementList(), made);
    }

    private void altered(TableName table, AlterTableContext alter, String database) {
        OfTable before = tables.getOrDefault(table, OfTable.by(null));
        OfTable now = new OfTable(byOptions(alter, before.byDefault), before.columns);
        for (AlterListItemContext item : all(AlterListItemContext.class, alter)) {
            if (item.CONVERT_SYMBOL() != null) {
                String converted = chosen(item.charsetName(), collation(item.collate()), null);
                now = new OfTable(converted, now.columns);
                now.columns.replaceAll((column, was) -> converted == null ? was : converted);
            }
        }
        tables.put(table, now);
        for (AlterListItemContext item : all(AlterListItemContext.class, alter)) {
            item(item, table, now, database);
        }
    }

    private void item(AlterListItemContext item, TableName table, OfTable now, String database) {
        if (item.RENAME_SYMBOL() != null && item.tableName() != null) {
            moved(table, name(item.tableName(), database));
        } else if (item.RENAME_SYMBOL() != null && item.columnInternalRef() != null && item.identifier() != null) {
            now.set(
                    name(item.identifier()),
                    now.columns.remove(name(item.columnInternalRef().identifier())));
        } else if (item.fieldDefinition() != null) {
            IdentifierContext column = item.identifier();
            if (column == null && item.columnInternalRef() != null) {
                column = item.columnInternalRef().identifier();
            } else if (item.columnInternalRef() != null) {
                now.columns.remove(name(item.columnInternalRef().identifier()));
            }
            now.set(name(Objects.requireNonNull(column)), of(item.fieldDefinition(), now));
        } else {
            elements(item.tableElementList(), now);
        }
    }

    private void elements(@Nullable ParseTree list, OfTable table) {
        if (list == null) {
            return;
        }
        for (TableElementContext element : all(TableElementContext.class, list)) {
            if (element.columnDefinition() != null) {
                table.set(
                        name(element.columnDefinition().columnName().identifier()),
                        of(element.columnDefinition().fieldDefinition(), table));
            }
        }
    }

    private @Nullable String of(FieldDefinitionContext field, OfTable table) {
        String named = collation(field.collate());
        for (ColumnAttributeContext attribute : field.columnAttribute()) {
            named = attribute.collate() == null ? named : collation(attribute.collate());
        }
        boolean national = field.dataType().nchar() != null
                || field.dataType().NATIONAL_SYMBOL() != null
                || field.dataType().NCHAR_SYMBOL() != null
                || field.dataType().NVARCHAR_SYMBOL() != null;
        String otherwise = national ? "utf8_general_ci" : table.byDefault();
        CharsetWithOptBinaryContext charset = field.dataType().charsetWithOptBinary();
        if (charset == null) {
            return named == null ? otherwise : named;
        }
        if (charset.BYTE_SYMBOL() != null) {
            return "binary";
        }
        if (charset.ascii() != null || charset.unicode() != null) {
            otherwise = charset.ascii() != null ? "latin1_swedish_ci" : "ucs2_general_ci";
        }
        String collation = chosen(charset.charsetName(), named, otherwise);
        // `CHAR(9) BINARY` means the collation, `CHAR(9) CHARACTER SET binary` bytes
        boolean byCode = named == null && charset.BINARY_SYMBOL() != null;
        return byCode && collation != null ? collation.split("_", 2)[0] + "_bin" : collation;
    }

    /** The collation of a table by its options, of which the last counts. */
    private @Nullable String byOptions(ParseTree statement, @Nullable String otherwise) {
        CharsetNameContext charset = null;
        String named = null;
        for (CreateTableOptionContext option : all(CreateTableOptionContext.class, statement)) {
            charset = option.defaultCharset() == null
                    ? charset
                    : option.defaultCharset().charsetName();
            named = option.defaultCollation() == null
                    ? named
                    : text(option.defaultCollation().collationName());
        }
        return chosen(charset, named, otherwise);
    }

    /** What a statement chooses: the collation that it names, or the first of the character set that it names. */
    private @Nullable String chosen(
            @Nullable CharsetNameContext charset, @Nullable String named, @Nullable String otherwise) {
        if (named != null) {
            return named;
        }
        if (charset == null) {
            return otherwise;
        }
        String name = text(charset);
        return switch (name) {
            case "default" -> null;
            case "utf8mb4" -> utf8mb4;
            default -> FIRST.getOrDefault(name, name + "_general_ci");
        };
    }

    private void moved(TableName before, TableName after) {
        OfTable moved = tables.remove(before);
        tables.put(after, moved == null ? OfTable.by(null) : moved);
    }

    private @Nullable String collation(@Nullable CollateContext clause) {
        CollationNameContext name = clause == null ? null : clause.collationName();
        return name == null ? null : text(name);
    }

    private String text(ParserRuleContext name) {
        return DdlParser.withoutQuotes(name.getText()).toLowerCase(Locale.ROOT);
    }

    private String name(IdentifierContext identifier) {
        return parser.parseName(identifier).replace("``", "`");
    }

    private TableName name(ParserRuleContext table, String database) {
        return asCaptured.apply(parser.tableName(table, database));
    }

    /** The outermost nodes of a kind, in order. */
    private static <T> List<T> all(Class<T> kind, ParseTree tree) {
        List<T> found = new ArrayList<>();
        for (int i = 0; i < tree.getChildCount(); i++) {
            ParseTree child = tree.getChild(i);
            if (kind.isInstance(child)) {
                found.add(kind.cast(child));
            } else {
                found.addAll(all(kind, child));
            }
        }
        return found;
    }
}
