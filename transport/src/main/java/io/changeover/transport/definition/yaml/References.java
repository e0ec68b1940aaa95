package io.changeover.transport.definition.yaml;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts in what a reference to an environment variable or to a file stands for; two dollar signs before the brace stand for
 * one and refer to nothing. Of a file the line break at its end is left out, as editors and secret stores add one.
 */
record References(Map<String, String> environment) {

    private static final Pattern REFERENCE = Pattern.compile("(\\$?)\\$\\{([^}]*)(}?)");

    /** What a reference names is not to be had; the message never holds a value. */
    static final class Unresolved extends IllegalArgumentException {

        private final String remedy;

        Unresolved(String cause, String remedy, @Nullable Exception failure) {
            super(cause, failure);
            this.remedy = remedy;
        }

        String remedy() {
            return remedy;
        }
    }

    /** @throws Unresolved when something is not to be had */
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
        throw new Unresolved(
                "`${` begins neither a variable nor a file", // not more of the text: it may be a password
                "write `${env:NAME}` or `${file:/path}`; write `$${` for the characters",
                null);
    }

    private String variable(String name) {
        String value = environment.get(name);
        if (value == null) {
            throw new Unresolved(
                    "environment variable " + name + " is not set", "set it where the command is started", null);
        }
        return value;
    }

    private static String content(String path) {
        try {
            return Files.readString(Path.of(path)).replaceFirst("\\R\\z", "");
        } catch (IOException | InvalidPathException e) {
            throw new Unresolved("file " + path + " " + TextFile.why(path, e), "name a readable file of UTF-8 text", e);
        }
    }
}
