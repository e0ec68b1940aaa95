package io.changeover.transport.event;

import java.util.Locale;

/**
 * The forms in which a message shows the values that have several. A message says in {@code changeover} where it is not in
 * {@link #CANAL}'s, so that messages of different forms may stand in one topic. Inside of Changeover every value has
 * Canal's form, whatever a message shows.
 */
public record MessageForm(EnumForm enums, BinaryForm binary) {

    /** How ENUM and SET are shown. */
    public enum EnumForm {
        /** The index of an ENUM, the bitmask of a SET. */
        NUMBER,
        /** The label; of a SET all of them with commas between. */
        LABEL
    }

    /** How bytes are shown: BINARY, VARBINARY, the BLOBs and the geometry types. */
    public enum BinaryForm {
        /** Each byte as the character of the same number. */
        LATIN1,
        /** Base64 with padding. */
        BASE64
    }

    public static final MessageForm CANAL = new MessageForm(EnumForm.NUMBER, BinaryForm.LATIN1);

    /** @throws IllegalArgumentException for a form that a later version may know */
    static MessageForm parse(String enums, String binary) {
        return new MessageForm(
                EnumForm.valueOf(enums.toUpperCase(Locale.ROOT)), BinaryForm.valueOf(binary.toUpperCase(Locale.ROOT)));
    }
}
