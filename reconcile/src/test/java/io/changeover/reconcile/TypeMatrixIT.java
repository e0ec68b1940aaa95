package io.changeover.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.changeover.embedded.EmbeddedMySql;
import io.changeover.reconcile.Mismatch.Kind;
import io.changeover.transport.definition.Secret;
import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.definition.TableDefinition;
import io.changeover.transport.definition.TlsMode;
import io.changeover.transport.event.Column;
import io.changeover.transport.event.Labels;
import io.changeover.transport.event.TableName;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.testing.TypeChange;
import io.changeover.transport.testing.TypeConcern;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * HonestVerdict, type by type: equal values are equal, whatever their type, character set and edge, and one bit is enough to be
 * different. Of every value there are as many rows as it has bits; in each the new table has another one of them. Read by
 * ranges and by looking up; beside the key and in it.
 */
@Timeout(300)
class TypeMatrixIT {

    private static final int COLUMNS = 12;
    private static final int ROWS_AT_ONCE = 500;

    /** Ends of texts that are not found by Unicode, as keys are: it has no such character, or MySQL knows it by another code. */
    private static final Map<String, String> UNKNOWN = Map.of("gbk", "FEA0", "sjis", "5C");

    private static final Set<String> UNORDERED = Set.of("float", "double", "bit", "enum", "set", "time");

    private static EmbeddedMySql mysql;
    private static HikariDataSource pool;
    private static Statement sql;

    private static final CompareServers SERVERS = new CompareServers() {
        @Override
        public Connection source(String name) throws SQLException {
            return pool.getConnection();
        }

        @Override
        public Connection target(String name) throws SQLException {
            return pool.getConnection();
        }
    };

    @BeforeAll
    static void start() throws SQLException {
        mysql = EmbeddedMySql.builder()
                .option("innodb-flush-log-at-trx-commit", "0")
                .option("innodb-file-per-table", "OFF")
                .option("innodb-doublewrite", "OFF")
                .option("innodb-flush-method", "nosync")
                .option("skip-log-bin", "")
                .start();
        MySqlServer server = MySqlServer.of(
                new ServerAccess("127.0.0.1", mysql.port(), mysql.user(), Secret.of(""), TlsMode.DISABLED, null),
                "test");
        pool = server.pool(8);
        sql = server.connect().createStatement();
    }

    @AfterAll
    static void stop() throws SQLException {
        sql.getConnection().close();
        pool.close();
        mysql.close();
    }

    @BeforeEach
    void schemas() throws SQLException {
        execute(
                "SET sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00', sql_generate_invisible_primary_key = OFF",
                "DROP DATABASE IF EXISTS old",
                "DROP DATABASE IF EXISTS new",
                "CREATE DATABASE old",
                "CREATE DATABASE new CHARACTER SET utf8mb4");
    }

    static Stream<TypeConcern> concerns() {
        return TypeConcern.all().stream()
                .filter(concern -> concern.isFor("8.0.31"))
                .filter(concern -> !concern.table().equals("invisible_key")); // which is an integer
    }

    @ParameterizedTest
    @MethodSource("concerns")
    void sameType(TypeConcern concern) throws SQLException {
        execute("USE old", "SET sql_mode = ''");
        execute(concern.ddl().toArray(String[]::new));
        execute(concern.writes().toArray(String[]::new));
        execute(
                "SET sql_mode = 'ALLOW_INVALID_DATES'",
                "RENAME TABLE old." + concern.table() + " TO old.t",
                "CREATE TABLE new.t LIKE old.t");

        check();
    }

    static Map<String, List<TypeChange>> changes() {
        return TypeChange.tables(COLUMNS);
    }

    @ParameterizedTest
    @MethodSource("changed")
    void changedType(String table) throws SQLException {
        List<TypeChange> columns = Objects.requireNonNull(changes().get(table));
        execute(TypeChange.ddl("old.t", columns, true), TypeChange.ddl("new.t", columns, false));
        execute(TypeChange.writes("old.t", columns).toArray(String[]::new));

        check();
    }

    static Set<String> changed() {
        return changes().keySet();
    }

