package io.changeover.deploy.command;

import io.changeover.apply.operation.ReplayGoal;
import io.changeover.transport.topic.TopicLog;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** One of the points to which a partition can be put, by the names that Kafka's own `--reset-offsets` has for them. */
final class ReplayPoint {

    @Option(names = "--to-offset", paramLabel = "N", description = "To this offset.")
    private @Nullable Long toOffset;

    @Option(
            names = "--to-datetime",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description =
                    "To the first message of this time or later: 2026-05-01T13:00:00.000, UTC if without an offset."
                            + " What is behind it stays.")
    private @Nullable Instant toDatetime;

    @Option(
            names = "--by-duration",
            paramLabel = "TIME",
            description = "To the first message that is not older than this: PT1H, P2D. What is behind it stays.")
    private @Nullable Duration byDuration;

    @Option(names = "--to-earliest", description = "To the first message that the topic has.")
    private boolean toEarliest;

    @Option(names = "--to-latest", description = "To the end of the topic.")
    private boolean toLatest;

    @Option(names = "--shift-by", paramLabel = "N", description = "By so many messages; back with a minus.")
    private @Nullable Long shiftBy;

    ReplayGoal goal(TopicLog log) {
        if (toOffset != null) {
            return ReplayGoal.to(toOffset);
        }
        if (shiftBy != null) {
            return ReplayGoal.shiftBy(shiftBy);
        }
        if (toEarliest) {
            return ReplayGoal.toEarliest();
        }
        if (toLatest) {
            return ReplayGoal.toLatest();
        }
        Instant time = byDuration != null ? Instant.now().minus(byDuration) : Objects.requireNonNull(toDatetime);
        return ReplayGoal.toTime(log, time);
    }

    /** Reads {@code 2026-05-01T13:00:00}, with an offset or without. */
    static final class TimeConverter implements ITypeConverter<Instant> {

        @Override
        public Instant convert(String value) {
            try {
                TemporalAccessor time =
                        DateTimeFormatter.ISO_DATE_TIME.parseBest(value, OffsetDateTime::from, LocalDateTime::from);
                return time instanceof OffsetDateTime exact
                        ? exact.toInstant()
                        : LocalDateTime.from(time).toInstant(ZoneOffset.UTC);
            } catch (DateTimeException e) {
                throw new TypeConversionException(
                        "not a time like 2026-05-01T13:00:00 or 2026-05-01T13:00:00Z: " + value);
            }
        }
    }
}
