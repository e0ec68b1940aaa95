package io.changeover.deploy.command;

import io.changeover.deploy.log.Logs;
import io.changeover.deploy.output.OutputFormat;
import io.changeover.deploy.output.Terminal;
import io.changeover.transport.problem.ExitCode;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code changeover}: global options, and the one place where failures become exit codes. */
@Command(
        name = "changeover",
        description = "Moves live MySQL tables to a new schema through Kafka, and proves that nothing was lost.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        version = "changeover 0.1.0",
        sortOptions = false,
        subcommands = {
            QuickstartCommand.class,
            CheckCommand.class,
            PlanCommand.class,
            PrepareCommand.class,
            RunCommand.class,
            CaptureCommand.class,
            ApplyCommand.class,
            StatusCommand.class,
            WaitCommand.class,
            RefreshCommand.class,
            ReadmitCommand.class,
            ExplainRowCommand.class,
            ReplayCommand.class,
            ParkedCommand.class,
            AcknowledgeCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            ThrottleCommand.class,
            ReconcileCommand.class,
            SchemaCommand.class,
            GrantsCommand.class,
            SampleCommand.class
        },
        footer = {
            "",
            "Exit codes: 0 ok, 1 bug, 2 usage, 10 config, 11 preflight, 12 denied, 13 unreachable, 14 gap in the source log,",
            "15 unsafe event, 16 fenced, 17 schema drift, 18 position damaged, 19 topic changed, 20 park limit,",
            "21 gate not met, 22 differences found."
        })
public final class ChangeoverCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "The pipeline definition (default: ${DEFAULT-VALUE}).")
    private Path config = Path.of("changeover.yaml");

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json|jsonl",
            scope = ScopeType.INHERIT,
            description = "Form of the data on stdout; jsonl: one object a line (default: ${DEFAULT-VALUE}).")
    private OutputFormat output = OutputFormat.table;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Say what is being done, and show the stack of an unexpected error.")
    private boolean verbose;

    /** The command line, ready to be executed. */
    public static CommandLine line(PrintWriter out, PrintWriter err) {
        ChangeoverCommand top = new ChangeoverCommand();
        CommandLine line = new CommandLine(top)
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false);
        return line.setExecutionExceptionHandler(
                        (failure, command, parsed) -> new Failures(top.terminal(), top.verbose).exit(failure))
                .setExecutionStrategy(parsed -> {
                    // workers set their own log up when they start
                    Logs.human(top.verbose);
                    return new CommandLine.RunLast().execute(parsed);
                });
    }

    /** Says that a thread ended with a failure that nobody expected. */
    public static void died(Thread thread, Throwable failure, PrintWriter err) {
        new Failures(new Terminal(err, err, OutputFormat.table), false).died(thread.getName(), failure);
    }

    /** Without a subcommand. */
    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "name a command");
    }

    Terminal terminal() {
        CommandLine line = spec.commandLine();
        return new Terminal(line.getOut(), line.getErr(), output);
    }

    Path config() {
        return config;
    }

    boolean verbose() {
        return verbose;
    }

    static int code(ExitCode code) {
        return code.number();
    }
}