    private static void check() throws SQLException {
        List<Flips> columns = columns("t").stream()
                .filter(column -> !column.name().equals("id"))
                .toList();
        copy(columns);
        for (boolean ranges : List.of(true, false)) {
            assertThat(found("t", ranges))
                    .as("rows as they are, by ranges " + ranges)
                    .isEmpty();
        }
        List<Flip> flips = flips(columns);
        assertThat(flips).isNotEmpty();
        values(columns, flips);
        for (Flips column : columns) {
            List<Flip> of =
                    flips.stream().filter(flip -> flip.column.equals(column)).toList();
            if (isKey(Objects.requireNonNull(old().get(column.name())), column)) {
                key(column, of);
            }
        }
    }

    /** Writes the rows as apply does: with the texts of messages, where those are not what MySQL makes of a value. */
    private static void copy(List<Flips> columns) throws SQLException {
        Map<String, Flips> old = old();
        List<String> values = columns.stream()
                .map(next -> Objects.requireNonNull(old.get(next.name())).written(next))
                .toList();
        execute("INSERT INTO new.t (id, " + names(columns) + ") SELECT id, " + String.join(", ", values)
                + " FROM old.t");
        for (Flips next : columns) {
            Flips from = Objects.requireNonNull(old.get(next.name()));
            if (from.isFloating() && !next.isFloating()) {
                for (List<@Nullable String> row : rows("SELECT id, " + from.read(quoted(next)) + " FROM old.t WHERE "
                        + quoted(next) + " IS NOT NULL")) {
                    double number = Double.parseDouble(row.get(1));
                    String text =
                            from.base().equals("float") ? Float.toString((float) number) : Double.toString(number);
                    execute("UPDATE new.t SET " + quoted(next) + " = '" + text + "' WHERE id = " + row.get(0));
                }
            }
        }
    }

    /**
     * A row whose value is another one in the new table.
     *
     * @param of the old column
     * @param mysql its value as MySQL prints it
     */
    private record Flip(
            int number,
            String row,
            Flips of,
            @Nullable String mysql,
            Flips column,
            @Nullable String stored,
            String other) {

        @Override
        public String toString() {
            return column.declared() + " " + column.name() + ": " + stored + " and " + other;
        }
    }

    private static List<Flip> flips(List<Flips> columns) throws SQLException {
        List<Flip> flips = new ArrayList<>();
        Map<String, Flips> old = old();
        for (Flips column : columns) {
            Flips of = Objects.requireNonNull(old.get(column.name()));
            for (List<@Nullable String> row : rows("SELECT id, " + column.read("t." + quoted(column)) + ", "
                    + of.read("o." + quoted(column)) + " FROM new.t JOIN old.t o USING (id)")) {
                for (String other : column.of(row.get(1))) {
                    flips.add(new Flip(flips.size(), row.get(0), of, row.get(2), column, row.get(1), other));
                }
            }
        }
        return flips;
    }

    private static void values(List<Flips> columns, List<Flip> flips) throws SQLException {
        for (String side : List.of("old", "new")) {
            execute(
                    "CREATE TABLE " + side + ".f LIKE " + side + ".t",
                    "ALTER TABLE " + side + ".f DROP PRIMARY KEY, ADD flip INT FIRST, ADD PRIMARY KEY (flip)");
        }
        execute("CREATE TABLE new.rows_of_flips (flip INT PRIMARY KEY, id INT)");
        insert("new.rows_of_flips (flip, id)", flips, flip -> flip.number + ", " + flip.row);
        Map<String, String> expected = new TreeMap<>();
        for (Flips column : columns) {
            List<Flip> of =
                    flips.stream().filter(flip -> flip.column.equals(column)).toList();
            if (of.isEmpty()) {
                continue;
            }
            String range = " WHERE flip BETWEEN " + of.get(0).number + " AND " + of.get(of.size() - 1).number;
            // a generated column is made of the others
            String name = isGenerated(column) ? "" : ", " + quoted(column);
            execute("INSERT INTO old.f (flip, id" + name + ") SELECT flip, id" + name
                    + " FROM old.t JOIN new.rows_of_flips USING (id)" + range);
            insert(
                    "new.f (flip, id, " + quoted(column) + ")",
                    of,
                    flip -> flip.number + ", " + flip.row + ", " + flip.other);
            Map<Integer, @Nullable String> shown = new TreeMap<>();
            rows("SELECT flip, " + column.read(quoted(column)) + " FROM new.f" + range)
                    .forEach(row -> shown.put(Integer.parseInt(row.get(0)), row.get(1)));
            for (Flip flip : of) {
                if (isOther(flip, shown.get(flip.number)) && !isMeant(flip, shown.get(flip.number))) {
                    expected.put("flip=" + flip.number, "DIFFERENT [" + column.name() + "]");
                }
            }
        }
        assertThat(expected).isNotEmpty();
        for (Flips column : columns) {
            if (isGenerated(column)) {
                execute("UPDATE new.f JOIN old.f o USING (flip) SET f." + quoted(column) + " = o." + quoted(column)
                        + " WHERE flip NOT IN (-1"
                        + flips.stream()
                                .filter(flip -> flip.column.equals(column))
                                .map(flip -> ", " + flip.number)
                                .collect(Collectors.joining())
                        + ")");
            }
        }
        for (boolean ranges : List.of(true, false)) {
            assertSame(found("f", ranges), expected, flips, "by ranges " + ranges);
        }
    }

