package io.changeover.deploy.log;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.slf4j.LoggerFactory;

/** Takes what a library logs by the platform's own means to where all else is logged; it would wait for who reads stderr. */
final class LibraryLog extends Handler {

    private LibraryLog() {}

    /** In the place of whatever the platform would do; warnings only. */
    static void install() {
        Logger all = LogManager.getLogManager().getLogger("");
        for (Handler handler : all.getHandlers()) {
            all.removeHandler(handler);
        }
        all.setLevel(Level.WARNING);
        all.addHandler(new LibraryLog());
    }

    @Override
    public void publish(LogRecord line) {
        LoggerFactory.getLogger(String.valueOf(line.getLoggerName())).warn("{}", line.getMessage(), line.getThrown());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
