package io.changeover.deploy.command;

import io.changeover.capture.Capture;
import io.changeover.capture.CaptureSettings;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.worker.Worker;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One source's capture as a process of its own. */
@Command(name = "capture", description = "Captures one source; what it needs is made by `prepare --execute`.")
final class CaptureCommand extends WorkerCommand {

    @Option(names = "--source", paramLabel = "NAME", description = "The source; not needed where the pipeline has one.")
    private @Nullable String source;

    @Override
    List<Worker> workers(PipelineDefinition pipeline) {
        return List.of(new Capture(CaptureSettings.of(pipeline, Pipelines.source(pipeline, source))));
    }
}
