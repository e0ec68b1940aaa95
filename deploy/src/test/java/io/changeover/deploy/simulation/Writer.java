package io.changeover.deploy.simulation;

import io.changeover.deploy.simulation.SourceTransaction.Change;
import io.changeover.transport.event.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The application: writes transactions that the source's own keys allow. */
final class Writer {

    private static final String[] KEYS_A = {"k0", "k1", "k2", "K0", "K1", "x", "z"};
    private static final String[] KEYS_B = {"0", "1", "x"};
    private static final String[] FLAGS = {"", "", "", "", "", "out", "bad"};

    private final FakeSource source;
    private final Random random;
    private List<Change> changes = new ArrayList<>();

    Writer(FakeSource source, Random random) {
        this.source = source;
        this.random = random;
    }

    void transaction() {
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            TableName table = random.nextInt(4) == 0 ? Image.B : Image.A;
            int kind = random.nextInt(10);
            if (kind == 0) {
                swapUnique(table);
            } else if (kind == 1) {
                swapKeys(table);
            } else if (kind < 4) {
                renameKey(table, key(table));
            } else {
                put(table, key(table), random.nextInt(4) == 0);
            }
        }
        commit();
    }

    private String key(TableName table) {
        String[] keys = table.equals(Image.A) ? KEYS_A : KEYS_B;
        return keys[random.nextInt(keys.length)];
    }

    void commit() {
        source.commit(source.nextGtid(), changes, null, false);
        changes = new ArrayList<>();
    }

    /** A transaction that changes nothing that is captured. */
    void uncaptured() {
        source.commit(random.nextBoolean() ? source.nextGtid() : source.nextLocalGtid(), List.of(), null, false);
    }

    void alter(TableName table) {
        source.commit(source.nextGtid(), List.of(), table, false);
    }

    /** A change that the binlog does not know. */
    String cascade() {
        Image row = source.latest.get(Image.B).get(key(Image.B));
        if (row == null) {
            return null;
        }
        change(Image.B, row, random.nextBoolean() ? null : row.with(row.u(), row.f(), row.c(), source.writes + 1));
        source.commit(source.nextGtid(), changes, null, true);
        changes = new ArrayList<>();
        return row.id();
    }

    /** Mends what the target refuses. */
    void heal() {
        for (TableName table : Image.TABLES) {
            for (Image row : List.copyOf(source.latest.get(table).values())) {
                if (row.f().equals("bad")) {
                    change(table, row, row.with(row.u(), "", row.c(), source.writes + 1));
                }
            }
        }
        commit();
    }

    void put(TableName table, String id, boolean delete) {
        Image before = find(table, id);
        if (delete) {
            if (before != null) {
                change(table, before, null);
            }
            return;
        }
        String u = free(table, (table.equals(Image.A) ? "u" : "v") + random.nextInt(4), before);
        String c = source.altered(table, source.history.size()) ? "c" + random.nextInt(9) : "d";
        String f = FLAGS[random.nextInt(FLAGS.length)];
        Image after = new Image(before == null ? id : before.id(), u, f, source.writes + 1, c);
        change(table, before, after);
    }

    void set(TableName table, String id, String u) {
        Image before = find(table, id);
        change(table, before, new Image(before == null ? id : before.id(), u, "", source.writes + 1, "d"));
    }

    void renameKey(TableName table, String id) {
        Image row = find(table, id);
        String to = key(table);
        Image other = find(table, to);
        if (row != null && !row.id().equals(to) && (other == null || other.equals(row))) {
            change(table, row, row.renamed(to, source.writes + 1));
        }
    }

    void swapUnique(TableName table) {
        Image one = find(table, key(table));
        Image two = find(table, key(table));
        if (one == null || two == null || one.equals(two)) {
            return;
        }
        swapUnique(table, one, two);
    }

    void swapUnique(TableName table, Image one, Image two) {
        Image freed = one.with(null, one.f(), one.c(), source.writes + 1);
        change(table, one, freed);
        change(table, two, two.with(one.u(), two.f(), two.c(), source.writes + 1));
        change(table, freed, freed.with(two.u(), one.f(), one.c(), source.writes + 1));
    }

    private void swapKeys(TableName table) {
        Image one = find(table, key(table));
        Image two = find(table, key(table));
        if (one == null || two == null || one.equals(two) || find(table, "t") != null) {
            return;
        }
        Image away = one.renamed("t", source.writes + 1);
        change(table, one, away);
        change(table, two, two.renamed(one.id(), source.writes + 1));
        change(table, away, away.renamed(two.id(), source.writes + 1));
    }

    private void change(TableName table, Image before, Image after) {
        Change change = new Change(table, before, after, ++source.writes);
        changes.add(change);
        FakeSource.put(source.latest.get(table), change);
    }

    Image find(TableName table, String id) {
        String identity = Image.sourceIdentity(table, id);
        for (Map.Entry<String, Image> row : source.latest.get(table).entrySet()) {
            if (Image.sourceIdentity(table, row.getKey()).equals(identity)) {
                return row.getValue();
            }
        }
        return null;
    }

    private String free(TableName table, String u, Image self) {
        for (Image row : source.latest.get(table).values()) {
            if (u.equals(row.u()) && !row.equals(self)) {
                return null;
            }
        }
        return u;
    }
}
