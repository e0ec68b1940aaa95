package io.changeover.deploy.command;

import io.changeover.apply.guard.Deferred;
import io.changeover.apply.operation.WaitingRow;
import io.changeover.deploy.output.Report;
import io.changeover.deploy.output.Terminal;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.problem.ExitCode;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** One row with its message. */
@Command(name = "show", description = "Shows one row that waits, with its message: row data.")
final class ParkedShowCommand extends ParkedRowsCommand {

    /** @param message as it came; null when it waits no more */
    record Image(Line row, @Nullable String message) {}

    /** The row on each place where it waits. */
    record Images(List<Image> images) implements Report {

        @Override
        public void print(PrintWriter out) {
            for (Image image : images) {
                Line row = image.row();
                out.println("table    " + row.table());
                out.println("target   " + row.target());
                out.println("key      " + (row.key() == null ? "none: the message is not understood" : row.key()));
                out.println("kind     " + row.kind() + " since " + row.since());
                out.println("version  " + row.version());
                out.println("at       " + row.at());
                out.println("reason   " + row.reason());
                out.println("message  " + (image.message() == null ? "waits no more" : image.message()));
            }
        }
    }

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    ExitCode run(PipelineDefinition pipeline, Terminal terminal) {
        if (!namesOne()) {
            throw new ParameterException(spec.commandLine(), "name the row: --key or --at");
        }
        List<Image> images = new ArrayList<>();
        for (Group group : groups(pipeline, List.of(Deferred.Kind.values()), Integer.MAX_VALUE)) {
            for (WaitingRow row : group.rows()) {
                String message = group.with(waiting -> waiting.message(row))
                        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                        .orElse(null);
                images.add(new Image(group.line(row, null), message));
            }
        }
        terminal.report(new Images(images));
        return ExitCode.OK;
    }
}
