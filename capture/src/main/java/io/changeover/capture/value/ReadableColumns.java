package io.changeover.capture.value;

import io.changeover.capture.schema.CapturedTable;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.Problem;
import java.util.ArrayList;
import java.util.List;

/** Whether every column of a table can be read without loss. */
public final class ReadableColumns {

    private ReadableColumns() {}

    /** A problem (11) for each column whose character set cannot be decoded. */
    public static List<Problem> problems(CapturedTable table) {
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < table.charsets().size(); i++) {
            String charset = table.charsets().get(i);
            if (charset == null) {
                continue;
            }
            String column = table.schema().name() + "."
                    + table.schema().columns().get(i).name();
            try {
                TextCharset.of(charset, column);
            } catch (ChangeoverException e) {
                problems.addAll(e.problems());
            }
        }
        return problems;
    }
}
