package io.changeover.transport.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changeover.transport.event.TableName;
import org.junit.jupiter.api.Test;

class TopicNamesTest {

    private final TopicNames names = new TopicNames("orders");

    @Test
    void topics_areNamedAsTheContractSays() {
        assertThat(names.rows("legacy", new TableName("trade", "t_order"))).isEqualTo("orders.legacy.trade.t_order");
        assertThat(names.ddl("legacy")).isEqualTo("orders.legacy.ddl");
        assertThat(names.progress("legacy")).isEqualTo("orders.legacy.progress");
        assertThat(names.schemaHistory("legacy")).isEqualTo("orders.legacy.schema-history");
        assertThat(names.signals()).isEqualTo("orders.signals");
        assertThat(names.registry()).isEqualTo("orders.registry");
    }

    @Test
    void otherCharacters_becomeADash() {
        assertThat(names.rows("a", new TableName("s.x", "t$ü é"))).isEqualTo("orders.a.s-x.t----");
    }

    @Test
    void pipelineName_keepsItsCharacters() {
        assertThatThrownBy(() -> new TopicNames("my.orders")).hasMessageContaining("my.orders");
        assertThatThrownBy(() -> new TopicNames("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TopicNames("p".repeat(101))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void topic_isWhatKafkaTakes() {
        assertThat(TopicNames.isTopic("a.b_c-9")).isTrue();
        assertThat(TopicNames.isTopic("a".repeat(249))).isTrue();
        assertThat(TopicNames.isTopic("a".repeat(250))).isFalse();
        assertThat(TopicNames.isTopic("..")).isFalse();
        assertThat(TopicNames.isTopic("a/b")).isFalse();
    }

    @Test
    void collision_isAlsoDotAgainstUnderscore() {
        TopicCollisions collisions = new TopicCollisions();
        assertThat(collisions.take("p.a.b_c", "one")).isNull();
        assertThat(collisions.take("p.a.B_c", "other case")).isNull();
        assertThat(collisions.take("p.a.b.c", "two")).isEqualTo("one");
        assertThat(collisions.take("p.a.b_c", "three")).isEqualTo("one");
    }
}
