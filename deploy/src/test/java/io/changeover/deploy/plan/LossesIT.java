package io.changeover.deploy.plan;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.apply.mapping.TableMapping;
import io.changeover.apply.stream.Received;
import io.changeover.apply.target.MappedRow;
import io.changeover.apply.target.MetadataSchema;
import io.changeover.apply.target.TargetSession;
import io.changeover.apply.target.TargetTable;
import io.changeover.apply.target.TrialTable;
import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.OnError;
import io.changeover.transport.definition.Secret;
import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TlsMode;
import io.changeover.transport.event.Column;
import io.changeover.transport.event.Row;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.TableSchema;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No type's values are refused by another type's column, bound as apply does, without the plan having said so. */
@WithServers
@Timeout(180)
class LossesIT {

    /** Types with texts of messages that show what they can hold. */
    private static final Map<String, List<String>> VALUES = new LinkedHashMap<>();

    static {
        VALUES.put("tinyint", List.of("-128", "127", "0"));
        VALUES.put("int", List.of("-2147483648", "2147483647", "5"));
        VALUES.put("bigint unsigned", List.of("18446744073709551615", "7"));
        VALUES.put("decimal(10,3)", List.of("-9999999.999", "1.500", "2.000"));
        VALUES.put("decimal(5,0)", List.of("-99999", "12"));
        VALUES.put("float", List.of("3.4028235E38", "-0.1", "1.0E-20"));
        VALUES.put("double", List.of("1.7976931348623157E308", "0.1", "-1.5"));
        VALUES.put("bit(8)", List.of("255", "0"));
        VALUES.put("bit(64)", List.of("18446744073709551615"));
        VALUES.put("year", List.of("2024", "1901", "0000"));
        VALUES.put("date", List.of("9999-12-31", "0000-00-00", "2024-02-29"));
        VALUES.put("datetime", List.of("1000-01-01 00:00:00", "2024-02-29 23:59:59"));
        VALUES.put("datetime(6)", List.of("9999-12-31 23:59:59.4", "2024-01-01 00:00:00.500000"));
        VALUES.put("timestamp", List.of("2038-01-19 03:14:07", "1970-01-01 00:00:01"));
        VALUES.put("time", List.of("-838:59:59", "12:00:00", "25:01:02"));
        VALUES.put("time(3)", List.of("838:59:58.999", "00:00:00.500"));
        VALUES.put("char(4) COLLATE utf8mb4_bin", List.of("abcd", "1", "\u0416"));
        VALUES.put("varchar(40) COLLATE utf8mb4_bin", List.of("a".repeat(40), "2024-01-01", "5", "a ", "\uD83D\uDE00"));
        VALUES.put("varchar(20) COLLATE latin1_bin", List.of("\u20ac", "{\"a\": 1}"));
        VALUES.put("tinytext COLLATE utf8mb4_bin", List.of("t".repeat(255)));
        VALUES.put("text COLLATE utf8mb4_bin", List.of("t".repeat(65535)));
        VALUES.put("enum('a','b','c')", List.of("1", "3"));
        VALUES.put("enum('A','b')", List.of("1", "2"));
        VALUES.put("set('a','b')", List.of("0", "3"));
        VALUES.put("binary(4)", List.of("\u0000\u00ff\u0001\u0002"));
        VALUES.put("varbinary(8)", List.of("\u00ff", "12345678", "5"));
        VALUES.put("blob", List.of("\u00ff".repeat(300)));
        VALUES.put("json", List.of("{\"a\": 1}", "5", "\"a\""));
        VALUES.put("point", List.of("\0\0\0\0\u0001\u0001\0\0\0\0\0\0\0\0\0\u00f0?\0\0\0\0\0\0\0@"));
    }

    @Test
    void nothingIsRefused_thatWasNotSaid(TestingServers servers) throws Exception {
        TestingMySql mysql = servers.target();
        String schema = mysql.freshSchema();
        MetadataSchema.statements().forEach(mysql::execute);
        MySqlServer server = MySqlServer.of(
                new ServerAccess(
                        mysql.host(), mysql.port(), mysql.user(), Secret.of(mysql.password()), TlsMode.DISABLED, null),
                "test");
        List<String> types = List.copyOf(VALUES.keySet());
        List<ColumnFacts> facts = new ArrayList<>();
        List<Column> columns = new ArrayList<>(List.of(Column.of("id", "int")));
        List<TargetTable> tables = new ArrayList<>();
        Set<String> unsaid = new TreeSet<>();
        try (TargetSession session = TargetSession.open(server);
                Connection connection = server.connect()) {
            for (int i = 0; i < types.size(); i++) {
                TableName table = new TableName(schema, "t" + i);
                mysql.execute("CREATE TABLE " + table.quoted() + " (id INT PRIMARY KEY, c" + i + " " + types.get(i)
                        + " NOT NULL)");
                ColumnFacts column =
                        requireNonNull(ColumnFacts.read(connection, table).get("c" + i));
                facts.add(column);
                columns.add(Column.of("c" + i, column.type()));
                tables.add(TargetTable.read(connection, table).orElseThrow());
            }
            TableSchema old = new TableSchema(new TableName("d", "old"), columns, List.of("id"), 1);
            for (int to = 0; to < types.size(); to++) {
                TrialTable trial = new TrialTable(session, tables.get(to), to);
                int id = 0;
                for (int from = 0; from < types.size(); from++) {
                    List<Loss> losses = Losses.of(facts.get(from), facts.get(to), true);
                    if (losses.stream().anyMatch(LossesIT::allowsRefusal)) {
                        continue;
                    }
                    TableMapping mapping = new TableMapping(mapping(from, to), old, tables.get(to));
                    for (String value : requireNonNull(VALUES.get(types.get(from)))) {
                        Received origin = new Received("", 0, 0, new byte[0], null, null);
                        String pair = types.get(from) + " -> " + types.get(to) + " " + losses + ": ";
                        try {
                            Object[] bound = mapping.values(row(columns.size(), id++, from, value), List.of());
                            trial.write(
                                    List.of(new MappedRow(mapping.layout(), bound, origin, null)),
                                    0,
                                    (row, why) -> unsaid.add(pair + why.text()));
                        } catch (IllegalArgumentException e) {
                            unsaid.add(pair + e.getMessage());
                        }
                    }
                }
            }
        }
        mysql.execute("DROP DATABASE " + schema, "DROP DATABASE changeover");
        assertThat(unsaid).isEmpty();
    }

    private static boolean allowsRefusal(Loss loss) {
        return loss.kind() == Loss.Kind.refused || loss.what().contains("refused");
    }

    private static TableDefinition mapping(int from, int to) {
        return new TableDefinition(
                "legacy",
                new TableName("d", "old"),
                "shop",
                new TableName("d", "t" + to),
                Map.of("id", MappingExpression.column("id")),
                Map.of("c" + to, MappingExpression.column("c" + from)),
                null,
                null,
                OnError.PARK,
                null,
                List.of());
    }

    private static Row row(int columns, int id, int from, String value) {
        String[] values = new String[columns];
        values[0] = Integer.toString(id);
        values[from + 1] = value;
        return Row.of(values);
    }
}
