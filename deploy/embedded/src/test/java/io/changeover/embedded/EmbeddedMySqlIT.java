package io.changeover.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class EmbeddedMySqlIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @Test
    void started_writesRowImagesWithGtids() {
        try (EmbeddedMySql mysql = EmbeddedMySql.create()) {
            assertThat(mysql.rows("SELECT @@gtid_mode, @@enforce_gtid_consistency, @@binlog_format, @@log_bin,"
                            + " @@binlog_row_image, @@version"))
                    .containsExactly(List.of("ON", "ON", "ROW", "1", "FULL", "8.0.31"));
            assertThat(mysql.gtidExecuted()).isEmpty();
            mysql.execute("CREATE DATABASE a", "CREATE TABLE a.t (id INT PRIMARY KEY)");
            assertThat(mysql.gtidExecuted()).isEqualTo(mysql.serverUuid() + ":1-2");
        }
    }

    @Test
    void options_replaceTheDefaults() {
        try (EmbeddedMySql mysql = EmbeddedMySql.builder()
                .option("sync_binlog", "1")
                .option("innodb-flush-log-at-trx-commit", "1")
                .password("p'w\\d")
                .start()) {
            assertThat(mysql.rows("SELECT @@sync_binlog, @@innodb_flush_log_at_trx_commit"))
                    .containsExactly(List.of("1", "1"));
            assertThat(mysql.gtidExecuted()).isEmpty();
        }
    }

    /** Not unpacked and not of a version that was known before. */
    @Test
    void serverInAFolder_isStartedFromThere() {
        Path folder = MySqlDistribution.MYSQL_8_0.base(Directories.cache());
        try (EmbeddedMySql mysql = EmbeddedMySql.builder()
                .distribution(MySqlDistribution.in(folder))
                .start()) {
            assertThat(mysql.rows("SELECT @@basedir, @@version")).containsExactly(List.of(folder + "/", "8.0.31"));
        }
        assertThatThrownBy(() -> MySqlDistribution.in(directory))
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining(directory.resolve("bin/mysqld") + " does not tell its version");
    }

    @Test
    void unknownOption_showsTheErrorLog() {
        assertThatThrownBy(() ->
                        EmbeddedMySql.builder().option("no-such-option", "1").start())
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining("unknown variable 'no-such-option=1'");
    }

    @Test
    void replica_executesWhatThePrimaryDid_andTakesOver() {
        try (EmbeddedMySql primary = EmbeddedMySql.builder().password("secret").start();
                EmbeddedMySql replica = EmbeddedMySql.replicaOf(primary).start()) {
            primary.execute("CREATE DATABASE a", "CREATE TABLE a.t (id INT PRIMARY KEY)", "INSERT INTO a.t VALUES (7)");

            replica.awaitExecuted(primary.gtidExecuted(), SOON);

            assertThat(replica.value("SELECT id FROM a.t")).isEqualTo("7");
            assertThat(replica.serverUuid()).isNotEqualTo(primary.serverUuid());
            assertThat(replica.rows("SELECT @@super_read_only, @@replica_preserve_commit_order, @@log_replica_updates"))
                    .containsExactly(List.of("1", "1", "1"));
            assertThatThrownBy(() -> replica.execute("INSERT INTO a.t VALUES (8)"))
                    .hasMessageContaining("super-read-only");

            replica.stop();
            primary.execute("INSERT INTO a.t VALUES (9)");
            replica.start();
            replica.awaitExecuted(primary.gtidExecuted(), SOON);

            replica.promote();
            replica.kill9();
            replica.start();
            replica.execute("INSERT INTO a.t VALUES (10)");
            assertThat(replica.gtidExecuted()).contains(primary.serverUuid() + ":1-4", replica.serverUuid() + ":1");
        }
    }

    @Test
    void killed_recoversOnTheSameDirectoryAndPort() {
        Path given = directory.resolve("x".repeat(120)); // longer than a socket path may be
        try (EmbeddedMySql mysql = EmbeddedMySql.builder().directory(given).start()) {
            mysql.execute("CREATE DATABASE a", "CREATE TABLE a.t (id INT PRIMARY KEY)", "INSERT INTO a.t VALUES (1)");
            String gtids = mysql.gtidExecuted();
            String uuid = mysql.serverUuid();
            long pid = mysql.pid();

            mysql.kill9();
            assertThat(ProcessHandle.of(pid)).isEmpty();
            mysql.start();

            assertThat(mysql.pid()).isNotEqualTo(pid);
            assertThat(mysql.serverUuid()).isEqualTo(uuid);
            assertThat(mysql.gtidExecuted()).isEqualTo(gtids);
            assertThat(mysql.value("SELECT COUNT(*) FROM a.t")).isEqualTo("1");
        }
        assertThat(given.resolve("data")).isDirectory();
    }

    @Test
    void closed_leavesNeitherProcessNorDirectory() {
        EmbeddedMySql mysql = EmbeddedMySql.create();
        long pid = mysql.pid();
        mysql.close();
        mysql.close();
        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertThat(mysql.dataDirectory()).doesNotExist();
    }

    /** Ways for the JVM to go: by itself without closing anything, by SIGTERM, by SIGKILL. */
    @ParameterizedTest
    @ValueSource(strings = {"exit", "terminate", "kill9"})
    void serverWhoseJvmIsGone_isGoneToo(String way) throws Exception {
        Path output = directory.resolve("output");
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Careless.class.getName(),
                        way)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            await(() -> Files.readString(output).endsWith("ready\n") || !jvm.isAlive());
            String[] lines = Files.readString(output, StandardCharsets.UTF_8).split("\n");
            assertThat(lines).hasSize(3);
            ProcessHandle server = ProcessHandle.of(Long.parseLong(lines[0])).orElseThrow();
            assertThat(server.info().command().orElseThrow()).endsWith("mysqld");
            Path data = Path.of(lines[1]);
            assertThat(data).isDirectory();

            jvm.getOutputStream().close(); // lets "exit" go on
            if (way.equals("terminate")) {
                jvm.destroy();
            } else if (way.equals("kill9")) {
                jvm.destroyForcibly();
            }

            assertThat(jvm.waitFor(30, TimeUnit.SECONDS)).isTrue();
            await(() -> !server.isAlive() && !Files.exists(data));
        } finally {
            jvm.destroyForcibly();
        }
    }

    /** A program that forgets to close its server. */
    static final class Careless {

        private Careless() {}

        public static void main(String[] arguments) throws Exception {
            EmbeddedMySql mysql = EmbeddedMySql.create();
            System.out.println(mysql.pid());
            System.out.println(mysql.dataDirectory());
            System.out.println("ready");
            System.in.transferTo(OutputStream.nullOutputStream());
            if (!arguments[0].equals("exit")) {
                Thread.sleep(60_000);
            }
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("still not so after " + SOON).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
