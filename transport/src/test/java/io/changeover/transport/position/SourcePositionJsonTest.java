package io.changeover.transport.position;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.changeover.transport.event.TableName;
import io.changeover.transport.position.SourcePosition.Commit;
import io.changeover.transport.position.SourcePosition.Running;
import io.changeover.transport.problem.ChangeoverException;
import io.changeover.transport.problem.ExitCode;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourcePositionJsonTest {

    private static final UUID A = UUID.fromString("3e11fa47-71ca-11e1-9e33-c80aa9429562");
    private static final UUID B = UUID.fromString("4e11fa47-71ca-11e1-9e33-c80aa9429562");

    private static final SourcePosition WHOLE = new SourcePosition(
            GtidSet.parse(A + ":1-5:7," + B + ":1-3"),
            new Running(new Gtid(B, 4), Map.of(new TableName("d", "t"), -2, new TableName("d", "a.b"), 1)),
            new Timeline(List.of(new Timeline.Era(1, A), new Timeline.Era(4, B)), 3),
            GtidSet.parse(A + ":1-2"),
            6,
            Map.of("p.s.d.t-0", 42L, "p.s.d.t-1", 0L, "p.s.ddl-0", 7L),
            new Commit(new Gtid(B, 3), 1795311321000000L),
            1795311322000000L);

    private static final String TEXT = "{\"format\":1,\"completed\":\"" + A + ":1-5:7," + B + ":1-3\","
            + "\"running\":{\"gtid\":\"" + B + ":4\",\"next\":[[\"d\",\"a.b\",1],[\"d\",\"t\",4294967294]]},"
            + "\"timeline\":{\"eras\":[{\"number\":1,\"server\":\"" + A + "\"},{\"number\":4,\"server\":\"" + B
            + "\"}],\"lastCaptured\":3},\"schemaAsOf\":\"" + A + ":1-2\",\"historyFrom\":6,"
            + "\"endOffsets\":{\"p.s.d.t-0\":42,\"p.s.d.t-1\":0,\"p.s.ddl-0\":7},"
            + "\"last\":{\"gtid\":\"" + B + ":3\",\"micros\":1795311321000000},\"commitMicros\":1795311322000000}";

    @Test
    void position_hasOneText() {
        assertThat(SourcePositionJson.encode(WHOLE)).isEqualTo(TEXT);
        assertThat(SourcePositionJson.decode(TEXT, "here")).isEqualTo(WHOLE);
    }

    @Test
    void start_isReadBack() {
        SourcePosition start = SourcePosition.startingAt(GtidSet.EMPTY, GtidSet.EMPTY);
        assertThat(SourcePositionJson.decode(SourcePositionJson.encode(start), "here"))
                .isEqualTo(start);
    }

    @Test
    void unknownFields_areIgnored() {
        String later = TEXT.replace("{\"format\":1,", "{\"format\":1,\"more\":{\"a\":[1]},");
        assertThat(SourcePositionJson.decode(later, "here")).isEqualTo(WHOLE);
    }

    @Test
    void textOfBeforeThereWereCommits_isRead() {
        String earlier = TEXT.replace("\"historyFrom\":6,", "").replaceAll("\"last\":\\{[^}]*},", "");
        SourcePosition read = SourcePositionJson.decode(earlier, "here");
        assertThat(read.historyFrom()).isZero();
        assertThat(read.last()).isNull();
        assertThat(read.completed()).isEqualTo(WHOLE.completed());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"format\":1|\"format\":2",
                "\"format\":1,|",
                "commitMicros|x",
                "running|x",
                "completed|x",
                "endOffsets\":{|endOffsets\":{\"a\":1,",
                "endOffsets|x",
                "historyFrom\":6|historyFrom\":\"6\"",
                "micros|x",
                "42|4.5",
                "42|99999999999999999999",
                "4294967294|4294967296",
                "\"number\":4|\"number\":4294967296",
                "\"eras\"|\"x\"",
                ":1-5|:5-1",
                ":1-5|:tag:1-5",
                "3e11|zz",
                "}|"
            })
    void damage_isToldWithItsPlace(String damage) {
        String[] change = damage.split("\\|", -1);
        String damaged = TEXT.replace(change[0], change[1]);
        assertThatThrownBy(() -> SourcePositionJson.decode(damaged, "topic p.s.progress"))
                .asInstanceOf(type(ChangeoverException.class))
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo(ExitCode.POSITION_DAMAGED);
                    assertThat(e.problems().get(0).place()).isEqualTo("topic p.s.progress");
                });
    }
}
