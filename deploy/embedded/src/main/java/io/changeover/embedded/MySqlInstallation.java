package io.changeover.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A distribution that is ready to run, with a freshly initialised data directory to copy from, made once per machine and
 * user.
 *
 * @param base folder with {@code bin/mysqld}
 * @param template a data directory without {@code auto.cnf}, so that every copy gets its own server uuid
 * @param environment what {@code mysqld} needs to find its libraries
 */
record MySqlInstallation(MySqlDistribution distribution, Path base, Path template, Map<String, String> environment) {

    private static final Logger LOG = LoggerFactory.getLogger(MySqlInstallation.class);

    /** Part of the data directory's name: raise it when the way to initialise changes. */
    private static final int LAYOUT = 1;

    static MySqlInstallation of(MySqlDistribution distribution) {
        Path cache = Directories.cache();
        Path base = distribution.base(cache);
        Map<String, String> environment = SharedLibraries.neededBy(base.resolve("bin/mysqld"));
        Path template = Directories.fillOnce(
                cache.resolve("mysql-" + distribution.version() + "-" + LAYOUT + "-data"),
                folder -> initialize(distribution, base, environment, folder));
        return new MySqlInstallation(distribution, base, template, environment);
    }

    /** The options that every run of {@code mysqld} needs. */
    static List<String> command(Path base, Path data) {
        List<String> command = new ArrayList<>(List.of(
                base.resolve("bin/mysqld").toString(),
                "--no-defaults",
                "--basedir=" + base,
                "--datadir=" + data,
                "--lc-messages-dir=" + base.resolve("share"),
                "--character-sets-dir=" + base.resolve("share/charsets")));
        if ("root".equals(System.getProperty("user.name"))) {
            command.add("--user=root"); // mysqld refuses root unless told
        }
        return command;
    }

    private static void initialize(
            MySqlDistribution distribution, Path base, Map<String, String> environment, Path folder)
            throws IOException {
        LOG.info("initialising a MySQL {} data directory", distribution.version());
        Path work = Directories.newScratch("init");
        try {
            Path users = work.resolve("users.sql");
            // Over TCP root@localhost does not match, because names are not resolved.
            Files.writeString(users, """
                    CREATE USER 'root'@'127.0.0.1' IDENTIFIED BY '';
                    GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;
                    """);
            Path data = work.resolve("data");
            Path log = work.resolve("init.log");
            List<String> command = command(base, data);
            command.addAll(List.of("--initialize-insecure", "--init-file=" + users, "--skip-log-bin"));
            if (distribution.isAtLeast(8, 0, 30)) {
                command.add("--innodb-redo-log-capacity=" + (16 << 20));
            } else {
                command.add("--innodb-log-file-size=" + (16 << 20));
            }
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            int status = builder.start().waitFor();
            if (status != 0) {
                throw new EmbeddedServerException("mysqld --initialize ended with " + status + "\n" + tail(log));
            }
            Files.deleteIfExists(data.resolve("auto.cnf"));
            Directories.copy(data, folder);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedServerException("interrupted while initialising MySQL", e);
        } finally {
            Directories.delete(work);
        }
    }

    /** The last lines of a log, for error messages. */
    static String tail(Path log) {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            List<String> all = lines.toList();
            return "--- end of " + log + "\n"
                    + String.join("\n", all.subList(Math.max(0, all.size() - 20), all.size()));
        } catch (IOException e) {
            return "--- " + log + " could not be read: " + e.getMessage();
        }
    }
}
