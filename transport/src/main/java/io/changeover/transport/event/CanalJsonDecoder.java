package io.changeover.transport.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.changeover.transport.event.UndecodableMessage.Reason;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of one topic. Fields that it does not know are ignored. The schema is made anew only when its text in
 * the message differs from the one before, so that all rows between two DDL statements share one {@link TableSchema}.
 *
 * <p>What comes out has Canal's texts, in whatever {@link MessageForm} the message shows them.
 *
 * <p>What is no row change of ours is an {@link UndecodableMessage} with its reason; a record without a value (a tombstone)
 * is the caller's to skip. Confined to one thread.
 */
public final class CanalJsonDecoder {

    private static final int MAX_DEPTH = 64;

    /** Records are bounded by Kafka; one value may fill one. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(1024)
                    .build())
            .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
            .build();

    private final MessageFields fields = new MessageFields();
    private @Nullable SchemaText lastText;
    private @Nullable TableSchema lastSchema;
    private @Nullable ColumnForms lastForms;

    public ChangeEvent decode(byte[] message) throws UndecodableMessage {
        fields.clear();
        if (message.length < 2 || message[0] != '{' || message[1] == 0) {
            // Jackson would also read UTF-16, and look past a byte order mark
            throw new UndecodableMessage(Reason.NOT_JSON, "not a JSON object in UTF-8");
        }
        try (JsonParser json = JSON.createParser(message)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                fields.read(json, message);
            }
            if (json.nextToken() != null) {
                throw new UndecodableMessage(Reason.NOT_JSON, "more follows after the end of the object");
            }
        } catch (JsonProcessingException e) {
            // Jackson's own text may quote the row
            throw new UndecodableMessage(
                    Reason.NOT_JSON,
                    "not JSON at byte "
                            + (e.getLocation() == null ? "?" : e.getLocation().getByteOffset()) + " of "
                            + message.length);
        } catch (IOException e) {
            throw new IllegalStateException("a byte array cannot fail to be read", e);
        }
        return event();
    }

    private ChangeEvent event() throws UndecodableMessage {
        if (fields.ddl()) {
            throw new UndecodableMessage(Reason.DDL, "a statement");
        }
        if (!fields.ours()) {
            throw new UndecodableMessage(Reason.FOREIGN, "no object `changeover`: not written by this pipeline");
        }
        if (fields.data().rows() > 1) {
            throw new UndecodableMessage(Reason.SEVERAL_ROWS, fields.data().rows() + " rows in one message");
        }
        try {
            return rowChange();
        } catch (IllegalArgumentException e) {
            throw new UndecodableMessage(Reason.MALFORMED, String.valueOf(e.getMessage()));
        }
    }

    private ChangeEvent rowChange() {
        fields.requireWhole();
        TableSchema schema = schema();
        restore(schema);
        Row row = fields.data().row(schema);
        Version version = fields.version();
        Provenance from = fields.provenance();
        return switch (Operation.valueOf(fields.type())) {
            case INSERT -> ChangeEvent.inserted(schema, row, version, from);
            case UPDATE -> ChangeEvent.updated(schema, before(schema, row), row, version, from);
            case DELETE -> ChangeEvent.deleted(schema, row, version, from);
        };
    }

    /** Whatever the message shows, what comes out has Canal's texts. */
    private void restore(TableSchema schema) {
        MessageForm form = fields.form();
        if (form == null) {
            return;
        }
        ColumnForms forms = lastForms;
        if (forms == null || !forms.isOf(schema, form)) {
            forms = new ColumnForms(schema, form);
            lastForms = forms;
        }
        fields.data().restore(forms, fields.numbers());
        fields.old().restore(forms, fields.oldNumbers());
    }

    private Row before(TableSchema schema, Row after) {
        if (fields.old().rows() != 1) {
            throw new IllegalArgumentException("old has " + fields.old().rows() + " rows instead of one");
        }
        return fields.old().over(schema, after);
    }

    private TableSchema schema() {
        SchemaText text = fields.schemaText();
        TableSchema known = lastSchema;
        if (known != null && lastText != null && text.sameText(lastText)) {
            return known;
        }
        TableSchema schema = text.parse();
        lastSchema = schema;
        lastText = text.copy();
        return schema;
    }
}
