package io.changeover.capture;

import io.changeover.capture.publish.HighestTimeline;
import io.changeover.capture.publish.KafkaPublishLog;
import io.changeover.capture.publish.Mark;
import io.changeover.transport.mysql.GtidState;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.position.CaptureStop;
import io.changeover.transport.position.GtidSet;
import io.changeover.transport.position.Progress;
import io.changeover.transport.position.ProgressTopic;
import io.changeover.transport.position.SourcePosition;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An operator's decision that a source which cannot go on from its position begins anew: behind what its server has executed,
 * in a new era of the timeline, so that every row which is read then is newer than all that was published. Capture does it
 * with its next start ({@link Enrolment}), in one transaction; here it is told to.
 *
 * @param source its name
 * @param stop why it has stopped
 * @param position where it stands; its timeline alone counts where the position was lost
 * @param lost whether the position was lost, or cannot be read
 * @param server what the server has executed
 */
public record Acknowledgement(
        String source, CaptureStop stop, SourcePosition position, boolean lost, GtidState server) {

    /** Two bytes in a version. */
    private static final int MAX_TIMELINE = 0xFFFF;

    /**
     * What there is to acknowledge. Changes nothing.
     *
     * @param timeline a number that no version was published above, for a lost position that the topics cannot tell of;
     *     null: not known
     * @param timeout how long Kafka may take
     * @throws ChangeoverException (2) when the source has not stopped, or needs no more than a mended configuration; (12, 13)
     *     when Kafka or the server refuse or do not answer; (18) when the highest timeline cannot be told
     */
    public static Acknowledgement of(CaptureSettings settings, @Nullable Integer timeline, Duration timeout) {
        String source = settings.source().name();
        CaptureStop stop = stop(settings, timeout);
        if (stop.problem().code() == ExitCode.CONFIG || stop.problem().code() == ExitCode.PREFLIGHT) {
            throw refused(source, "it goes on from its position once this is mended: " + stop.problem());
        }
        Optional<SourcePosition> position = position(settings, timeout);
        if (position.isPresent() && timeline != null) {
            throw refused(source, "its position has the timeline: leave --timeline out");
        }
        SourcePosition from = position.orElseGet(() -> SourcePosition.lost(highest(settings, timeline, timeout)));
        MySqlServer server = MySqlServer.of(settings.source().server(), "acknowledge");
        try (Connection connection = server.connect()) {
            return new Acknowledgement(source, stop, from, position.isEmpty(), GtidState.read(connection));
        } catch (SQLException e) {
            throw new ChangeoverException(server.problem(e), e);
        }
    }

    private static int highest(CaptureSettings settings, @Nullable Integer named, Duration timeout) {
        HighestTimeline told = HighestTimeline.read(
                settings.kafka().properties(), settings.rowTopics().values(), timeout);
        if (named == null && !told.silent().isEmpty()) {
            throw untold(settings.source().name(), told);
        }
        if (named != null && (named < told.highest() || named >= MAX_TIMELINE)) {
            throw refused(
                    settings.source().name(),
                    "--timeline " + named + " is not between " + told.highest() + ", which is published, and "
                            + (MAX_TIMELINE - 1));
        }
        return named == null ? told.highest() : named;
    }

    /** Published, and not in the server's history: a failover to a replica that was behind, a restored backup, RESET. */
    public GtidSet struck() {
        return position.completed().minus(server.executed());
    }

    /** In the server's history, and never published: its rows come as they are now, what it deleted comes not at all. */
    public GtidSet missed() {
        return lost ? GtidSet.EMPTY : server.executed().minus(position.completed());
    }

    /** The number of the era that begins. */
    public int timeline() {
        return position.timeline().acknowledged().number();
    }

    /**
     * Does it; a capture that runs is fenced.
     *
     * @throws ChangeoverException (2) when the source has moved since; (12, 13, 16) when Kafka refuses, does not answer, or
     *     another instance took over meanwhile
     */
    public void execute(CaptureSettings settings, Duration timeout) {
        try (KafkaPublishLog log = new KafkaPublishLog(
                settings.kafka().properties(),
                settings.transactionalId(),
                source,
                settings.sourceTopics(),
                settings.topics())) {
            requireUnmoved(settings, timeout); // else a capture that has recovered would be fenced for nothing
            log.fence();
            requireUnmoved(settings, timeout);
            Mark mark = new Mark(Progress.SOURCE_STOP, stop.lift().encode());
            log.appendMarks(lost ? position : null, List.of(mark));
        }
    }

    private void requireUnmoved(CaptureSettings settings, Duration timeout) {
        Optional<SourcePosition> now = position(settings, timeout);
        if (!stop.equals(stop(settings, timeout)) || !Objects.equals(now.orElse(null), lost ? null : position)) {
            throw refused(source, "the source has moved since it was looked at");
        }
    }

    private static CaptureStop stop(CaptureSettings settings, Duration timeout) {
        Map<String, String> marks = ProgressTopic.readMarks(
                settings.kafka().properties(), settings.sourceTopics().progress(), timeout);
        return CaptureStop.ofSource(marks)
                .orElseThrow(() -> refused(settings.source().name(), "capture has not stopped the source"));
    }

    private static Optional<SourcePosition> position(CaptureSettings settings, Duration timeout) {
        try {
            return ProgressTopic.readLatest(
                            settings.kafka().properties(),
                            settings.sourceTopics().progress(),
                            timeout)
                    .position();
        } catch (ChangeoverException e) {
            if (e.code() == ExitCode.POSITION_DAMAGED) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static ChangeoverException untold(String source, HighestTimeline told) {
        return new ChangeoverException(new Problem(
                ExitCode.POSITION_DAMAGED,
                "source " + source,
                "the position is lost; the topics tell of timeline " + told.highest() + ", but " + told.silent()
                        + " may have told of a higher one",
                "name a number that no version is above: --timeline N. It is the highest of SELECT CONV(MAX(HEX(SUBSTR("
                        + "changeover_version, 3, 2))), 16, 10) over the new tables, and of the same over the versions in"
                        + " `changeover`.`tombstone` and `changeover`.`deferred`"));
    }

    private static ChangeoverException refused(String source, String cause) {
        return new ChangeoverException(new Problem(
                ExitCode.USAGE,
                "--source " + source,
                cause,
                "`changeover status` shows how it is; start its capture to see whether it goes on"));
    }
}
