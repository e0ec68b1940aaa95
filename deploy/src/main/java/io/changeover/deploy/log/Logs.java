package io.changeover.deploy.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Sets the log up after the command line was read; before that nothing is logged. */
public final class Logs {

    /** Loggers that say too much, or that print what they must not: client settings with passwords, row data. */
    private static final Map<String, Level> LEVELS = Map.ofEntries(
            Map.entry("io.changeover", Level.INFO),
            Map.entry("io.debezium", Level.WARN),
            Map.entry("io.debezium.metrics.stats", Level.ERROR),
            Map.entry("io.debezium.util", Level.ERROR),
            // what ends the engine is told by us, in our words
            Map.entry("io.debezium.embedded", Level.OFF),
            Map.entry("com.github.shyiko", Level.WARN),
            Map.entry("com.zaxxer.hikari", Level.WARN),
            Map.entry("org.apache.kafka", Level.WARN),
            Map.entry("org.apache.kafka.clients.NetworkClient", Level.ERROR),
            // said for each partition, when a reader that has seen a topic's end goes on
            Map.entry("org.apache.kafka.clients.consumer.internals.OffsetFetcherUtils", Level.ERROR),
            Map.entry("org.apache.kafka.controller", Level.ERROR),
            Map.entry("org.apache.kafka.streams.StreamsConfig", Level.ERROR),
            Map.entry("kafka", Level.ERROR),
            Map.entry("state.change.logger", Level.ERROR));

    private Logs() {}

    /** Warnings for people on stderr; {@code verbose}: also what the parts do. */
    public static void human(boolean verbose) {
        LoggerContext context = reset();
        PatternLayoutEncoder lines = new PatternLayoutEncoder();
        lines.setPattern("%d{HH:mm:ss} %-5level %logger{0}: %msg%n" + (verbose ? "%ex" : "%nopex"));
        ConsoleAppender<ILoggingEvent> stderr = stderr();
        start(context, stderr, lines, verbose ? Level.INFO : Level.WARN);
        attach(context, stderr, verbose ? Level.INFO : Level.ERROR);
        if (!verbose) {
            LEVELS.forEach((logger, level) ->
                    context.getLogger(logger).setLevel(level == Level.OFF ? Level.OFF : Level.ERROR));
            context.getLogger("io.changeover").setLevel(Level.WARN);
        }
    }

    /** JSON lines, one for each event, on stderr or in a file. */
    public static void json(@Nullable Path file, boolean verbose) {
        LoggerContext context = reset();
        JsonEncoder json = new JsonEncoder();
        json.setWithFormattedMessage(true);
        json.setWithMessage(false);
        json.setWithArguments(false);
        json.setWithContext(false);
        json.setWithSequenceNumber(false);
        OutputStreamAppender<ILoggingEvent> lines = file == null ? stderr() : file(file);
        start(context, lines, json, verbose ? Level.DEBUG : Level.INFO);
        attach(context, UnblockedAppender.before(lines, context), Level.INFO);
        if (verbose) {
            context.getLogger("io.changeover").setLevel(Level.DEBUG);
        }
    }

    /** Writes what is still to be written, for a moment at most; nothing is logged after it. */
    public static void end() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).detachAndStopAllAppenders();
    }

    private static ConsoleAppender<ILoggingEvent> stderr() {
        ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
        stderr.setTarget("System.err");
        return stderr;
    }

    private static FileAppender<ILoggingEvent> file(Path path) {
        FileAppender<ILoggingEvent> file = new FileAppender<>();
        file.setFile(path.toString());
        file.setAppend(true);
        return file;
    }

    private static LoggerContext reset() {
        LibraryLog.install();
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        LEVELS.forEach((logger, level) -> context.getLogger(logger).setLevel(level));
        return context;
    }

    /** @param least what is written at all: while the loggers' levels are set anew, a thread may say whatever it likes */
    private static void start(
            LoggerContext context,
            OutputStreamAppender<ILoggingEvent> appender,
            Encoder<ILoggingEvent> encoder,
            Level least) {
        encoder.setContext(context);
        encoder.start();
        ThresholdFilter filter = new ThresholdFilter();
        filter.setLevel(least.toString());
        filter.start();
        appender.addFilter(filter);
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
    }

    private static void attach(LoggerContext context, Appender<ILoggingEvent> appender, Level level) {
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(level);
        root.addAppender(appender);
    }
}
