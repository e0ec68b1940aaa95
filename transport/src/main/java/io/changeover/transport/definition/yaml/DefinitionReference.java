package io.changeover.transport.definition.yaml;

import java.util.ArrayList;
import java.util.List;

/** The keys of the definition for people: the text of {@code PIPELINE.md} and of the command's help. */
public final class DefinitionReference {

    private static final String INTRODUCTION = """
            # The pipeline definition

            Every key that the YAML file may have. In any value `${env:NAME}` and `${file:/path}` stand for an environment
            variable and for the content of a file; `$${` is a literal `${`. Anchors, aliases and `<<` work.

            | key | what it is | default | meaning |
            |---|---|---|---|
            """;

    private DefinitionReference() {}

    /** As Markdown. */
    public static String markdown() {
        StringBuilder text = new StringBuilder(INTRODUCTION);
        each(
                "",
                Keys.ROOT,
                (path, key) -> text.append("| `")
                        .append(path)
                        .append("` | ")
                        .append(key.description())
                        .append(" | ")
                        .append(standard(key))
                        .append(" | ")
                        .append(key.meaning())
                        .append(" |\n"));
        return text.toString();
    }

    /** The path of every key: {@code sources.*.host}, {@code tables[].key}. */
    static List<String> paths() {
        List<String> paths = new ArrayList<>();
        each("", Keys.ROOT, (path, key) -> paths.add(path));
        return paths;
    }

    private interface Visitor {
        void visit(String path, Key<?> key);
    }

    private static void each(String prefix, List<Key<?>> keys, Visitor visitor) {
        for (Key<?> key : keys) {
            String path = prefix + key.name();
            visitor.visit(path, key);
            each(path + below(key), key.children(), visitor);
        }
    }

    private static String below(Key<?> key) {
        return switch (key.shape()) {
            case NAMED_SECTIONS -> ".*.";
            case SECTIONS -> "[].";
            case VALUE, LIST, MAP, SECTION -> ".";
        };
    }

    private static String standard(Key<?> key) {
        if (key.required()) {
            return "required";
        }
        return key.fallback() == null ? "" : "`" + key.fallback() + "`";
    }
}
