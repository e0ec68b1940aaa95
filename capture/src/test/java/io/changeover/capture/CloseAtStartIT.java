package io.changeover.capture;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.read.ListAppender;
import io.changeover.transport.definition.StartMode;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import io.debezium.embedded.async.AsyncEmbeddedEngine;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** A capture that is told to end just when its engine begins to poll: the engine throws the poll away, and waits for it. */
@WithServers
@Timeout(120)
class CloseAtStartIT {

    private static final int MOMENT = 5;

    /** Holds the engine between its two last steps until it is being closed. */
    private static final class Meeting extends UnsynchronizedAppenderBase<ILoggingEvent> {

        private final CountDownLatch polls = new CountDownLatch(1);
        private final CountDownLatch closes = new CountDownLatch(1);
        private final CountDownLatch submitted = new CountDownLatch(1);

        @Override
        protected void append(ILoggingEvent event) {
            String message = event.getMessage();
            try {
                if (message.startsWith("Calling connector callback before starting polling")) {
                    polls.countDown();
                    closes.await(MOMENT, TimeUnit.SECONDS);
                } else if (message.startsWith("Stopping Connect task")) {
                    closes.countDown();
                    submitted.await(1, TimeUnit.SECONDS); // nothing tells of it: a second is long enough
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final TestingServers servers;
    private final TestingMySql mysql;
    private final Logger engine = (Logger) LoggerFactory.getLogger(AsyncEmbeddedEngine.class);
    private final Logger capture = (Logger) LoggerFactory.getLogger(Capture.class);
    private final Meeting meeting = new Meeting();
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();

    CloseAtStartIT(TestingServers servers) {
        this.servers = servers;
        this.mysql = servers.source();
    }

    @BeforeEach
    void listen() {
        engine.setLevel(Level.DEBUG);
        engine.setAdditive(false);
        meeting.start();
        engine.addAppender(meeting);
        said.start();
        capture.addAppender(said);
    }

    @AfterEach
    void listenNoMore() {
        engine.detachAppender(meeting);
        engine.setAdditive(true);
        engine.setLevel(null);
        capture.detachAppender(said);
    }

    @Test
    void closedAsItBeginsToPoll_endsInOrder() throws Exception {
        String schema = mysql.freshSchema();
        mysql.execute("CREATE TABLE " + schema + ".t (id INT PRIMARY KEY)");
        try (CapturedSource source =
                new CapturedSource(servers.kafka(), mysql, servers.freshName(), schema, StartMode.now(), "t")) {
            source.start();
            assertThat(meeting.polls.await(60, TimeUnit.SECONDS))
                    .as("the engine begins to poll")
                    .isTrue();
        }
        assertThat(meeting.closes.getCount())
                .as("it was closed before it polled")
                .isZero();
        assertThat(said.list)
                .extracting(ILoggingEvent::getMessage)
                .noneMatch(message -> message.contains("does not end"));
    }
}
