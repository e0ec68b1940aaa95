package io.changeover.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.definition.Secret;
import io.changeover.transport.definition.ServerAccess;
import io.changeover.transport.definition.StartMode;
import io.changeover.transport.definition.TlsMode;
import io.changeover.transport.problem.ExitCode;
import io.changeover.transport.problem.Problem;
import io.changeover.transport.testing.Eventually;
import io.changeover.transport.testing.TestingMySql;
import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A source that does not let capture in, or throws it out: told exactly, waited for, and gone on with by itself. */
@WithServers
@Timeout(240)
class RefusedSourceIT {

    private final TestingServers servers;
    private final TestingMySql mysql;
    private final AtomicReference<String> password = new AtomicReference<>("first");
    private String schema = "";
    private String user = "";

    RefusedSourceIT(TestingServers servers) {
        this.servers = servers;
        this.mysql = servers.source();
    }

    @BeforeEach
    void makeTable() {
        schema = mysql.freshSchema();
        user = "u" + schema;
        mysql.execute(
                "CREATE TABLE " + schema + ".t (id INT PRIMARY KEY, body LONGTEXT)",
                "CREATE USER " + user + " IDENTIFIED BY 'first'",
                "CREATE USER " + user + "_");
    }

    @AfterEach
    void dropUser() {
        mysql.execute("DROP USER " + user + ", " + user + "_");
    }

    private CapturedSource source(StartMode start) {
        ServerAccess access = new ServerAccess(
                mysql.host(), mysql.port(), user, Secret.lookedUp(password::get), TlsMode.DISABLED, null);
        return new CapturedSource(servers.kafka(), access, servers.freshName(), schema, start, "t");
    }

    private void grantAll() {
        mysql.execute(
                "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO " + user,
                "GRANT SELECT ON " + schema + ".t TO " + user);
    }

    private void insert(int id) {
        mysql.execute("INSERT INTO " + schema + ".t VALUES (" + id + ", 'x')");
    }

    private void awaitRefusal(CapturedSource source, String... words) throws Exception {
        Eventually.eventually(
                CapturedSource.SOON,
                () -> "refused for " + List.of(words) + ": " + source.capture().status(),
                () -> !source.capture().status().ready()
                        && source.capture().status().problems().stream()
                                .filter(problem -> problem.code() == ExitCode.DENIED)
                                .map(Problem::toString)
                                .anyMatch(text -> Stream.of(words).allMatch(text::contains)));
        assertThat(source.capture().stopped()).isNotDone();
    }

    /** Ends the connections of capture, so that it has to come in again; returns how many those were. */
    private int throwOut() {
        List<String> ids =
                mysql.rows("SELECT id FROM information_schema.processlist WHERE user = '" + user + "'").stream()
                        .map(row -> row.get(0))
                        .toList();
        for (String id : ids) {
            try {
                mysql.execute("KILL " + id);
            } catch (RuntimeException e) {
                // it has gone by itself
            }
        }
        return ids.size();
    }

    @Test
    void missingGrants_areToldAsStatements_andOnceTheyAreGivenItGoesOn() throws Exception {
        insert(1);
        try (CapturedSource source = source(StartMode.snapshot())) {
            source.start();
            awaitRefusal(source, "GRANT REPLICATION SLAVE ON *.* TO '" + user + "'@'%';");
            awaitRefusal(source, "GRANT SELECT ON `" + schema + "`.`t` TO '" + user + "'@'%';");
            grantAll();
            source.awaitBackfilled();
            insert(2);
            source.awaitEvents("t", 2);

            mysql.execute("REVOKE REPLICATION SLAVE ON *.* FROM " + user);
            throwOut();
            awaitRefusal(source, "privilege REPLICATION SLAVE is missing", "GRANT REPLICATION SLAVE ON *.* TO");
            insert(3);
            grantAll();
            source.awaitEvents("t", 3);
            assertThat(source.texts("t")).hasSize(3);
        }
    }

    /** The old password counts for nobody who is connected; whoever comes in again needs the new one. */
    @Test
    void rotatedPassword_isLookedUpAgain() throws Exception {
        grantAll();
        try (CapturedSource source = source(StartMode.now())) {
            source.start();
            source.awaitRunning();
            insert(1);
            source.awaitEvents("t", 1);
            mysql.execute("ALTER USER " + user + " IDENTIFIED BY 'second'");
            throwOut();
            awaitRefusal(source, "Access denied for user '" + user + "'");
            assertThat(source.capture().status().toString()).doesNotContain("first", "second");
            insert(2);
            password.set("second");
            source.awaitEvents("t", 2);
            source.awaitRunning();
        }
    }

    /** KILL, a short wait_timeout, and no connection left for us: each of them passes. */
    @Test
    void connectionsThatAreTaken_comeBack() throws Exception {
        grantAll();
        String most = mysql.value("SELECT @@global.max_connections");
        List<Connection> others = new ArrayList<>();
        mysql.execute("SET GLOBAL wait_timeout = 1");
        try (CapturedSource source = source(StartMode.snapshot())) {
            source.start();
            source.awaitBackfilled();
            insert(1);
            source.awaitEvents("t", 1);
            assertThat(throwOut()).isPositive();
            insert(2);
            source.awaitEvents("t", 2);

            mysql.execute("SET GLOBAL max_connections = 10");
            throwOut();
            Eventually.eventually(
                    CapturedSource.SOON,
                    () -> "no connection left: " + source.capture().status(),
                    () -> {
                        fill(others);
                        return source.capture().status().problems().stream()
                                .anyMatch(problem -> problem.code() == ExitCode.UNREACHABLE
                                        && problem.cause().contains("Too many connections"));
                    });
            for (Connection other : others) {
                other.close();
            }
            mysql.execute("SET GLOBAL max_connections = " + most);
            insert(3);
            source.awaitEvents("t", 3);
            assertThat(source.texts("t")).hasSize(3);
        } finally {
            for (Connection other : others) {
                other.close();
            }
            mysql.execute("SET GLOBAL max_connections = " + most, "SET GLOBAL wait_timeout = 28800");
        }
    }

    /** As a user without the privilege for the last connection, which the test needs itself. */
    private void fill(List<Connection> others) {
        try {
            while (true) {
                others.add(DriverManager.getConnection(mysql.jdbcUrl(""), user + "_", ""));
            }
        } catch (SQLException e) {
            assertThat(e.getErrorCode()).as(e.getMessage()).isEqualTo(1040);
        }
    }

    @Test
    void rowLargerThanAMessage_stopsBeforeIt_andSaysWhichSettingsAdmitIt() throws Exception {
        grantAll();
        try (CapturedSource source = source(StartMode.now())) {
            source.start();
            source.awaitRunning();
            insert(1);
            mysql.execute("INSERT INTO " + schema + ".t VALUES (2, REPEAT('0123456789', 2000000))");
            Problem problem = source.awaitStop();
            assertThat(problem.code()).isEqualTo(ExitCode.UNSAFE_EVENT);
            assertThat(problem.place()).contains("table " + schema + ".t", "{\"id\":\"2\"}", "GTID", "binlog.");
            assertThat(problem.cause())
                    .containsPattern("a message of 20\\d{6} bytes")
                    .contains("16777216");
            assertThat(problem.remedy()).contains("topics.maxMessage ", "max.message.bytes", "message.max.bytes");
            assertThat(source.texts("t")).containsExactly("INSERT [1, x]");
        }
    }
}
