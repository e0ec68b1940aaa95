package io.changeover.deploy.command;

import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.worker.Worker;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** A command that works until it is told to end. */
abstract class WorkerCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private ChangeoverCommand top;

    @Option(names = "--log-file", paramLabel = "FILE", description = "Log JSON lines there instead of stderr.")
    private @Nullable Path logFile;

    @Option(
            names = "--http",
            paramLabel = "[HOST:]PORT",
            converter = HttpOption.Converter.class,
            description = HttpOption.DESCRIPTION)
    private @Nullable HttpOption http;

    /** The workers, each after the ones that it reads from; everything that they need is made before. */
    abstract List<Worker> workers(PipelineDefinition pipeline);

    @Override
    public Integer call() throws InterruptedException {
        return new WorkerProcess(top, http, this::workers).run(logFile);
    }
}
