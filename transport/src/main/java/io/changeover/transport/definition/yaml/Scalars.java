package io.changeover.transport.definition.yaml;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Turns the text of a node into a value; a problem names the text as it is written, never what a reference stands for. */
record Scalars(References references, Findings findings) {

    <T> @Nullable T read(String name, int line, Node node, ValueType<T> type) {
        if (!(node instanceof ScalarNode scalar)) {
            findings.add(line, "`" + name + "`: found " + YamlDocument.describe(node), "write " + type.description());
            return null;
        }
        String written = scalar.getValue();
        if (isNothing(scalar, type)) {
            findings.add(line, "`" + name + "` has no value", "write " + type.description());
            return null;
        }
        String text;
        try {
            text = references.resolve(written);
        } catch (References.Unresolved e) {
            findings.add(line, "`" + name + "`: " + e.getMessage(), e.remedy());
            return null;
        }
        try {
            return type.read(text);
        } catch (IllegalArgumentException e) {
            String cause = text.equals(written)
                    ? e.getMessage()
                    : "what `" + written + "` stands for is not " + type.description();
            findings.add(line, "`" + name + "`: " + cause, type.remedy());
            return null;
        }
    }

    /** {@code NULL} is a word of SQL: for an expression it is a value. */
    private static boolean isNothing(ScalarNode scalar, ValueType<?> type) {
        boolean none = scalar.getTag().equals(Tag.NULL);
        return none && !(type.equals(Values.EXPRESSION) && scalar.getValue().equalsIgnoreCase("null"));
    }
}
