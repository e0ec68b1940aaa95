package io.changeover.transport.definition.yaml;

import io.changeover.transport.definition.Secret;
import io.changeover.transport.definition.yaml.Entries.Entry;
import io.changeover.transport.problem.NearestName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.CollectionNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A mapping whose keys are known. Unknown, missing and misshapen keys are found while it is built, broken values
 * when they are read; what is broken then reads as absent. Confined to one thread.
 */
final class Section {

    private final int line;
    private final Map<String, Entry> entries;
    private final Scalars scalars;
    private final Findings findings;

    Section(int line, MappingNode mapping, List<Key<?>> keys, Scalars scalars, Findings findings) {
        this(line, Entries.of(mapping, findings), scalars, findings);
        checkNames(keys);
        keys.forEach(this::checkShape);
    }

    private Section(int line, Map<String, Entry> entries, Scalars scalars, Findings findings) {
        this.line = line;
        this.entries = entries;
        this.scalars = scalars;
        this.findings = findings;
    }

    /** Line at which it begins, from 1. */
    int line() {
        return line;
    }

    /** Line of the key, or of the section where the key is absent. */
    int line(Key<?> key) {
        Entry entry = entries.get(key.name());
        return entry == null ? line : entry.line();
    }

    /** Whether the value is one that stands elsewhere: in a variable or a file. */
    boolean isReference(Key<?> key) {
        return node(key) instanceof ScalarNode scalar && scalar.getValue().contains("${");
    }

    boolean has(Key<?> key) {
        return entries.containsKey(key.name());
    }

    /** Whether a mapping with free names has the name, be its value broken or not. */
    boolean has(Key<?> key, String name) {
        return node(key) instanceof MappingNode mapping
                && Entries.of(mapping, findings).containsKey(name);
    }

    /** Whether a list or mapping stands at the key and nothing is in it. */
    boolean isEmpty(Key<?> key) {
        return node(key) instanceof CollectionNode<?> collection
                && collection.getValue().isEmpty();
    }

    /** The value, or its default; null when it is absent without a default, or broken. */
    <T> @Nullable T value(Key<T> key) {
        Entry entry = entries.get(key.name());
        if (entry != null) {
            return scalars.read(key.name(), entry.line(), entry.value(), key.type());
        }
        String fallback = key.fallback();
        return fallback == null ? null : key.type().read(fallback);
    }

    /** A secret that is looked up again whenever it is needed, where it stands in a variable or a file; else as {@link #value}. */
    @Nullable
    Secret secret(Key<Secret> key) {
        Secret read = value(key);
        if (read == null || !isReference(key) || !(node(key) instanceof ScalarNode written)) {
            return read;
        }
        return Secret.lookedUp(() -> scalars.references().resolve(written.getValue()));
    }

    /** The values of a list; empty when it is absent. */
    <T> List<T> list(Key<T> key) {
        List<T> values = new ArrayList<>();
        if (node(key) instanceof SequenceNode list) {
            for (Node node : list.getValue()) {
                T value = scalars.read(key.name(), YamlDocument.line(node), node, key.type());
                if (value != null) {
                    values.add(value);
                }
            }
        }
        return values;
    }

    /** The values of a mapping with free names; null when it is absent. */
    <T> @Nullable Map<String, T> map(Key<T> key) {
        if (!(node(key) instanceof MappingNode mapping)) {
            return null;
        }
        Map<String, T> values = new LinkedHashMap<>();
        Entries.of(mapping, findings).forEach((name, entry) -> {
            T value = scalars.read(key.name() + "." + name, entry.line(), entry.value(), key.type());
            if (value != null) {
                values.put(name, value);
            }
        });
        return values;
    }

    /** Line of a name in a mapping with free names. */
    int line(Key<?> key, String name) {
        Entry entry = node(key) instanceof MappingNode mapping
                ? Entries.of(mapping, findings).get(name)
                : null;
        return entry == null ? line(key) : entry.line();
    }

    /** The section that stands at the key; null when it is absent. */
    @Nullable
    Section section(Key<?> key) {
        return node(key) instanceof MappingNode mapping
                ? new Section(line(key), mapping, key.children(), scalars, findings)
                : null;
    }

    /** The section at the key, or one whose values are all defaults. */
    Section sectionOrDefaults(Key<?> key) {
        Section section = section(key);
        return section != null ? section : new Section(line, Map.of(), scalars, findings);
    }

    /** The sections by name at the key. */
    Map<String, Section> namedSections(Key<?> key) {
        Map<String, Section> sections = new LinkedHashMap<>();
        if (node(key) instanceof MappingNode mapping) {
            Entries.of(mapping, findings).forEach((name, entry) -> {
                Section section = sectionAt(key.name() + "." + name, entry.line(), entry.value(), key);
                if (section != null) {
                    sections.put(name, section);
                }
            });
        }
        return sections;
    }

    /** The sections in order at the key. */
    List<Section> sections(Key<?> key) {
        List<Section> sections = new ArrayList<>();
        if (node(key) instanceof SequenceNode list) {
            for (Node node : list.getValue()) {
                Section section = sectionAt(key.name(), YamlDocument.line(node), node, key);
                if (section != null) {
                    sections.add(section);
                }
            }
        }
        return sections;
    }

    private @Nullable Section sectionAt(String name, int at, Node node, Key<?> key) {
        if (node instanceof MappingNode mapping) {
            return new Section(at, mapping, key.children(), scalars, findings);
        }
        String keys =
                key.children().stream().filter(Key::required).map(Key::name).collect(Collectors.joining(", "));
        findings.add(
                at, "`" + name + "`: found " + YamlDocument.describe(node), "write a mapping with the keys " + keys);
        return null;
    }

    private @Nullable Node node(Key<?> key) {
        Entry entry = entries.get(key.name());
        return entry == null ? null : entry.value();
    }

    private void checkNames(List<Key<?>> keys) {
        List<String> known = keys.stream().map(Key::name).toList();
        entries.forEach((name, entry) -> {
            if (!known.contains(name)) {
                findings.add(
                        entry.line(),
                        "unknown key `" + name + "`" + NearestName.hint(name, known),
                        "keys here: " + String.join(", ", known));
            }
        });
    }

    private void checkShape(Key<?> key) {
        Node node = node(key);
        if (node == null) {
            if (key.required()) {
                findings.add(line, "`" + key.name() + "` is missing", "it is " + key.description());
            }
            return;
        }
        boolean fits =
                switch (key.shape()) {
                    case VALUE -> true; // told when it is read
                    case LIST, SECTIONS -> node instanceof SequenceNode;
                    case MAP, SECTION, NAMED_SECTIONS -> node instanceof MappingNode;
                };
        if (!fits) {
            findings.add(
                    line(key),
                    "`" + key.name() + "`: found " + YamlDocument.describe(node),
                    "write " + key.description());
        }
    }
}
