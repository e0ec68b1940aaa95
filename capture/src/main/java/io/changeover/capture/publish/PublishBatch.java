package io.changeover.capture.publish;

import io.changeover.transport.event.ChangeEvent;
import io.changeover.transport.position.SourcePosition;
import java.util.List;

/** What is published in one Kafka transaction: events in order, and the position that holds once they are there. */
public record PublishBatch(List<ChangeEvent> changes, List<DdlEvent> ddl, List<Mark> marks, SourcePosition position) {

    public PublishBatch {
        changes = List.copyOf(changes);
        ddl = List.copyOf(ddl);
        marks = List.copyOf(marks);
    }
}