    /**
     * What counts as the same value, and no other thing does: a label, not its number, an invalid value's being the empty one; and a
     * floating point number in a text as messages have it, or as MySQL has it.
     */
    private static boolean isMeant(Flip flip, @Nullable String shown) {
        if (flip.stored == null || shown == null) {
            return false;
        }
        String declared = flip.column.declared();
        if (flip.column.base().equals("enum")) {
            return label(declared, flip.stored).equals(label(declared, flip.other));
        }
        if (!flip.of.isFloating() || !(flip.column.isText() || flip.column.isBytes())) {
            return false;
        }
        return text(shown).equals(flip.mysql);
    }

    private static String text(String hex) {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
    }

    private static String label(String declared, String number) {
        if (number.equals("NULL")) {
            return number;
        }
        int index = new BigDecimal(number).intValue();
        return index == 0 ? "" : Labels.of(Column.of("", declared)).ofIndex(Integer.toString(index));
    }

    private static boolean isGenerated(Flips column) throws SQLException {
        return !rows("SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'old' AND TABLE_NAME = 't'"
                        + " AND GENERATION_EXPRESSION <> '' AND COLUMN_NAME = '" + column.name() + "'")
                .isEmpty();
    }

    /** Whether the new table has what it was to have: not every byte can be changed in a text. */
    private static boolean isOther(Flip flip, @Nullable String shown) {
        boolean unlike = shown == null ? flip.stored != null : !shown.equals(flip.stored);
        if (flip.column.isCertain()) {
            assertThat(unlike).as(flip.toString()).isTrue();
        }
        return unlike;
    }

    private static boolean isKey(Flips old, Flips column) {
        boolean refused = (old.isFloating() && !column.isFloating())
                || (column.base().equals("set") && !old.declared().equals(column.declared()));
        return Stream.of(old, column)
                        .noneMatch(side -> side.base().endsWith("text")
                                || side.base().endsWith("blob")
                                || side.base().equals("json")
                                || side.isShape()
                                || side.declared().contains("?")) // a label that MySQL cannot print
                && !refused;
    }

