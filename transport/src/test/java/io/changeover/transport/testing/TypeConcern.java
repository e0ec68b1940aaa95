package io.changeover.transport.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One concern of the type matrix: a folder below {@code types} in the test resources, named like its table, with three
 * files.
 *
 * <ul>
 *   <li>{@code ddl.sql} makes the table. Its comment says what it is about and, where that is not all, on which servers it
 *       runs: {@code -- from MySQL 8.0.23}, {@code -- before MySQL 8.0}.
 *   <li>{@code dml.sql} writes rows, without a strict mode and in UTC.
 *   <li>{@code expected.jsonl} has the messages of these writes in their order. A line with {@code mysqlType} says what the
 *       table is like from there on; every other line is one message, with what the table's line does not say. A value that
 *       is an array repeats texts: {@code ["a", 1, "x", 300]} is an a and three hundred x.
 * </ul>
 *
 * @param servers on which servers it runs
 * @param messages as Canal writes them, without the fields that tell of time and place
 */
public record TypeConcern(
        String table, Servers servers, List<String> ddl, List<String> writes, List<ObjectNode> messages) {

    private static final JsonMapper JSON = new JsonMapper();

    /**
     * @param from the first version of MySQL that has it
     * @param before the first one that does not have it any more
     */
    record Servers(String from, String before) {

        private static final Pattern FROM = Pattern.compile("(?m)^-- from MySQL ([0-9.]+)$");
        private static final Pattern BEFORE = Pattern.compile("(?m)^-- before MySQL ([0-9.]+)$");

        static Servers of(String ddl) {
            return new Servers(first(FROM, ddl, "5.7"), first(BEFORE, ddl, "99"));
        }

        private static String first(Pattern pattern, String ddl, String otherwise) {
            Matcher found = pattern.matcher(ddl);
            return found.find() ? found.group(1) : otherwise;
        }

        boolean include(String version) {
            return Arrays.compare(numbers(version), numbers(from)) >= 0
                    && Arrays.compare(numbers(version), numbers(before)) < 0;
        }

        private static int[] numbers(String version) {
            return Arrays.stream(version.split("[^0-9]+"))
                    .limit(3)
                    .mapToInt(Integer::parseInt)
                    .toArray();
        }
    }

    /** Every concern, whatever server it is for, by name. */
    public static List<TypeConcern> all() {
        try {
            URI types = TypeConcern.class.getResource("/types").toURI();
            if (!types.getScheme().equals("jar")) {
                return in(Path.of(types));
            }
            try (FileSystem jar = FileSystems.newFileSystem(types, Map.of())) {
                return in(jar.getPath("/types"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("type matrix", e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("type matrix", e);
        }
    }

    private static List<TypeConcern> in(Path types) throws IOException {
        List<TypeConcern> concerns = new ArrayList<>();
        try (Stream<Path> folders = Files.list(types)) {
            for (Path folder : folders.sorted().toList()) {
                String table = folder.getFileName().toString().replace("/", "");
                String ddl = Files.readString(folder.resolve("ddl.sql"));
                concerns.add(new TypeConcern(
                        table,
                        Servers.of(ddl),
                        statements(ddl),
                        statements(Files.readString(folder.resolve("dml.sql"))),
                        messages(table, Files.readAllLines(folder.resolve("expected.jsonl")))));
            }
        }
        return concerns;
    }

    private static List<String> statements(String sql) {
        return Arrays.stream(sql.replaceAll("(?m)^--.*\n", "").split(";\n"))
                .map(String::strip)
                .filter(statement -> !statement.isEmpty())
                .toList();
    }

    private static List<ObjectNode> messages(String table, List<String> lines) throws IOException {
        List<ObjectNode> messages = new ArrayList<>();
        ObjectNode of = JSON.createObjectNode();
        for (String line : lines) {
            ObjectNode read = (ObjectNode) JSON.readTree(line);
            if (read.has("mysqlType")) {
                of = read;
                continue;
            }
            ObjectNode message = JSON.createObjectNode();
            message.putNull("old")
                    .put("table", table)
                    .put("gtid", "")
                    .put("isDdl", false)
                    .put("sql", "");
            message.setAll(of.deepCopy());
            for (String rows : List.of("data", "old")) {
                if (read.path(rows) instanceof ObjectNode row) {
                    message.putArray(rows).add(row);
                    row.properties().forEach(value -> value.setValue(repeated(value.getValue())));
                }
            }
            message.put("type", read.path("type").asText());
            // an unsigned value above the signed range has the code of a wider type
            read.path("sqlType")
                    .properties()
                    .forEach(wide -> ((ObjectNode) message.path("sqlType")).set(wide.getKey(), wide.getValue()));
            messages.add(message);
        }
        return messages;
    }

    private static JsonNode repeated(JsonNode value) {
        if (!(value instanceof ArrayNode parts)) {
            return value;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < parts.size(); i += 2) {
            text.append(parts.get(i).asText().repeat(parts.get(i + 1).asInt()));
        }
        return JSON.getNodeFactory().textNode(text.toString());
    }

    /** Whether it runs on a server of that version. */
    public boolean isFor(String version) {
        return servers.include(version);
    }

    @Override
    public String toString() {
        return table;
    }
}
