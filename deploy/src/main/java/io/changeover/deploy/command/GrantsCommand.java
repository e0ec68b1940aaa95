package io.changeover.deploy.command;

import io.changeover.deploy.grants.Grant;
import io.changeover.deploy.grants.HeldGrants;
import io.changeover.deploy.grants.NeededGrants;
import io.changeover.deploy.output.Report;
import io.changeover.deploy.output.Terminal;
import io.changeover.deploy.output.TextTable;
import io.changeover.transport.definition.PipelineDefinition;
import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.definition.SourceDefinition;
import io.changeover.transport.definition.TargetDefinition;
import io.changeover.transport.mysql.MySqlServer;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** Prints what each account needs. It must work before anything is granted, so a server that refuses us is no failure. */
@Command(name = "grants", description = "The exact GRANT statements that each part needs, and whether they are there.")
final class GrantsCommand extends PipelineCommand {

    /** @param state {@code there}, {@code missing}, {@code optional} (and missing), or {@code unknown} when the server does not let us look */
    record Line(String server, String part, String statement, String state) {}

    record Grants(List<Line> grants, List<String> unknown) implements Report {

        @Override
        public void print(PrintWriter out) {
            TextTable table = new TextTable("SERVER", "STATE", "STATEMENT", "FOR");
            grants.forEach(line -> table.line(line.server(), line.state(), line.statement(), line.part()));
            table.print(out);
        }
    }

    @Override
    ExitCode run(PipelineDefinition pipeline, Terminal terminal) {
        Grants grants = new Grants(new ArrayList<>(), new ArrayList<>());
        for (SourceDefinition source : pipeline.sources()) {
            add(grants, source.name(), source.server(), NeededGrants.ofSource(pipeline, source.name()));
        }
        for (TargetDefinition target : pipeline.targets()) {
            add(grants, target.name(), target.server(), NeededGrants.ofTarget(pipeline, target));
        }
        terminal.report(grants);
        grants.unknown().forEach(terminal::say);
        boolean missing = grants.grants().stream().anyMatch(line -> line.state().equals("missing"));
        return missing ? ExitCode.DENIED : ExitCode.OK;
    }

    private static void add(Grants grants, String name, ServerAccess access, List<Grant> needed) {
        @Nullable HeldGrants held = null;
        MySqlServer server = MySqlServer.of(access, "grants");
        try (Connection connection = server.connect()) {
            held = HeldGrants.read(connection);
        } catch (SQLException e) {
            Problem problem = server.problem(e);
            grants.unknown().add(name + ": cannot look at the grants: " + problem.cause());
        }
        String account = held == null ? "'" + access.user() + "'@'%'" : held.account();
        for (Grant grant : needed) {
            String lacking = grant.optional() ? "optional" : "missing";
            String state = held == null ? "unknown" : held.include(grant) ? "there" : lacking;
            grants.grants().add(new Line(name, grant.why(), grant.statement(account), state));
        }
    }
}