    /** The same with the column in the key, where rows are found by it, or are not. */
    private static void key(Flips next, List<Flip> all) throws SQLException {
        Flips old = Objects.requireNonNull(old().get(next.name()));
        List<Flip> flips = all.stream()
                .filter(flip -> flip.stored != null && !flip.other.equals("NULL"))
                .filter(flip -> !flip.of.isText() || !String.valueOf(flip.mysql).endsWith(unknown(old)))
                .toList();
        execute("DROP TABLE IF EXISTS old.k, new.k, new.rows_of_k");
        String oldType = keyType(old, "old");
        String newType = keyType(next, "new");
        execute(
                "CREATE TABLE old.k (k " + oldType + ", n INT, PRIMARY KEY (k, n))",
                "CREATE TABLE new.k (k " + newType + ", n INT, PRIMARY KEY (k, n))");
        execute("CREATE TABLE new.rows_of_k (n INT PRIMARY KEY, id INT)");
        insert("new.rows_of_k (n, id)", flips, flip -> flip.number + ", " + flip.row);
        // every value also once as it is
        execute(
                "INSERT INTO old.k SELECT t." + quoted(old) + ", r.n FROM old.t t JOIN new.rows_of_k r USING (id)",
                "INSERT INTO new.rows_of_k SELECT -1000 - id, id FROM old.t WHERE " + known(old),
                "INSERT INTO old.k SELECT t." + quoted(old)
                        + ", r.n FROM old.t t JOIN new.rows_of_k r USING (id) WHERE r.n < 0");
        execute("INSERT INTO new.k SELECT t." + quoted(next)
                + ", r.n FROM new.t t JOIN new.rows_of_k r USING (id) WHERE r.n < 0");
        insert("new.k (k, n)", flips, flip -> flip.other + ", " + flip.number);

        Map<Integer, @Nullable String> shown = new TreeMap<>();
        for (List<@Nullable String> row : rows("SELECT n, " + next.read("k") + " FROM new.k WHERE n >= 0")) {
            shown.put(Integer.parseInt(row.get(0)), row.get(1));
        }
        Set<Integer> different = new TreeSet<>();
        flips.stream()
                .filter(flip -> isOther(flip, shown.get(flip.number)) && !isMeant(flip, shown.get(flip.number)))
                .forEach(flip -> different.add(flip.number));
        // an order that both sides do not share for sure is not read by
        boolean ordered = !UNORDERED.contains(old.base()) && !UNORDERED.contains(next.base());
        for (boolean ranges : ordered ? List.of(true, false) : List.of(false)) {
            Map<String, String> found = new TreeMap<>();
            found("k", ranges)
                    .forEach((key, kinds) -> found.merge(
                            "n=" + key.replaceAll("(?s).*n=(-?\\d+)$", "$1"),
                            kinds,
                            (a, b) -> Stream.of(a, b).sorted().collect(Collectors.joining(" "))));
            Map<String, String> expected = new TreeMap<>();
            different.forEach(n -> {
                String told = found.getOrDefault("n=" + n, "");
                // of two types, one may take two keys for one that the other tells apart: it is told of one side then
                boolean isOneKey = told.equals("DIFFERENT [k]")
                        || (!oldType.equals(newType)
                                && (told.equals("DIFFERENT [k] EXTRA []") || told.equals("MISSING []")));
                expected.put("n=" + n, isOneKey ? told : "EXTRA [] MISSING []");
            });
            // a text that could not be written became another one, or the same
            flips.stream()
                    .filter(flip -> !different.contains(flip.number))
                    .forEach(flip -> found.remove("n=" + flip.number));
            assertSame(found, expected, all, "key " + next.declared() + ", by ranges " + ranges);
        }
    }

    private static String keyType(Flips column, String schema) throws SQLException {
        String collation = value(
                "SELECT COLLATION_NAME FROM information_schema.COLUMNS WHERE TABLE_NAME = 't' AND TABLE_SCHEMA = '"
                        + schema + "' AND COLUMN_NAME = '" + column.name() + "'");
        return column.declared() + (collation == null ? "" : " COLLATE " + collation) + " NOT NULL";
    }

    private static String known(Flips column) {
        return "NOT (HEX(" + quoted(column) + ") LIKE '%" + unknown(column) + "')";
    }

    private static String unknown(Flips column) {
        return UNKNOWN.getOrDefault(String.valueOf(column.charset()), "none");
    }

    private static void assertSame(
            Map<String, String> found, Map<String, String> expected, List<Flip> flips, String as) {
        List<String> wrong = new ArrayList<>();
        expected.forEach((key, what) -> {
            if (!what.equals(found.get(key))) {
                wrong.add(key + " " + what + " but " + found.get(key));
            }
        });
        found.forEach((key, what) -> {
            if (!expected.containsKey(key)) {
                wrong.add(key + " nothing but " + what);
            }
        });
        List<String> told = wrong.stream()
                .limit(30)
                .map(text -> {
                    int number = Integer.parseInt(text.replaceAll("(?s)^[a-z]+=(-?\\d+).*", "$1"));
                    return text
                            + flips.stream()
                                    .filter(flip -> flip.number == number)
                                    .findFirst();
                })
                .toList();
        assertThat(told).as(as + ", " + wrong.size() + " wrong").isEmpty();
    }

