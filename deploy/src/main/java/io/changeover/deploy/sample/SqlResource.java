package io.changeover.deploy.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Files that come with the sample. */
public final class SqlResource {

    private SqlResource() {}

    public static String text(String name) {
        try (InputStream in = SqlResource.class.getResourceAsStream("/sample/" + name)) {
            if (in == null) {
                throw new IllegalArgumentException("no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    /** The statements of a script: each ends with a semicolon at the end of a line. */
    static String[] statements(String name) {
        return Arrays.stream(text(name).split(";\\s*\\R"))
                .map(String::strip)
                .filter(statement -> !statement.isEmpty())
                .toArray(String[]::new);
    }
}
