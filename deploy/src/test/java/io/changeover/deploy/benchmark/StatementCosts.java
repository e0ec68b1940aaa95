package io.changeover.deploy.benchmark;

import io.changeover.embedded.EmbeddedMySql;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What apply's statements cost the new server, in CPU seconds of their threads, as its performance_schema tells. The guard's are
 * those that a writer without versions would not need: it looks at no row before, and forgets what it has deleted.
 *
 * @param rows inserts, updates and deletes of rows
 * @param looks of the versions of rows and of tombstones
 * @param tombstones written
 * @param rest progress and commits
 */
record StatementCosts(double rows, double looks, double tombstones, double rest) {

    private static final String SUMMARY = "performance_schema.events_statements_summary_by_digest";

    /** From here on. */
    static void begin(EmbeddedMySql server) {
        server.execute(
                "UPDATE performance_schema.setup_consumers SET ENABLED = 'YES' WHERE NAME = 'events_statements_cpu'",
                "TRUNCATE " + SUMMARY);
    }

    static StatementCosts of(EmbeddedMySql server) {
        List<List<@Nullable String>> row =
                server.rows("SELECT SUM(IF(NOT guard AND DIGEST_TEXT RLIKE '^(INSERT|UPDATE|DELETE)' AND"
                        + " NOT progress, cpu, 0)), SUM(IF(guard AND DIGEST_TEXT LIKE 'SELECT%', cpu, 0)),"
                        + " SUM(IF(guard AND DIGEST_TEXT NOT LIKE 'SELECT%', cpu, 0)),"
                        + " SUM(IF((progress AND DIGEST_TEXT LIKE 'UPDATE%') OR DIGEST_TEXT = 'COMMIT', cpu, 0))"
                        + " FROM (SELECT DIGEST_TEXT, SUM_CPU_TIME / 1e12 AS cpu, DIGEST_TEXT LIKE '%`tombstone`%'"
                        + " OR DIGEST_TEXT LIKE 'SELECT%FOR UPDATE OF%' AS guard, DIGEST_TEXT LIKE '%`progress`%' AS progress FROM "
                        + SUMMARY + ") d");
        List<Double> seconds = row.get(0).stream()
                .map(text -> Double.valueOf(String.valueOf(text)))
                .toList();
        return new StatementCosts(seconds.get(0), seconds.get(1), seconds.get(2), seconds.get(3));
    }

    /** What the guard adds to all others, in percent. */
    double guardPercent() {
        return 100 * (looks + tombstones) / (rows + rest);
    }

    String perMillion(long changes) {
        return String.format(
                Locale.ROOT,
                "new server's statements, CPU s per million: rows %.1f, progress and commits %.1f, guard %.1f (looks %.1f,"
                        + " tombstones %.1f): it adds %.0f%%",
                rows * 1e6 / changes,
                rest * 1e6 / changes,
                (looks + tombstones) * 1e6 / changes,
                looks * 1e6 / changes,
                tombstones * 1e6 / changes,
                guardPercent());
    }
}