    /** What a scan tells, by key. */
    private static Map<String, String> found(String table, boolean ranges) throws SQLException {
        Map<String, String> told = new TreeMap<>();
        TableDefinition definition =
                TableDefinition.copying("legacy", new TableName("old", table), "shop", new TableName("new", table));
        new FullCompare(SERVERS, CompareProgress.SILENT, 1000, ranges)
                .scan(
                        List.of(definition),
                        place -> new Findings() {
                            @Override
                            public void sourceRows(int rows) {}

                            @Override
                            public void targetRows(int rows) {}

                            @Override
                            public void found(Kind kind, List<@Nullable String> key, List<String> columns) {
                                told.merge(
                                        place.table().shownKey(key),
                                        kind + " " + columns,
                                        (a, b) -> Stream.of(a, b).sorted().collect(Collectors.joining(" ")));
                            }
                        },
                        ScanCursor.whole());
        return told;
    }

    private interface Row {
        String of(Flip flip);
    }

    private static void insert(String into, List<Flip> flips, Row row) throws SQLException {
        for (int from = 0; from < flips.size(); from += ROWS_AT_ONCE) {
            execute(flips.subList(from, Math.min(flips.size(), from + ROWS_AT_ONCE)).stream()
                    .map(row::of)
                    .collect(Collectors.joining("), (", "INSERT IGNORE INTO " + into + " VALUES (", ")")));
        }
    }

    private static Map<String, Flips> old() throws SQLException {
        return columns("t", "old").stream().collect(Collectors.toMap(Flips::name, column -> column));
    }

    private static List<Flips> columns(String table) throws SQLException {
        return columns(table, "new");
    }

    /** Those that are compared: MySQL computes the others. */
    private static List<Flips> columns(String table, String schema) throws SQLException {
        List<Flips> columns = new ArrayList<>();
        for (List<@Nullable String> row : rows("SELECT COLUMN_NAME, LOWER(DATA_TYPE), COLUMN_TYPE, CHARACTER_SET_NAME,"
                + " COALESCE(NUMERIC_PRECISION, 0), COALESCE(NUMERIC_SCALE, DATETIME_PRECISION, 0), IS_NULLABLE"
                + " FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '" + schema + "' AND TABLE_NAME = '" + table
                + "' AND (GENERATION_EXPRESSION = '' OR '" + schema + "' = 'old') ORDER BY ORDINAL_POSITION")) {
            columns.add(new Flips(
                    row.get(0),
                    row.get(1),
                    row.get(2),
                    row.get(3),
                    Integer.parseInt(row.get(4)),
                    Integer.parseInt(row.get(5)),
                    row.get(6).equals("YES")));
        }
        return columns;
    }

    private static String names(List<Flips> columns) {
        return columns.stream().map(TypeMatrixIT::quoted).collect(Collectors.joining(", "));
    }

    private static String quoted(Flips column) {
        return TableName.quote(column.name());
    }

    private static @Nullable String value(String query) throws SQLException {
        return rows(query).get(0).get(0);
    }

    private static List<List<@Nullable String>> rows(String query) throws SQLException {
        List<List<@Nullable String>> rows = new ArrayList<>();
        try (ResultSet row = sql.executeQuery(query)) {
            while (row.next()) {
                List<@Nullable String> values = new ArrayList<>();
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    byte[] value = row.getBytes(i); // the driver has its own idea of numbers
                    values.add(value == null ? null : new String(value, StandardCharsets.UTF_8));
                }
                rows.add(values);
            }
        }
        return rows;
    }

    private static void execute(String... statements) throws SQLException {
        for (String statement : statements) {
            try {
                sql.execute(statement);
            } catch (SQLException e) {
                throw new SQLException(statement.substring(0, Math.min(2000, statement.length())), e);
            }
        }
    }
}
