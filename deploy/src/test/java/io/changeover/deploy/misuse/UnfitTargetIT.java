package io.changeover.deploy.misuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.testing.TestingServers;
import io.changeover.transport.testing.WithServers;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** New tables, mappings and accounts that do not fit: `check` says it once, with place and remedy. */
@WithServers
@Timeout(120)
class UnfitTargetIT {

    private final TestingServers servers;
    private FitShop shop;

    UnfitTargetIT(TestingServers servers) {
        this.servers = servers;
    }

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        shop = new FitShop(servers, folder);
    }

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    void missingGrants_arePrintedAsStatements_andRunningThemIsEnough() {
        servers.target().execute("REVOKE ALL PRIVILEGES, GRANT OPTION FROM " + shop.account());

        Said check = shop.command("check");

        assertThat(check.code()).isEqualTo(12);
        assertThat(check.problems()).as(check.text()).hasSize(3).allSatisfy(problem -> {
            assertThat(problem.code()).isEqualTo(12);
            assertThat(problem.text()).contains("missing", "GRANT");
        });
        check.problems().forEach(problem -> FitShop.mend(problem, servers.target()));
        shop.requireReady();
    }

    @Test
    void oneMissingPrivilege_isOneProblem() {
        servers.target().execute("REVOKE UPDATE ON " + shop.newTable("`order`") + " FROM " + shop.account());

        FitShop.mend(
                shop.requireProblem(
                        12, "127.0.0.1:" + servers.target().port(), "missing is the privilege UPDATE ON", "`order`"),
                servers.target());
        shop.requireReady();
    }

    /** A statement on the new server, what check says then, and the statement that mends it. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "DROP TABLE {order}; 10; {order} does not exist; create it; CREATE TABLE {order} (order_id BIGINT PRIMARY KEY, buyer INT, cents BIGINT)",
                "ALTER TABLE {order} DROP COLUMN cents; 10; has no column cents; ALTER TABLE; ALTER TABLE {order} ADD cents BIGINT",
                "ALTER TABLE {order} ADD region INT NOT NULL; 10; column region of the new table is NOT NULL without a default; map it; ALTER TABLE {order} ALTER region SET DEFAULT 0",
                "ALTER TABLE {order} DROP cents, ADD cents BIGINT AS (buyer * 2); 10; column cents of the new table is generated; leave it out; ALTER TABLE {order} DROP cents, ADD cents BIGINT",
                "ALTER TABLE {order} DROP PRIMARY KEY, ADD PRIMARY KEY (order_id, buyer); 11; primary key; map every old key column; ALTER TABLE {order} DROP PRIMARY KEY, ADD PRIMARY KEY (order_id)",
                "ALTER TABLE {order} MODIFY order_id INT; 11; key column order_id: bigint to int; map every old key column; ALTER TABLE {order} MODIFY order_id BIGINT",
                "ALTER TABLE {note} MODIFY code VARCHAR(20) COLLATE utf8mb4_0900_ai_ci; 11; may take different keys for one; utf8mb4_bin; ALTER TABLE {note} MODIFY code VARCHAR(20) COLLATE utf8mb4_bin",
                "CREATE TRIGGER {schema}.audit BEFORE INSERT ON {order} FOR EACH ROW SET NEW.cents = 0; 11; trigger audit; DROP TRIGGER; DROP TRIGGER {schema}.audit",
                "ALTER TABLE {order} ADD changeover_version VARCHAR(40); 11; changeover_version; DROP COLUMN; ALTER TABLE {order} DROP COLUMN changeover_version",
                "ALTER TABLE {order} ENGINE = MyISAM; 11; MyISAM; ENGINE = InnoDB; ALTER TABLE {order} ENGINE = InnoDB"
            })
    void newTableThatDoesNotFit_isSaidOnce(String sql, int code, String cause, String remedy, String mends) {
        servers.target().execute(filled(sql));

        Said.Line problem = shop.requireProblem(code, "test_", filled(cause), filled(remedy));

        String statement =
                FitShop.statements(problem.text()).stream().findFirst().orElse(filled(mends));
        servers.target().execute(statement);
        shop.requireReady();
    }

    private String filled(String text) {
        return text.replace("{order}", shop.newTable("`order`").replace("`", text.startsWith("{") ? "" : "`"))
                .replace("{note}", shop.newTable("note"))
                .replace("{schema}", shop.newTable("").replace(".", ""));
    }

    /** A mistake in the mapping that only the servers can tell, and what check says of it. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "buyer: user_id; buyer: usr_id; 10; has no column usr_id; did you mean `user_id`?",
                "buyer: user_id; byer: user_id; 10; has no column byer; did you mean `buyer`?",
                "ROUND(amount * 100); ROUND(amout * 100); 10; has no column amout; did you mean `amount`?",
                "ROUND(amount * 100); ROUND(amount, 1, 2); 10; column cents; correct the expression",
                "key: { order_id: id }; key: { order_id: user_id }; 11; the old key column id is in no new key column; map every old key column",
                "key: { order_id: id }; key: { odrer_id: id }; 10; has no column odrer_id; did you mean `order_id`?",
            })
    void mappingThatTheServersDoNotTake_isSaidOnce(String from, String to, int code, String cause, String remedy)
            throws IOException {
        shop.edit(from, to);

        shop.requireProblem(code, "t_order", cause, remedy);

        shop.edit(to, from);
        shop.requireReady();
    }

    @Test
    void hints_areSaid_andDoNotStop() throws IOException {
        shop.edit("shop." + shop.newTable("note"), "shop." + shop.newTable("`order`") + ", key: { order_id: code }")
                .edit(
                        "\"${file:" + shop.config().resolveSibling("secret") + "}\", tls: disabled } }\ntargets",
                        Said.PASSWORD + ", tls: disabled } }\ntargets");

        Said check = shop.command("check");

        assertThat(check.out())
                .contains("mind  " + shop.config() + ":4: a password stands in the file itself")
                .contains("mind  " + shop.config() + ":11: ", "nothing keeps their keys apart");
    }
}
