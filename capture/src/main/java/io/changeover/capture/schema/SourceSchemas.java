package io.changeover.capture.schema;

import io.changeover.transport.event.TableName;
import io.changeover.transport.event.TableSchema;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.debezium.text.MultipleParsingExceptions;
import io.debezium.text.ParsingException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Schemas of tables as capture will see them, for checks and plans. */
public final class SourceSchemas {

    private SourceSchemas() {}

    /**
     * @param createTables {@code CREATE TABLE} statements by table, as {@code TableDdl} reads them
     * @throws ChangeoverException (17) when a statement cannot be parsed
     */
    public static Map<TableName, TableSchema> of(Map<TableName, String> createTables) {
        Map<TableName, TableSchema> schemas = new TreeMap<>();
        captured(createTables).forEach((name, table) -> schemas.put(name, table.schema()));
        return schemas;
    }

    /** As {@link #of}, with what only reading needs. */
    public static Map<TableName, CapturedTable> captured(Map<TableName, String> createTables) {
        SchemaBook book = new SchemaBook(createTables.keySet(), new ServerTraits(false, true, false));
        Map<TableName, CapturedTable> tables = new TreeMap<>();
        createTables.forEach((name, statement) -> {
            try {
                book.replay(HistoryEntry.read(book.entries() + 1, GtidSet.EMPTY, name, statement));
            } catch (ParsingException | MultipleParsingExceptions e) {
                throw unreadable(name, e);
            }
            CapturedTable table = book.get(name);
            if (table == null) {
                throw unreadable(name, null);
            }
            tables.put(name, table);
        });
        return tables;
    }

    private static ChangeoverException unreadable(TableName name, @Nullable RuntimeException cause) {
        return new ChangeoverException(
                new Problem(
                        ExitCode.SCHEMA_DRIFT,
                        "table " + name,
                        "its CREATE TABLE cannot be parsed",
                        "report it with the output of SHOW CREATE TABLE " + name.quoted()),
                cause);
    }
}
