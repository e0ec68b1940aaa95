package io.changeover.transport.position;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An immutable set of GTIDs: per server, disjoint intervals of sequence numbers. Adding the next number of the last
 * interval, which is what a stream does, copies one small map.
 */
public final class GtidSet {

    public static final GtidSet EMPTY = new GtidSet(Map.of());

    /** Per server: first number of an interval to its last, both included; intervals neither touch nor overlap. */
    private final Map<UUID, NavigableMap<Long, Long>> intervals;

    private GtidSet(Map<UUID, NavigableMap<Long, Long>> intervals) {
        this.intervals = intervals;
    }

    /**
     * Reads MySQL's text: {@code uuid:1-5:7,uuid:1}; blanks and line breaks are allowed.
     *
     * @throws IllegalArgumentException for tags and for anything that is not a GTID set
     */
    public static GtidSet parse(String text) {
        Map<UUID, NavigableMap<Long, Long>> parsed = new TreeMap<>();
        for (String part : text.replaceAll("\\s", "").split(",")) {
            if (part.isEmpty()) {
                continue;
            }
            String[] pieces = part.split(":");
            if (pieces.length < 2 || !Character.isDigit(pieces[1].isEmpty() ? ' ' : pieces[1].charAt(0))) {
                throw new IllegalArgumentException("not a plain GTID set (uuid:n-m): " + part);
            }
            NavigableMap<Long, Long> ranges =
                    parsed.computeIfAbsent(UUID.fromString(pieces[0]), server -> new TreeMap<>());
            for (int i = 1; i < pieces.length; i++) {
                String[] bounds = pieces[i].split("-");
                long first = Long.parseLong(bounds[0]);
                long last = bounds.length == 1 ? first : Long.parseLong(bounds[1]);
                if (first < 1 || last < first) {
                    throw new IllegalArgumentException("not an interval of GTIDs: " + pieces[i]);
                }
                insert(ranges, first, last);
            }
        }
        return new GtidSet(parsed);
    }

    public boolean isEmpty() {
        return intervals.isEmpty();
    }

    public boolean contains(Gtid gtid) {
        return covers(gtid.server(), gtid.sequence(), gtid.sequence());
    }

    public boolean containsAll(GtidSet other) {
        for (Map.Entry<UUID, NavigableMap<Long, Long>> server : other.intervals.entrySet()) {
            for (Map.Entry<Long, Long> range : server.getValue().entrySet()) {
                if (!covers(server.getKey(), range.getKey(), range.getValue())) {
                    return false;
                }
            }
        }
        return true;
    }

    public GtidSet plus(Gtid gtid) {
        if (contains(gtid)) {
            return this;
        }
        Map<UUID, NavigableMap<Long, Long>> copy = new TreeMap<>(intervals);
        NavigableMap<Long, Long> ranges = new TreeMap<>(copy.getOrDefault(gtid.server(), new TreeMap<>()));
        insert(ranges, gtid.sequence(), gtid.sequence());
        copy.put(gtid.server(), ranges);
        return new GtidSet(copy);
    }

    public GtidSet union(GtidSet other) {
        Map<UUID, NavigableMap<Long, Long>> copy = new TreeMap<>(intervals);
        other.intervals.forEach((server, ranges) -> {
            NavigableMap<Long, Long> merged = new TreeMap<>(copy.getOrDefault(server, new TreeMap<>()));
            ranges.forEach((first, last) -> insert(merged, first, last));
            copy.put(server, merged);
        });
        return new GtidSet(copy);
    }

    /** What is in this set and not in {@code other}. */
    public GtidSet minus(GtidSet other) {
        Map<UUID, NavigableMap<Long, Long>> rest = new TreeMap<>();
        intervals.forEach((server, ranges) -> {
            NavigableMap<Long, Long> taken = other.intervals.getOrDefault(server, new TreeMap<>());
            NavigableMap<Long, Long> left = new TreeMap<>();
            ranges.forEach((first, last) -> subtract(left, first, last, taken));
            if (!left.isEmpty()) {
                rest.put(server, left);
            }
        });
        return new GtidSet(rest);
    }

    /** How many GTIDs are in the set. */
    public long size() {
        long size = 0;
        for (NavigableMap<Long, Long> ranges : intervals.values()) {
            for (Map.Entry<Long, Long> range : ranges.entrySet()) {
                size += range.getValue() - range.getKey() + 1;
            }
        }
        return size;
    }

    private boolean covers(UUID server, long first, long last) {
        NavigableMap<Long, Long> ranges = intervals.get(server);
        if (ranges == null) {
            return false;
        }
        Map.Entry<Long, Long> range = ranges.floorEntry(first);
        return range != null && range.getValue() >= last;
    }

    private static void insert(NavigableMap<Long, Long> ranges, long first, long last) {
        long from = first;
        long to = last;
        Map.Entry<Long, Long> near = ranges.floorEntry(from);
        if (near != null && near.getValue() >= from - 1) {
            from = near.getKey();
            to = Math.max(to, near.getValue());
        }
        Map.Entry<Long, Long> next = ranges.higherEntry(from);
        while (next != null && next.getKey() <= to + 1) {
            to = Math.max(to, next.getValue());
            ranges.remove(next.getKey());
            next = ranges.higherEntry(from);
        }
        ranges.put(from, to);
    }

    private static void subtract(NavigableMap<Long, Long> left, long first, long last, NavigableMap<Long, Long> taken) {
        long from = first;
        Map.Entry<Long, Long> floor = taken.floorEntry(from);
        if (floor != null && floor.getValue() >= from) {
            from = floor.getValue() + 1;
        }
        while (from <= last) {
            Map.Entry<Long, Long> next = taken.ceilingEntry(from);
            if (next == null || next.getKey() > last) {
                left.put(from, last);
                return;
            }
            if (next.getKey() > from) {
                left.put(from, next.getKey() - 1);
            }
            from = next.getValue() + 1;
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof GtidSet set && intervals.equals(set.intervals);
    }

    @Override
    public int hashCode() {
        return intervals.hashCode();
    }

    /** MySQL's text, in one line, servers in order. */
    @Override
    public String toString() {
        List<String> servers = new ArrayList<>();
        intervals.forEach((server, ranges) -> servers.add(server + ":"
                + ranges.entrySet().stream()
                        .map(range -> range.getKey().equals(range.getValue())
                                ? range.getKey().toString()
                                : range.getKey() + "-" + range.getValue())
                        .collect(Collectors.joining(":"))));
        return String.join(",", servers);
    }
}
