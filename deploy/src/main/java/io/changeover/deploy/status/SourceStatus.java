package io.changeover.deploy.status;

import org.jspecify.annotations.Nullable;

/**
 * How far the capture of a source is.
 *
 * @param phase {@code not started}, {@code behind}, {@code in step}, {@code unknown} when the source does not answer
 * @param missing transactions that the source has committed and the topics do not have; -1 unknown
 * @param lagSeconds how old the newest published transaction is while some are missing; null unknown
 * @param readsWait why backfill and refresh read nothing at the moment, though nobody has paused them; null: they may
 * @param captures which instances capture it; null unknown
 */
public record SourceStatus(
        String source,
        String phase,
        long missing,
        @Nullable Double lagSeconds,
        @Nullable String readsWait,
        CaptureGroups.@Nullable Instances captures) {}
