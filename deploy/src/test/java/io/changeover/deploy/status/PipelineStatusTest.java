package io.changeover.deploy.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.deploy.status.TableStatus.Stop;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.signal.ReadLimit;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PipelineStatusTest {

    private static final Problem DDL = new Problem(ExitCode.SCHEMA_DRIFT, "s.t", "the table was dropped", "readmit it");

    @Test
    void stopOfCapture_isToldOnce_ofTheOldTable() {
        assertThat(stops(Stop.byCapture(DDL), Stop.byCapture(DDL)))
                .containsExactly("! a.s.t has stopped: [17] s.t: the table was dropped");
    }

    @Test
    void stopOfApply_isToldOfItsPart() {
        assertThat(stops(null, new Stop(Stop.APPLY, 20, "n.x", "too many rows are parked", "look at them")))
                .containsExactly("! a.s.t/x has stopped: [20] n.x: too many rows are parked");
    }

    private static List<String> stops(@Nullable Stop one, @Nullable Stop other) {
        List<TableStatus> tables = List.of(table("a.s.t", one), table("a.s.t/x", other));
        StringWriter out = new StringWriter();
        new PipelineStatus("p", List.of(), tables, "", List.of()).print(new PrintWriter(out, true));
        return out.toString().lines().filter(line -> line.startsWith("!")).toList();
    }

    private static TableStatus table(String label, @Nullable Stop stop) {
        return new TableStatus(
                label,
                "a.s.t",
                "new.n.t",
                TableStatus.STOPPED,
                0,
                0,
                null,
                null,
                ReadLimit.NONE,
                ReadLimit.NONE,
                0,
                0,
                0,
                null,
                0,
                0,
                0,
                null,
                null,
                stop,
                "");
    }
}
