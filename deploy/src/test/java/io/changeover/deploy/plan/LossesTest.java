package io.changeover.deploy.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LossesTest {

    private static ColumnFacts column(String base, String type, int precision, int scale) {
        return new ColumnFacts("c", base, type, null, 0, precision, scale, false, false, false, false);
    }

    private static ColumnFacts text(String charset, long length, boolean nullable) {
        return new ColumnFacts(
                "c", "varchar", "varchar(" + length + ")", charset, length, 0, 0, nullable, false, false, false);
    }

    @Test
    void sameType_losesNothing() {
        assertThat(Losses.of(column("int", "int", 10, 0), column("int", "int", 10, 0)))
                .isEmpty();
        assertThat(Losses.of(text("utf8mb4", 40, true), text("utf8mb4", 40, true)))
                .isEmpty();
    }

    @Test
    void widerType_losesNothing() {
        assertThat(Losses.of(column("int", "int unsigned", 10, 0), column("bigint", "bigint", 19, 0)))
                .isEmpty();
        assertThat(Losses.of(column("decimal", "decimal(10,2)", 10, 2), column("decimal", "decimal(14,4)", 14, 4)))
                .isEmpty();
        assertThat(Losses.of(text("latin1", 40, false), text("utf8mb4", 40, true)))
                .isEmpty();
    }

    @Test
    void narrowerNumbers_areSaid() {
        assertThat(Losses.of(column("bigint", "bigint", 19, 0), column("int", "int unsigned", 10, 0)))
                .containsExactly("negative numbers are refused", "large numbers are refused");
        assertThat(Losses.of(column("bigint", "bigint unsigned", 20, 0), column("bigint", "bigint", 19, 0)))
                .containsExactly("large numbers are refused");
        assertThat(Losses.of(column("decimal", "decimal(10,4)", 10, 4), column("decimal", "decimal(10,2)", 10, 2)))
                .containsExactly("rounded to 2 digits after the point");
        assertThat(Losses.of(column("decimal", "decimal(10,2)", 10, 2), column("bigint", "bigint", 19, 0)))
                .containsExactly("digits after the point are rounded");
    }

    @Test
    void narrowerTextsAndMoments_areSaid() {
        assertThat(Losses.of(text("utf8mb4", 40, true), text("latin1", 20, false)))
                .containsExactly(
                        "NULL is refused",
                        "more than 20 characters are refused",
                        "characters outside latin1 are refused");
        assertThat(Losses.of(column("datetime", "datetime(6)", 0, 6), column("timestamp", "timestamp", 0, 0)))
                .containsExactly("fraction rounded to 0 digits");
        assertThat(Losses.of(column("datetime", "datetime", 0, 0), column("date", "date", 0, 0)))
                .containsExactly("the time of day is lost");
    }
}
