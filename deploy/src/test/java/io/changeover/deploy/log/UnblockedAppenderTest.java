package io.changeover.deploy.log;

import static io.changeover.transport.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.AppenderBase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UnblockedAppenderTest {

    /** As stderr is a pipe that nobody reads: writing a line does not return. */
    private static final class Pipe extends AppenderBase<ILoggingEvent> {

        private final CountDownLatch read = new CountDownLatch(1);
        private final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent event) {
            try {
                read.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            lines.add(event.getFormattedMessage());
        }
    }

    @Test
    void logThatNobodyReads_holdsNobodyUp_andSaysWhatItDropped() throws Exception {
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        Pipe pipe = new Pipe();
        pipe.setContext(context);
        pipe.start();
        UnblockedAppender appender = UnblockedAppender.before(pipe, context);
        Logger logger = context.getLogger("work");
        logger.addAppender(appender);

        int written = 10_000;
        for (int i = 0; i < written; i++) {
            logger.error("line {}", i); // whatever its level
        }
        pipe.read.countDown();
        eventually(
                Duration.ofSeconds(30),
                () -> "old lines: " + pipe.lines.size(),
                () -> appender.getNumberOfElementsInQueue() == 0);
        logger.info("after it");
        eventually(Duration.ofSeconds(30), "the last line", () -> pipe.lines.contains("after it"));

        int kept = pipe.lines.indexOf("after it") - 1;
        assertThat(pipe.lines.get(0)).isEqualTo("line 0");
        assertThat(pipe.lines.get(kept)).startsWith(written - kept + " lines of the log were dropped");
        appender.stop();
    }
}
