package io.changeover.capture.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changeover.transport.event.TableName;
import io.changeover.transport.position.Gtid;
import io.changeover.transport.position.GtidSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * One statement of a source's schema history. The statements, parsed from the first to the last, are the schemas; nothing
 * else is stored, so that a newer parser reads an old history at least as well.
 *
 * @param number counts the entries of the source from 1 without a gap: what is cut or damaged shows
 * @param gtid transaction of the statement; empty for the schemas that were read at the start
 * @param asOf for a schema that was read: the GTIDs that it had seen; empty for a statement of the binlog
 * @param database default database of the statement; may be empty
 * @param tables the captured tables that it touched, and those that may take their place
 */
public record HistoryEntry(
        long number, String gtid, GtidSet asOf, String database, String sql, List<TableName> tables) {

    private static final ObjectMapper JSON = new ObjectMapper();

    public HistoryEntry {
        tables = List.copyOf(tables);
    }

    /** A statement of the binlog. */
    public static HistoryEntry statement(
            long number, Gtid gtid, String database, String sql, Collection<TableName> tables) {
        return new HistoryEntry(number, gtid.toString(), GtidSet.EMPTY, database, sql, List.copyOf(tables));
    }

    /** A table's schema as it was read from the server; whatever was known of the table before counts no more. */
    public static HistoryEntry read(long number, GtidSet asOf, TableName table, String createTable) {
        return new HistoryEntry(number, "", asOf, table.schema(), createTable, List.of(table));
    }

    /** Whether it is a schema that was read, not a change. */
    public boolean isRead() {
        return gtid.isEmpty();
    }

    /** {@code {"n":1,"gtid":"","asOf":"uuid:1-5","database":"d","tables":[["d","t"]],"sql":"CREATE TABLE ..."}}. */
    public String toJson() {
        ObjectNode json = JSON.createObjectNode();
        json.put("n", number).put("gtid", gtid).put("asOf", asOf.toString()).put("database", database);
        ArrayNode names = json.putArray("tables");
        tables.forEach(table -> names.addArray().add(table.schema()).add(table.table()));
        json.put("sql", sql);
        return json.toString();
    }

    /** @throws IllegalArgumentException when the text is not an entry */
    public static HistoryEntry parse(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            List<TableName> tables = new ArrayList<>();
            for (JsonNode name : json.required("tables")) {
                tables.add(new TableName(
                        name.required(0).textValue(), name.required(1).textValue()));
            }
            return new HistoryEntry(
                    json.required("n").longValue(),
                    json.required("gtid").textValue(),
                    GtidSet.parse(json.required("asOf").textValue()),
                    json.required("database").textValue(),
                    json.required("sql").textValue(),
                    tables);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not an entry of a schema history", e);
        }
    }
}
