package io.changeover.deploy.report;

import io.changeover.reconcile.Mismatch;
import io.changeover.reconcile.Mismatch.Kind;
import io.changeover.reconcile.TableReport;
import java.util.List;
import java.util.Map;

/**
 * What a comparison says of one table, as JSON.
 *
 * @param verdict {@code equal}, {@code different} or {@code could not tell}
 * @see TableReport
 */
public record TableJson(
        String table,
        String target,
        String verdict,
        long sourceRows,
        long targetRows,
        Map<Kind, Long> different,
        long mended,
        long undecided,
        List<Mismatch> samples,
        List<String> remarks,
        boolean complete,
        double seconds) {

    public static TableJson of(TableReport table) {
        return new TableJson(
                table.table(),
                table.target(),
                table.verdict().toString(),
                table.sourceRows(),
                table.targetRows(),
                table.different(),
                table.mended(),
                table.undecided(),
                table.samples(),
                table.remarks(),
                table.complete(),
                table.seconds());
    }
}
