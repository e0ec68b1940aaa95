package io.changeover.apply;

import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.event.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an application does to an old table of 40 orders, by seed: it inserts, updates, deletes, changes keys and their
 * spelling, lets unique values change their rows, moves rows between users and in and out of the filter, and writes notes that
 * the new table refuses, until they are mended. Confined to one thread.
 */
final class RandomHistory {

    static final String[] COLUMNS = {
        "id varchar(10)", "user_id int", "code varchar(10)", "note varchar(20)", "is_test int"
    };

    private static final int KEYS = 40;
    private static final int CODES = 14;
    private static final String REFUSED = "much too long";

    private final OldTable old;
    private final String prefix;
    private final Random random;
    /** By key in lower case: the old table takes spellings of a key for one, too. */
    private final Map<String, Row> rows = new TreeMap<>();

    private final Map<String, String> owners = new HashMap<>();
    private final List<ChangeEvent> events = new ArrayList<>();

    RandomHistory(Random random) {
        this(new OldTable("t_order", 1, 1, COLUMNS), "k", random);
    }

    /**
     * Of other rows of a table.
     *
     * @param prefix of their keys and unique values, a letter
     */
    RandomHistory(OldTable old, String prefix, Random random) {
        this.old = old;
        this.prefix = prefix;
        this.random = random;
    }

    OldTable table() {
        return old;
    }

    /** What the table is now, by key in lower case. */
    Map<String, Row> rows() {
        return rows;
    }

    /** Some more changes: a few more or less than asked for. */
    List<ChangeEvent> next(int changes) {
        events.clear();
        while (events.size() < changes) {
            change(key());
        }
        return List.copyOf(events);
    }

    /** A last change of the rows that the new table refuses, and of no other. */
    List<ChangeEvent> mended() {
        events.clear();
        for (Row row : List.copyOf(rows.values())) {
            if (REFUSED.equals(row.get(3))) {
                write(id(row), row.get(1), row.get(2), "good", row.get(4));
            }
        }
        return List.copyOf(events);
    }

    private void change(String key) {
        Row row = rows.get(key);
        if (row == null) {
            write(spelt(key), user(), free(key, null), note(), test());
            return;
        }
        switch (random.nextInt(12)) {
            case 0, 1 -> delete(key);
            case 2 -> {
                delete(key);
                write(spelt(key), row.get(1), row.get(2), row.get(3), row.get(4));
            }
            case 3 -> rename(key, key());
            case 4, 5 -> swap(key, key());
            case 6 -> write(id(row), row.get(1), row.get(2), row.get(3), test());
            case 7, 8 -> write(id(row), user(), row.get(2), row.get(3), row.get(4));
            default -> write(id(row), user(), free(key, row.get(2)), note(), test());
        }
    }

    private void rename(String from, String to) {
        Row row = rows.get(from);
        if (row != null && !rows.containsKey(to)) {
            delete(from);
            write(spelt(to), row.get(1), row.get(2), row.get(3), row.get(4));
        }
    }

    /** As an application has to do it: by way of NULL. */
    private void swap(String one, String other) {
        Row first = rows.get(one);
        Row second = rows.get(other);
        if (first != null && second != null && !one.equals(other)) {
            write(id(first), first.get(1), null, first.get(3), first.get(4));
            write(id(second), second.get(1), first.get(2), second.get(3), second.get(4));
            write(id(first), first.get(1), second.get(2), first.get(3), first.get(4));
        }
    }

    private void delete(String key) {
        Row row = rows.remove(key);
        if (row != null) {
            owners.values().remove(key);
            events.add(old.delete(row.get(0), row.get(1), row.get(2), row.get(3), row.get(4)));
        }
    }

    private void write(
            String id, @Nullable String user, @Nullable String code, @Nullable String note, @Nullable String test) {
        String key = id.toLowerCase(Locale.ROOT);
        owners.values().remove(key);
        if (code != null) {
            owners.put(code, key);
        }
        Row before = rows.put(key, Row.of(id, user, code, note, test));
        events.add(
                before == null
                        ? old.insert(id, user, code, note, test)
                        : old.update(before, id, user, code, note, test));
    }

    private String key() {
        return prefix + random.nextInt(KEYS);
    }

    private static String id(Row row) {
        return String.valueOf(row.get(0));
    }

    private String spelt(String key) {
        return random.nextBoolean() ? key : key.toUpperCase(Locale.ROOT);
    }

    private String user() {
        return "" + random.nextInt(8);
    }

    private String note() {
        return random.nextInt(8) == 0 ? REFUSED : "n" + random.nextInt(100);
    }

    private String test() {
        return random.nextInt(5) == 0 ? "1" : "0";
    }

    /** A unique value that no other row has; the one of before where the wanted one is taken. */
    private @Nullable String free(String key, @Nullable String before) {
        String wanted = prefix + "c" + random.nextInt(CODES);
        String owner = owners.get(wanted);
        return owner == null || owner.equals(key) ? wanted : before;
    }
}
