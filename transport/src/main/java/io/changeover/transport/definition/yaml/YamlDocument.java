package io.changeover.transport.definition.yaml;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** YAML as nodes that know their lines. */
final class YamlDocument {

    private static final String UNDEFINED_ALIAS = "found undefined alias";

    private YamlDocument() {}

    /** The mapping at the top, or null when there is none, which is then among the findings. */
    static @Nullable MappingNode read(String file, String text, Findings findings) {
        LoadSettings settings =
                LoadSettings.builder().setLabel(file).setUseMarks(true).build();
        try {
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isEmpty()) {
                findings.add(1, "the file is empty", "begin with `pipeline: <name>`");
                return null;
            }
            if (root.get() instanceof MappingNode mapping) {
                return mapping;
            }
            findings.add(
                    line(root.get()),
                    "found " + describe(root.get()) + " instead of the keys of a definition",
                    "begin with `pipeline: <name>`");
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            String problem = String.valueOf(e.getProblem());
            findings.add(line, "not YAML: " + shown(problem), remedy(problem));
        } catch (ReaderException e) {
            int line = 1
                    + (int) text.codePoints()
                            .limit(e.getPosition())
                            .filter(c -> c == '\n')
                            .count();
            findings.add(
                    line, "not YAML: a control character, U+" + String.format("%04X", e.getCodePoint()), "remove it");
        } catch (YamlEngineException e) {
            findings.add(1, "not YAML: " + e.getMessage(), "check the file's syntax");
        }
        return null;
    }

    /** Line of the node, from 1. */
    static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    /** What kind of thing it is; never its content, which may be a secret. */
    static String describe(Node node) {
        if (node instanceof MappingNode) {
            return "a mapping";
        }
        if (node instanceof SequenceNode) {
            return "a list";
        }
        return node instanceof ScalarNode scalar && scalar.getValue().isEmpty() ? "nothing" : "a value";
    }

    /** The name of an alias may be a password that begins with a star. */
    private static String shown(String problem) {
        return problem.startsWith(UNDEFINED_ALIAS) ? UNDEFINED_ALIAS : problem;
    }

    private static String remedy(String problem) {
        if (problem.startsWith(UNDEFINED_ALIAS)) {
            return "quote a value that begins with `*`";
        }
        return problem.contains("TAB")
                ? "indent with spaces"
                : "check indentation and quotes here and in the line before";
    }
}
