package io.changeover.capture.publish;

import org.jspecify.annotations.Nullable;

/**
 * A note on the progress topic that becomes readable together with the rows it speaks of.
 *
 * @param key record key; a later mark of the same key replaces it
 * @param json record value; null takes the mark of before away
 */
public record Mark(String key, @Nullable String json) {

    /** Takes a mark away. */
    public static Mark none(String key) {
        return new Mark(key, null);
    }
}
