package io.changeover.deploy.status;

import io.changeover.transport.position.CaptureStop;
import org.jspecify.annotations.Nullable;

/**
 * How far the capture of a source is.
 *
 * @param phase {@code not started}, {@code behind}, {@code in step}, {@code stopped}; {@code begins anew} when that was
 *     acknowledged and its capture has not started since; {@code unknown} when the source does not answer
 * @param missing transactions that the source has committed and the topics do not have; -1 unknown
 * @param lagSeconds how old the newest published transaction is while some are missing; null unknown
 * @param binlogSeconds how long the server keeps its binlogs; null for ever, or unknown
 * @param readsWait why backfill and refresh read nothing at the moment, though nobody has paused them; null: they may
 * @param captures which instances capture it; null unknown
 * @param stop why it is captured no more, with what to do; null while it goes on
 */
public record SourceStatus(
        String source,
        String phase,
        long missing,
        @Nullable Double lagSeconds,
        @Nullable Long binlogSeconds,
        @Nullable String readsWait,
        CaptureGroups.@Nullable Instances captures,
        @Nullable String stop) {

    static final String STOPPED = "stopped";
    static final String BEGINS_ANEW = "begins anew";

    static SourceStatus stopped(
            String source,
            CaptureStop stop,
            @Nullable Double lagSeconds,
            @Nullable Long binlogSeconds,
            CaptureGroups.@Nullable Instances captures) {
        String phase = stop.lifted() ? BEGINS_ANEW : STOPPED;
        return new SourceStatus(
                source,
                phase,
                -1,
                lagSeconds,
                binlogSeconds,
                null,
                captures,
                stop.problem().toString());
    }
}
