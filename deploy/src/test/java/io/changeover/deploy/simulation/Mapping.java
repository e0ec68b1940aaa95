package io.changeover.deploy.simulation;

import io.changeover.apply.guard.Change;
import io.changeover.apply.guard.RowKey;
import io.changeover.transport.event.ChangeEvent;
import java.util.List;

/** From a message to what it asks of the new table. */
final class Mapping {

    private Mapping() {}

    static Change<Image> change(ChangeEvent event) {
        String id = event.row().get(0);
        RowKey key = new RowKey(Image.identity(event.table(), id), List.of(id));
        Image image = event.after() == null ? null : Image.of(event.after());
        return new Change<>(key, event.version(), image == null || image.f().equals("out") ? null : image);
    }
}
