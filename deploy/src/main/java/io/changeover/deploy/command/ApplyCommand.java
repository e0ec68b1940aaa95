package io.changeover.deploy.command;

import io.changeover.apply.Apply;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.worker.Worker;
import java.util.List;
import picocli.CommandLine.Command;

/** The pipeline's apply as a process of its own; several share the partitions. */
@Command(name = "apply", description = "Applies the pipeline's topics; start several to share the work.")
final class ApplyCommand extends WorkerCommand {

    @Override
    List<Worker> workers(PipelineDefinition pipeline) {
        return List.of(new Apply(pipeline));
    }
}
