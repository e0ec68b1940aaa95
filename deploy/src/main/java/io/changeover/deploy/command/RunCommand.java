package io.changeover.deploy.command;

import io.changeover.apply.Apply;
import io.changeover.capture.Capture;
import io.changeover.capture.CaptureSettings;
import io.changeover.deploy.run.PipelineServers;
import io.changeover.deploy.run.Preparation;
import io.changeover.reconcile.schedule.Reconcile;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.worker.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** Everything in one process, for small migrations and trials. */
@Command(name = "run", description = "Capture, apply and reconcile in one process; prepares what is missing first.")
final class RunCommand extends WorkerCommand {

    @Override
    List<Worker> workers(PipelineDefinition pipeline) {
        new Preparation(pipeline, Duration.ofSeconds(30)).execute();
        List<Worker> workers = new ArrayList<>();
        pipeline.sources().forEach(source -> workers.add(new Capture(CaptureSettings.of(pipeline, source.name()))));
        workers.add(new Apply(pipeline));
        workers.add(new Reconcile(pipeline, new PipelineServers(pipeline)));
        return workers;
    }
}
