package io.changeover.deploy.log;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hands lines to a thread that writes them, and drops those for which there is no room: who captures or applies never waits for
 * who reads the log. How many were dropped is the first line after them.
 */
final class UnblockedAppender extends AsyncAppender {

    private static final int LINES = 4096;

    private final AtomicLong dropped = new AtomicLong();
    private final Logger logger;

    private UnblockedAppender(LoggerContext context) {
        logger = context.getLogger(UnblockedAppender.class);
    }

    /** Started; {@code lines} is stopped with it. */
    static UnblockedAppender before(Appender<ILoggingEvent> lines, LoggerContext context) {
        UnblockedAppender appender = new UnblockedAppender(context);
        appender.setContext(context);
        appender.setQueueSize(LINES);
        appender.setDiscardingThreshold(0);
        appender.setNeverBlock(true);
        appender.addAppender(lines);
        appender.start();
        return appender;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (getRemainingCapacity() < 2) {
            dropped.incrementAndGet();
            return;
        }
        long lost = dropped.getAndSet(0);
        if (lost > 0) {
            String text = lost + " lines of the log were dropped: they came faster than somebody read them";
            super.append(new LoggingEvent(UnblockedAppender.class.getName(), logger, Level.WARN, text, null, null));
        }
        super.append(event);
    }
}
