package io.changeover.transport.definition.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The entries of a mapping by name, with those that {@code <<: *anchor} merges in; an entry of its own wins. */
final class Entries {

    /** @param line line of the key, from 1 */
    record Entry(int line, Node value) {}

    private static final String MERGE = "<<";

    private Entries() {}

    static Map<String, Entry> of(MappingNode mapping, Findings findings) {
        return of(mapping, findings, 0);
    }

    private static Map<String, Entry> of(MappingNode mapping, Findings findings, int depth) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        List<Node> merged = new ArrayList<>();
        for (NodeTuple tuple : mapping.getValue()) {
            int line = YamlDocument.line(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                findings.add(
                        line,
                        "a key must be text, found " + YamlDocument.describe(tuple.getKeyNode()),
                        "write `name: value`");
            } else if (key.getValue().equals(MERGE)) {
                merged.add(tuple.getValueNode());
            } else {
                Entry first = entries.putIfAbsent(key.getValue(), new Entry(line, tuple.getValueNode()));
                if (first != null) {
                    findings.add(
                            line,
                            "duplicate key `" + key.getValue() + "`",
                            "it stands in line " + first.line() + " already");
                }
            }
        }
        merged.forEach(node -> merge(node, entries, findings, depth));
        return entries;
    }

    private static void merge(Node node, Map<String, Entry> entries, Findings findings, int depth) {
        if (node instanceof SequenceNode list) {
            list.getValue().forEach(one -> merge(one, entries, findings, depth));
        } else if (node instanceof MappingNode mapping && depth < 10) {
            of(mapping, findings, depth + 1).forEach(entries::putIfAbsent);
        } else {
            findings.add(
                    YamlDocument.line(node),
                    "`<<` takes a mapping, found " + YamlDocument.describe(node),
                    "write `<<: *anchor`");
        }
    }
}
