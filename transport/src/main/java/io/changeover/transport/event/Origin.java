package io.changeover.transport.event;

import java.util.Locale;

/** The road by which a row came: read from the binlog, or read from the table as it is now. */
public enum Origin {
    STREAM,
    BACKFILL,
    REFRESH;

    /** The text in a message. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Origin parse(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
