package io.changeover.apply.operation;

import io.changeover.apply.guard.Deferred;
import io.changeover.transport.event.TableName;
import io.changeover.transport.event.Version;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An image that waits beside its new table.
 *
 * @param id where it is kept
 * @param key the message's: {@code {"id":"1"}}; null when the message cannot be understood
 * @param version {@link Version#NONE} when the message cannot be understood
 * @param since when something of the key was put aside first
 */
public record WaitingRow(
        Id id,
        TableName table,
        @Nullable String key,
        Deferred.Kind kind,
        Version version,
        String reason,
        String topic,
        int partition,
        long offset,
        Instant since) {

    /** A row of {@code changeover}.{@code deferred}. */
    public record Id(int target, int source, String keyHash) {}

    private static final Pattern CODE = Pattern.compile("MySQL error (\\d+) ");

    /** {@code topic-partition@offset} of the message. */
    public String place() {
        return topic + "-" + partition + "@" + offset;
    }

    /** MySQL's error number; null when it was not MySQL that refused the row. */
    public @Nullable Integer code() {
        Matcher code = CODE.matcher(reason);
        return code.find() ? Integer.valueOf(code.group(1)) : null;
    }

    /** Whether it is a row at all; what is none cannot be tried again. */
    public boolean isRow() {
        return key != null;
    }
}
