package io.changeover.capture.source;

import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings that capture rests on. Refused, never changed: they are the server's owner's. */
public final class ServerSettings {

    private final String place;
    private final ServerVariables variables;
    private final List<Problem> problems = new ArrayList<>();

    private ServerSettings(String place, ServerVariables variables) {
        this.place = place;
        this.variables = variables;
    }

    /** @param replica whether the server follows another one */
    public static List<Problem> problems(String place, ServerVariables variables, boolean replica) {
        ServerSettings settings = new ServerSettings(place, variables);
        settings.check(replica);
        return settings.problems;
    }

    private void check(boolean replica) {
        require("log_bin", "ON", "start the server with --log-bin");
        if (variables.is("server_id", "0")) {
            refuse(
                    "server_id = 0: such a server sends its binlog to nobody",
                    "SET PERSIST server_id = 1; or another number that no server of the replication has");
        }
        require(
                "gtid_mode",
                "ON",
                "one step after the other, each on all servers of the replication: SET PERSIST enforce_gtid_consistency = ON;"
                        + " SET PERSIST gtid_mode = OFF_PERMISSIVE; SET PERSIST gtid_mode = ON_PERMISSIVE; wait until SHOW"
                        + " STATUS LIKE 'ONGOING_ANONYMOUS_TRANSACTION_COUNT' is 0 and replicas have caught up,"
                        + " SET PERSIST gtid_mode = ON;");
        require("binlog_format", "ROW", "SET PERSIST binlog_format = 'ROW'; and reconnect all clients");
        require("binlog_row_image", "FULL", "SET PERSIST binlog_row_image = 'FULL'; and reconnect all clients");
        if (variables.get("binlog_row_value_options") != null) {
            require("binlog_row_value_options", "", "SET PERSIST binlog_row_value_options = '';");
        }
        if (replica) {
            checkReplica();
        }
    }

    private void checkReplica() {
        String logged = variables.first("log_replica_updates", "log_slave_updates");
        if (!"ON".equalsIgnoreCase(logged)) {
            refuse(
                    "a replica with log_replica_updates = " + logged + ": what it applies is not in its binlog",
                    "start the replica with --log-replica-updates, or capture from another server");
        }
        if (number(variables.first("replica_parallel_workers", "slave_parallel_workers")) > 0
                && !isOn(variables.first("replica_preserve_commit_order", "slave_preserve_commit_order"))) {
            refuse(
                    "a parallel replica that does not preserve the commit order",
                    "STOP REPLICA SQL_THREAD; SET PERSIST replica_preserve_commit_order = ON; START REPLICA SQL_THREAD;");
        }
    }

    private void require(String variable, String wanted, String remedy) {
        String value = variables.get(variable);
        if (!wanted.equalsIgnoreCase(value)) {
            refuse(
                    variable + " = " + (value == null ? "(unknown)" : "'" + value + "'") + ", needed: '" + wanted + "'",
                    remedy);
        }
    }

    private void refuse(String cause, String remedy) {
        problems.add(new Problem(ExitCode.PREFLIGHT, place, cause, remedy));
    }

    private static boolean isOn(@Nullable String value) {
        return "ON".equalsIgnoreCase(value) || "1".equals(value);
    }

    private static long number(@Nullable String value) {
        return value == null || value.isEmpty() ? 0 : Long.parseLong(value);
    }
}
