package io.changeover.deploy.grants;

import static org.assertj.core.api.Assertions.assertThat;

import io.changeover.transport.event.TableName;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldGrantsTest {

    private static HeldGrants held(String... lines) {
        return new HeldGrants("'u'@'%'", HeldGrants.parse(List.of(lines)));
    }

    private static final Grant SELECT = Grant.onTable(new TableName("my_db", "t_order"), "", "SELECT");

    @Test
    void exactTable_isIncluded() {
        assertThat(held("GRANT SELECT ON `my_db`.`t_order` TO `u`@`%`").include(SELECT))
                .isTrue();
        assertThat(held("GRANT SELECT ON `my_db`.`t_user` TO `u`@`%`").include(SELECT))
                .isFalse();
        assertThat(held("GRANT INSERT, UPDATE ON `my_db`.`t_order` TO `u`@`%`").include(SELECT))
                .isFalse();
    }

    @Test
    void schemaAndGlobal_includeTheTable() {
        assertThat(held("GRANT SELECT ON `my_db`.* TO `u`@`%`").include(SELECT)).isTrue();
        assertThat(held("GRANT SELECT ON `my\\_db`.* TO `u`@`%`").include(SELECT))
                .isTrue();
        assertThat(held("GRANT SELECT ON `my%`.* TO `u`@`%`").include(SELECT)).isTrue();
        assertThat(held("GRANT SELECT ON `other`.* TO `u`@`%`").include(SELECT)).isFalse();
        assertThat(held("GRANT ALL PRIVILEGES ON *.* TO `u`@`%` WITH GRANT OPTION")
                        .include(SELECT))
                .isTrue();
        assertThat(held("GRANT USAGE ON *.* TO `u`@`%`").include(SELECT)).isFalse();
    }

    @Test
    void tableGrant_knowsNoWildcards() {
        assertThat(held("GRANT SELECT ON `my%`.`t_order` TO `u`@`%`").include(SELECT))
                .isFalse();
    }

    @Test
    void privileges_mayStandOnSeveralLines() {
        Grant both = Grant.global("", "REPLICATION SLAVE", "REPLICATION CLIENT");

        assertThat(held("GRANT REPLICATION SLAVE ON *.* TO `u`@`%`").include(both))
                .isFalse();
        assertThat(held("GRANT SELECT, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO `u`@`%`")
                        .include(both))
                .isTrue();
    }

    @Test
    void statement_quotesNames() {
        assertThat(Grant.onTable(new TableName("a`b", "c.d"), "", "SELECT", "INSERT")
                        .statement("'u'@'%'"))
                .isEqualTo("GRANT SELECT, INSERT ON `a``b`.`c.d` TO 'u'@'%';");
    }
}
