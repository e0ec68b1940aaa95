package io.changeover.capture.publish;

/**
 * A durable note beside the position: the progress of a backfill, the acknowledgement of a signal. The last mark of a key
 * counts.
 *
 * @param key record key on the progress topic, unique per noted thing
 * @param json the note
 */
public record Mark(String key, String json) {}
