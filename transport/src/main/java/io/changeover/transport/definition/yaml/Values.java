package io.changeover.transport.definition.yaml;

import io.changeover.transport.definition.MappingExpression;
import io.changeover.transport.definition.OnCollision;
import io.changeover.transport.definition.Recurrence;
import io.changeover.transport.definition.Secret;
import io.changeover.transport.definition.ShardSettings;
import io.changeover.transport.definition.StartMode;
import io.changeover.transport.topic.TopicNames;
import io.changeover.transport.topic.TopicSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The types of the definition's values. */
final class Values {

    static final ValueType<String> TEXT = ValueType.described("text", require(text -> !text.isBlank()));
    static final ValueType<String> ANY_TEXT = ValueType.described("text", text -> text);
    static final ValueType<Secret> SECRET =
            ValueType.described("text, best `${env:NAME}` or `${file:/path}`", Secret::of);
    static final ValueType<String> NAME =
            ValueType.described("a name: 1 to 100 letters, digits, `_` and `-`", require(TopicNames::isName));
    static final ValueType<String> TOPIC = ValueType.described(
            "a topic name: up to 249 letters, digits, `.`, `_` and `-`", require(TopicNames::isTopic));
    static final ValueType<String> SHARD_TABLE = ValueType.described(
            "a table name with `" + ShardSettings.PLACE + "` in it",
            require(text -> text.contains(ShardSettings.PLACE)));
    static final ValueType<Integer> PORT = number("a port, 1 to 65535", 1, 65_535);
    static final ValueType<Optional<Integer>> PORT_OR_OFF =
            ValueType.described("a port, 1 to 65535, or `off`", orOff(text -> bounded(text, 1, 65_535)));
    static final ValueType<Integer> PARTITIONS = number("a number, 1 to 10000", 1, 10_000);
    static final ValueType<Integer> REPLICATION = ValueType.described(
            "a number, 1 to 100, or `broker` for what the brokers are set to",
            text -> text.equals("broker") ? TopicSettings.BROKER_DEFAULT : bounded(text, 1, 100));
    static final ValueType<Integer> ROWS = number("a number, 0 to 1000000", 0, 1_000_000);
    static final ValueType<Integer> PERCENT = number("a number, 0 to 100", 0, 100);
    static final ValueType<Integer> READERS = number("a number, 1 to 32", 1, 32);
    static final ValueType<Integer> CHUNK_ROWS = number("a number, 1 to 100000", 1, 100_000);
    static final ValueType<Optional<Integer>> THREADS =
            ValueType.described("a number, 1 to 100000, or `off`", orOff(text -> bounded(text, 1, 100_000)));
    static final ValueType<Optional<Integer>> ROWS_PER_SECOND =
            ValueType.described("a number, 1 to 100000000, or `off`", orOff(text -> bounded(text, 1, 100_000_000)));
    static final ValueType<Integer> SHARDS = number("a number, 1 to 1024", 1, 1024);
    static final ValueType<Boolean> FLAG = ValueType.described("`true` or `false`", Values::flag);
    static final ValueType<Duration> DURATION =
            ValueType.described("a duration: `500ms`, `30s`, `15m`, `2h`, `7d`", Values::duration);
    static final ValueType<Recurrence> RECURRENCE = ValueType.described(
            "a duration (`15m`, `1d`), or minute, hour, day of month, month and day of week in UTC, as cron has them (`30 3 * * *`)",
            Values::recurrence);
    static final ValueType<Optional<Duration>> DURATION_OR_OFF =
            ValueType.described("a duration (`30s`, `15m`), or `off`", orOff(Values::duration));
    static final ValueType<Integer> SIZE = ValueType.described("a size, 1KiB to 1GiB: `512KiB`, `16MiB`", Values::size);
    static final ValueType<OnCollision> ON_COLLISION =
            ValueType.described("`park`, `stop` or `prefer <source>`", OnCollision::parse);
    static final ValueType<StartMode> START = new ValueType<>(
            "`snapshot`, `now` or `gtid:<set>`",
            "write `snapshot`, `now`, or `gtid:` and the set as SELECT @@gtid_executed prints it (uuid:1-5:7,uuid:1-3)",
            StartMode::parse);
    static final ValueType<MappingExpression> EXPRESSION = new ValueType<>(
            "a MySQL expression over the old row's columns",
            "write one MySQL expression whose value follows from the old row's columns alone",
            MappingExpression::parse);
    static final ValueType<TablePlace> PLACE = new ValueType<>(
            "`server.schema.table` or `server.schema.*`",
            "write `server.schema.table` or `server.schema.*`; a name with a dot in it stands in backquotes",
            TablePlace::parse);

    private static final Pattern DURATION_TEXT = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
    private static final Map<String, Duration> UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));
    private static final Pattern SIZE_TEXT = Pattern.compile("([0-9]{1,9})(KiB|MiB|GiB)");
    private static final Map<String, Long> SIZE_UNITS = Map.of("KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

    private Values() {}

    private static ValueType<Integer> number(String description, int least, int most) {
        return ValueType.described(description, text -> bounded(text, least, most));
    }

    private static <T> Function<String, Optional<T>> orOff(Function<String, T> reader) {
        return text -> text.equals("off") ? Optional.empty() : Optional.of(reader.apply(text));
    }

    private static int bounded(String text, int least, int most) {
        int number = Integer.parseInt(text);
        if (number < least || number > most) {
            throw new IllegalArgumentException(text);
        }
        return number;
    }

    private static boolean flag(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException(text);
        }
        return text.equals("true");
    }

    private static Recurrence recurrence(String text) {
        return text.trim().contains(" ") ? new Recurrence.Cron(text) : new Recurrence.Every(duration(text));
    }

    private static Duration duration(String text) {
        Matcher parts = matched(DURATION_TEXT, text);
        Duration unit = UNITS.getOrDefault(parts.group(2), Duration.ZERO);
        return positive(unit.multipliedBy(Long.parseLong(parts.group(1))), text);
    }

    private static Duration positive(Duration duration, String text) {
        if (duration.isZero()) {
            throw new IllegalArgumentException(text);
        }
        return duration;
    }

    private static int size(String text) {
        Matcher parts = matched(SIZE_TEXT, text);
        long bytes = Long.parseLong(parts.group(1)) * SIZE_UNITS.getOrDefault(parts.group(2), 0L);
        return bounded(Long.toString(bytes), 1 << 10, 1 << 30);
    }

    private static Matcher matched(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text);
        }
        return matcher;
    }

    private static Function<String, String> require(Predicate<String> rule) {
        return text -> {
            if (!rule.test(text)) {
                throw new IllegalArgumentException(text);
            }
            return text;
        };
    }
}
