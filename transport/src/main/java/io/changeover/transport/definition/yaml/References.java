package io.changeover.transport.definition.yaml;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts in what a reference to an environment variable or to a file stands for; two dollar signs before the brace stand for
 * one and refer to nothing. Of a file the line break at its end is left out, as editors and secret stores add one.
 */
record References(Map<String, String> environment) {

    private static final Pattern REFERENCE = Pattern.compile("(\\$?)\\$\\{([^}]*)(}?)");

    static boolean isIn(String text) {
        return text.contains("${");
    }

    /** @throws IllegalArgumentException when something is not to be had; the message never holds a value */
    String resolve(String text) {
        StringBuilder resolved = new StringBuilder();
        Matcher reference = REFERENCE.matcher(text);
        while (reference.find()) {
            String value = reference.group(1).isEmpty()
                    ? valueOf(reference.group(2), !reference.group(3).isEmpty())
                    : reference.group().substring(1);
            reference.appendReplacement(resolved, Matcher.quoteReplacement(value));
        }
        return reference.appendTail(resolved).toString();
    }

    private String valueOf(String inner, boolean closed) {
        if (closed && inner.startsWith("env:")) {
            return variable(inner.substring("env:".length()));
        }
        if (closed && inner.startsWith("file:")) {
            return content(inner.substring("file:".length()));
        }
        throw new IllegalArgumentException(
                "`${` begins `${env:NAME}` or `${file:/path}`; write `$${` for the characters");
    }

    private String variable(String name) {
        String value = environment.get(name);
        if (value == null) {
            throw new IllegalArgumentException("environment variable " + name + " is not set");
        }
        return value;
    }

    private static String content(String path) {
        try {
            return Files.readString(Path.of(path)).replaceFirst("\\R\\z", "");
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException(
                    "file " + path + " cannot be read (" + e.getClass().getSimpleName() + ")", e);
        }
    }
}
