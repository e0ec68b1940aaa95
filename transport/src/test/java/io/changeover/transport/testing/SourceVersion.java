package io.changeover.transport.testing;

import io.changeover.embedded.MySqlDistribution;
import java.nio.file.Path;

/** Which MySQL is the old database of the tests; the profile {@code versions} runs some of them on several. */
final class SourceVersion {

    /** System property: {@code 5.7}, {@code 8.0} or the folder of another one; {@code none} where there is no other one. */
    private static final String WANTED = System.getProperty("source.mysql", "8.0");

    private SourceVersion() {}

    static boolean isThere() {
        return !WANTED.equals("none");
    }

    static MySqlDistribution distribution() {
        return switch (WANTED) {
            case "5.7" -> MySqlDistribution.MYSQL_5_7;
            case "8.0" -> MySqlDistribution.MYSQL_8_0;
            default -> MySqlDistribution.in(Path.of(WANTED));
        };
    }
}
