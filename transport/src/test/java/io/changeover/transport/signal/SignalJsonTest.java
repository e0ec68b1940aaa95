package io.changeover.transport.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changeover.transport.event.TableName;
import io.changeover.transport.event.Version;
import io.changeover.transport.position.Progress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignalJsonTest {

    private static final TableName T = new TableName("trade", "t.order");

    @Test
    void refreshOfKeys_keepsColumnsInOrder() {
        Map<String, String> key = new LinkedHashMap<>();
        key.put("z", "1");
        key.put("a", "\ud83d\ude00\"");
        Signal signal = Signal.refreshKeys("7", "legacy", T, List.of(key), "reconcile");
        String text =
                "{\"id\":\"7\",\"type\":\"refresh\",\"source\":\"legacy\",\"schema\":\"trade\",\"table\":\"t.order\","
                        + "\"keys\":[{\"z\":\"1\",\"a\":\"\ud83d\ude00\\\"\"}],\"requestedBy\":\"reconcile\"}";
        assertThat(SignalJson.encode(signal)).isEqualTo(text);
        assertThat(SignalJson.decode(text)).isEqualTo(signal);
        assertThat(List.copyOf(SignalJson.decode(text).keys().get(0).keySet())).containsExactly("z", "a");
    }

    @Test
    void otherTypes_areReadBack() {
        List<Signal> signals = List.of(
                Signal.refreshWhere("1", "legacy", T, "id > 5", "ann"),
                Signal.pause("2", "legacy", null, "ann"),
                Signal.resume("3", "legacy", T, "ann"),
                Signal.throttle("4", "legacy", null, 500L, "ann"),
                Signal.throttle("5", "legacy", T, null, "ann"));
        for (Signal signal : signals) {
            assertThat(SignalJson.decode(SignalJson.encode(signal))).isEqualTo(signal);
        }
        assertThat(SignalJson.decode(SignalJson.encode(signals.get(1)).replace("{\"id\"", "{\"new\":[1],\"id\"")))
                .isEqualTo(signals.get(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "{}",
                "{'id':'1','type':'refresh','source':'s'}",
                "{'id':'1','type':'refresh','source':'s','schema':'d','table':'t'}",
                "{'id':'1','type':'refresh','source':'s','schema':'d','table':'t','keys':[{'a':'1'}],'where':'1'}",
                "{'id':'1','type':'refresh','source':'s','schema':'d','table':'t','keys':[{}]}",
                "{'id':'1','type':'refresh','source':'s','schema':'d','table':'t','keys':[{'a':1}]}",
                "{'id':'1','type':'refresh','source':'s','schema':'d','table':'t','keys':[7]}",
                "{'id':'1','type':'refresh','source':'s','table':'t','where':'1'}",
                "{'id':'1','type':'refresh','source':'s','schema':'d','table':'t','where':' '}",
                "{'id':'1','type':'pause','source':'s','where':'1'}",
                "{'id':'1','type':'throttle','source':'s','rowsPerSecond':0}",
                "{'id':'1','type':'pause','source':'s','rowsPerSecond':5}",
                "{'id':'','type':'pause','source':'s'}",
                "{'id':'1','type':'stop','source':'s'}"
            })
    void otherText_isNoSignal(String text) {
        assertThatThrownBy(() -> SignalJson.decode(text.replace('\'', '"')))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void acknowledgement_isAMarkOfTheProgress() {
        SignalAck done = SignalAck.done("7", new Version(1, 1, 9, Version.WHOLE_TRANSACTION), 3);
        assertThat(done.encode())
                .isEqualTo("{\"id\":\"7\",\"state\":\"done\",\"stamp\":\"000100010000000000000009ffffffff\","
                        + "\"rows\":3,\"reason\":null}");
        Progress progress = new Progress(Optional.empty(), Map.of(done.key(), done.encode()));
        assertThat(SignalAck.of(progress, "7")).contains(done);
        assertThat(SignalAck.of(progress, "8")).isEmpty();
        SignalAck refused = SignalAck.refused("8", "no such table");
        assertThat(SignalAck.decode(refused.encode())).isEqualTo(refused);
    }
}
