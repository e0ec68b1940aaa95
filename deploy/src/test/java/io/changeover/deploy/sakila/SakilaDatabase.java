package io.changeover.deploy.sakila;

import io.changeover.embedded.EmbeddedMySql;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** MySQL's sample database from its files: whole, or the tables alone. */
final class SakilaDatabase {

    static final String SCHEMA = "sakila";
    static final List<String> TABLE_NAMES = List.of(
            "actor",
            "address",
            "category",
            "city",
            "country",
            "customer",
            "film",
            "film_actor",
            "film_category",
            "film_text",
            "inventory",
            "language",
            "payment",
            "rental",
            "staff",
            "store");

    private SakilaDatabase() {}

    /** Everything as it is delivered: tables, rows, views, triggers, routines. */
    static void load(EmbeddedMySql server) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            for (String file : List.of("schema.sql", "data.sql.gz")) {
                for (String sql : statements(file)) {
                    statement.execute(sql);
                }
            }
        }
    }

    /**
     * The tables without rows and without triggers.
     *
     * @param charset in the place of the old one, {@code utf8}
     */
    static void createTables(EmbeddedMySql server, String schema, String charset) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + schema);
            statement.execute("USE " + schema);
            statement.execute("SET foreign_key_checks = 0");
            for (String sql : statements("schema.sql")) {
                if (sql.contains("CREATE TABLE") || sql.contains("ALTER TABLE")) {
                    statement.execute(sql.replace("CHARSET=utf8", "CHARSET=" + charset));
                }
            }
        }
    }

    /** The statements of a script for the client {@code mysql}: they end where the delimiter of the moment ends a line. */
    private static List<String> statements(String file) {
        List<String> statements = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        String delimiter = ";";
        for (String line : lines(file)) {
            if (line.startsWith("DELIMITER ")) {
                delimiter = line.substring("DELIMITER ".length()).strip();
                continue;
            }
            if (statement.isEmpty() && (line.isBlank() || line.startsWith("--"))) {
                continue;
            }
            statement.append(line).append('\n');
            String text = statement.toString().strip();
            if (text.endsWith(delimiter)) {
                statements.add(text.substring(0, text.length() - delimiter.length()));
                statement.setLength(0);
            }
        }
        return statements;
    }

    private static List<String> lines(String file) {
        try (InputStream raw =
                        Objects.requireNonNull(SakilaDatabase.class.getResourceAsStream("/sakila/" + file), file);
                InputStream plain = file.endsWith(".gz") ? new GZIPInputStream(raw) : raw;
                BufferedReader reader = new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        } catch (IOException e) {
            throw new IllegalStateException(file, e);
        }
    }
}
