package io.changeover.reconcile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changeover.transport.event.TableName;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The other values that a column could hold in place of one, as SQL: each is one bit away from it in the column's own form
 * (two's complement, IEEE 754, the bytes of a text, a field of a date), or its nearest neighbour in another way: NULL, a blank more.
 *
 * @param base its type's first word
 * @param declared its whole type
 * @param charset null for what is no text
 * @param digits before and after the point
 * @param scale digits after the point, of a number or of a second
 */
record Flips(
        String name, String base, String declared, @Nullable String charset, int digits, int scale, boolean nullable) {

    /** Of a long text these many bytes are changed, at both ends and between; of a document as many values. */
    private static final int PLACES = 12;

    /** Of a longer one only both ends. */
    private static final int LONG = 1000;

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS);
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Pattern MOMENT =
            Pattern.compile("(\\d+)-(\\d+)-(\\d+)(?: (\\d+):(\\d+):(\\d+)(?:\\.(\\d+))?)?");
    private static final Pattern TIME = Pattern.compile("(-?)(\\d+):(\\d+):(\\d+)(?:\\.(\\d+))?");

    private boolean unsigned() {
        return declared.contains("unsigned");
    }

    /** Whether values can be changed without being asked whether they are any. */
    boolean isCertain() {
        return !isText() && !isShape() && !isBytes() && !base.equals("json");
    }

    boolean isText() {
        return charset != null && !base.equals("enum") && !base.equals("set") && !base.equals("json");
    }

    boolean isBytes() {
        return base.endsWith("binary") || base.endsWith("blob");
    }

    boolean isShape() {
        return Set.of("geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon")
                        .contains(base)
                || base.startsWith("geom");
    }

    boolean isFloating() {
        return base.equals("float") || base.equals("double");
    }

    /** SQL of what is written to another column for a value of this one. */
    String written(Flips next) {
        String column = TableName.quote(name);
        boolean same = base.equals(next.base);
        if (isFloating() && !next.isFloating()) {
            return "NULL"; // written later
        }
        if (next.base.equals("json") && !same) {
            return "CAST(CAST(" + column + (base.equals("bit") ? " + 0" : "") + " AS CHAR) AS JSON)";
        }
        boolean toText = next.isText() || next.isBytes();
        if (toText && base.equals("year")) {
            return "CAST(" + column + " AS CHAR)";
        }
        if (toText && (base.equals("bit") || declared.contains("zerofill"))) {
            return column + " + 0";
        }
        return charset != null && next.isBytes() ? "CONVERT(" + column + " USING utf8mb4)" : column;
    }

    /** SQL that shows a value of the column in full. */
    String read(String column) {
        if (isText() || isBytes() || isShape()) {
            return "HEX(" + column + ")";
        }
        return switch (base) {
            case "float", "double" -> declared.contains(",") ? column : column + " * 1E0";
            case "bit", "enum", "year" -> column + " + 0";
            case "set" -> "CAST(" + column + " AS UNSIGNED)";
            default -> column;
        };
    }

    /** SQL of the values that stand near the one that was read. */
    List<String> of(@Nullable String stored) {
        Set<String> found = new LinkedHashSet<>();
        if (stored == null) {
            found.add(something());
            return List.copyOf(found);
        }
        if (nullable) {
            found.add("NULL");
        }
        if (isText() || isBytes()) {
            bytes(HexFormat.of().parseHex(stored), found::add);
        } else if (isShape()) {
            shape(HexFormat.of().parseHex(stored), found::add);
        } else {
            scalar(stored, found::add);
        }
        return List.copyOf(found);
    }

    private String something() {
        return switch (base) {
            case "date", "datetime", "timestamp" -> "'0000-00-00'";
            case "json" -> "'null'";
            case "enum" -> "1";
            default -> isShape() ? "ST_GeomFromText('" + shapeText() + "')" : isText() || isBytes() ? "''" : "0";
        };
    }

    private String shapeText() {
        return switch (base) {
            case "linestring" -> "LINESTRING(0 0, 1 1)";
            case "polygon" -> "POLYGON((0 0, 1 0, 1 1, 0 0))";
            case "multipoint" -> "MULTIPOINT(0 0)";
            case "multilinestring" -> "MULTILINESTRING((0 0, 1 1))";
            case "multipolygon" -> "MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)))";
            case "geometrycollection", "geomcollection" -> "GEOMETRYCOLLECTION(POINT(0 0))";
            default -> "POINT(0 0)";
        };
    }

    private void scalar(String stored, Consumer<String> found) {
        switch (base) {
            case "tinyint" -> integers(stored, 8, found);
            case "smallint" -> integers(stored, 16, found);
            case "mediumint" -> integers(stored, 24, found);
            case "int" -> integers(stored, 32, found);
            case "bigint" -> integers(stored, 64, found);
            case "bit" -> bits(new BigInteger(stored), digits, found);
            case "set" -> bits(new BigDecimal(stored).toBigInteger(), labels(), found);
            case "enum" -> {
                for (int label = 0; label <= labels(); label++) {
                    if (label != new BigDecimal(stored).intValue()) {
                        found.accept(Integer.toString(label));
                    }
                }
            }
            case "decimal" -> decimals(new BigDecimal(stored), found);
            case "float", "double" -> floats(stored, found);
            case "year" -> years(Integer.parseInt(stored), found);
            case "date", "datetime" -> moments(stored, found);
            case "timestamp" -> stamps(stored, found);
            case "time" -> times(stored, found);
            case "json" -> documents(stored, found);
            default -> throw new IllegalStateException(declared);
        }
    }

    private int labels() {
        String list = declared.replace("''", "").replaceAll("'[^']*'", "x");
        return list.split(",").length;
    }

    private void integers(String stored, int width, Consumer<String> found) {
        BigInteger mask = BigInteger.ONE.shiftLeft(width);
        for (int bit = 0; bit < width; bit++) {
            BigInteger flipped = new BigInteger(stored).mod(mask).flipBit(bit);
            boolean negative = !unsigned() && flipped.testBit(width - 1);
            found.accept((negative ? flipped.subtract(mask) : flipped).toString());
        }
    }

    private static void bits(BigInteger stored, int width, Consumer<String> found) {
        for (int bit = 0; bit < width; bit++) {
            found.accept(stored.flipBit(bit).toString());
        }
    }

    private void decimals(BigDecimal stored, Consumer<String> found) {
        BigInteger number = stored.unscaledValue().abs();
        BigInteger end = BigInteger.TEN.pow(digits);
        for (int bit = 0; bit < end.bitLength(); bit++) {
            BigInteger flipped = number.flipBit(bit);
            if (flipped.compareTo(end) < 0) {
                BigInteger signed = stored.signum() < 0 ? flipped.negate() : flipped;
                found.accept(new BigDecimal(signed, scale).toPlainString());
            }
        }
        if (stored.signum() != 0 && !unsigned()) {
            found.accept(stored.negate().toPlainString());
        }
    }

    private void floats(String stored, Consumer<String> found) {
        if (declared.contains(",")) { // which MySQL rounds
            BigDecimal step = BigDecimal.ONE.movePointLeft(scale);
            BigDecimal number = new BigDecimal(stored);
            // towards zero, so that there is room
            found.accept((number.signum() > 0 ? number.subtract(step) : number.add(step)).toPlainString());
            return;
        }
        boolean single = base.equals("float");
        double number = Double.parseDouble(stored);
        for (int bit = 0; bit < (single ? 32 : 64); bit++) {
            double flipped = single
                    ? Float.intBitsToFloat(Float.floatToRawIntBits((float) number) ^ 1 << bit)
                    : Double.longBitsToDouble(Double.doubleToRawLongBits(number) ^ 1L << bit);
            boolean negative = Double.doubleToRawLongBits(flipped) < 0;
            if (Double.isFinite(flipped) && !(negative && unsigned())) {
                found.accept(written(flipped));
            }
        }
    }

    /** With an exponent: else MySQL takes it for a decimal, which has no -0. */
    private static String written(double number) {
        String text = Double.toString(number);
        return text.contains("E") ? text : text + "E0";
    }

    /** One byte: the years since 1900, and 0. */
    private static void years(int stored, Consumer<String> found) {
        for (int bit = 0; bit < 8; bit++) {
            int flipped = Math.max(0, stored - 1900) ^ 1 << bit;
            found.accept(Integer.toString(flipped == 0 ? 0 : 1900 + flipped));
        }
    }

    private void moments(String stored, Consumer<String> found) {
        Matcher fields = MOMENT.matcher(stored);
        if (!fields.matches()) {
            throw new IllegalStateException(stored);
        }
        int[] ends = {10_000, 13, 32, 24, 60, 60, BigInteger.TEN.pow(scale).intValue()};
        for (int field = 0; field < ends.length; field++) {
            int[] values = fields(fields);
            for (int bit = 0; 1 << bit < ends[field]; bit++) {
                int flipped = values[field] ^ 1 << bit;
                boolean isPart = base.equals("datetime") || field < 3;
                if (flipped < ends[field] && isPart) {
                    int[] other = fields(fields);
                    other[field] = flipped;
                    found.accept("'" + moment(other) + "'");
                }
            }
        }
    }

    private static int[] fields(Matcher matched) {
        int[] fields = new int[7];
        for (int i = 0; i < fields.length; i++) {
            String text = matched.group(i + 1);
            fields[i] = text == null ? 0 : Integer.parseInt(text);
        }
        return fields;
    }

    private String moment(int[] fields) {
        String date = "%04d-%02d-%02d".formatted(fields[0], fields[1], fields[2]);
        return base.equals("date")
                ? date
                : date + " %02d:%02d:%02d".formatted(fields[3], fields[4], fields[5]) + fraction(fields[6]);
    }

    private String fraction(int value) {
        return scale == 0 ? "" : ".%0".concat(scale + "d").formatted(value);
    }

    private void stamps(String stored, Consumer<String> found) {
        if (stored.startsWith("0000")) {
            found.accept("'1970-01-01 00:00:01'");
            return;
        }
        String[] parts = stored.split("\\.");
        long seconds = LocalDateTime.parse(parts[0].replace(' ', 'T')).toEpochSecond(ZoneOffset.UTC);
        int part = parts.length == 1 ? 0 : Integer.parseInt(parts[1]);
        for (int bit = 0; bit < 31; bit++) {
            long flipped = seconds ^ 1L << bit;
            if (flipped > 0) {
                String second = LocalDateTime.ofInstant(Instant.ofEpochSecond(flipped), ZoneOffset.UTC)
                        .toString()
                        .replace('T', ' ');
                found.accept("'" + (second.length() == 16 ? second + ":00" : second) + fraction(part) + "'");
            }
        }
        int end = BigInteger.TEN.pow(scale).intValue();
        for (int bit = 0; 1 << bit < end; bit++) {
            if ((part ^ 1 << bit) < end) {
                found.accept("'" + parts[0] + fraction(part ^ 1 << bit) + "'");
            }
        }
    }

    private void times(String stored, Consumer<String> found) {
        Matcher fields = TIME.matcher(stored);
        if (!fields.matches()) {
            throw new IllegalStateException(stored);
        }
        int[] ends = {839, 60, 60, BigInteger.TEN.pow(scale).intValue()};
        int[] values = new int[4];
        for (int i = 0; i < 4; i++) {
            String text = fields.group(i + 2);
            values[i] = text == null ? 0 : Integer.parseInt(text);
        }
        String sign = fields.group(1);
        if (Arrays.stream(values).anyMatch(value -> value != 0)) {
            found.accept(time(sign.isEmpty() ? "-" : "", values));
        }
        for (int field = 0; field < 4; field++) {
            for (int bit = 0; 1 << bit < ends[field]; bit++) {
                int[] other = values.clone();
                other[field] ^= 1 << bit;
                boolean beyond = other[0] == 838 && other[1] == 59 && other[2] == 59 && other[3] > 0;
                boolean isZero = Arrays.stream(other).allMatch(value -> value == 0);
                if (other[field] < ends[field] && !beyond) {
                    found.accept(time(isZero ? "" : sign, other));
                }
            }
        }
    }

    private String time(String sign, int[] fields) {
        return "'" + sign + "%02d:%02d:%02d".formatted(fields[0], fields[1], fields[2]) + fraction(fields[3]) + "'";
    }

    private void bytes(byte[] stored, Consumer<String> found) {
        for (int at : places(stored.length)) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] flipped = stored.clone();
                flipped[at] ^= (byte) (1 << bit);
                found.accept(written(flipped));
            }
        }
        boolean filled = base.equals("binary") || base.equals("char");
        if (stored.length > 0 && !filled) {
            found.accept(written(Arrays.copyOf(stored, stored.length - 1)));
            found.accept("''");
        }
        if (!filled) {
            for (int last : new int[] {0, ' '}) {
                byte[] longer = Arrays.copyOf(stored, stored.length + 1);
                longer[stored.length] = (byte) last;
                found.accept(written(longer));
            }
        }
    }

    private String written(byte[] bytes) {
        String hex = "X'" + HexFormat.of().withUpperCase().formatHex(bytes) + "'";
        return isText() ? "CONVERT(" + hex + " USING " + charset + ")" : hex;
    }

    private static List<Integer> places(int length) {
        Set<Integer> places = new LinkedHashSet<>();
        int most = length > LONG ? 2 : PLACES;
        for (int i = 0; i < most && i < length; i++) {
            places.add(length <= PLACES ? i : (int) ((long) i * (length - 1) / (most - 1)));
        }
        return List.copyOf(places);
    }

    /** The coordinates of points and of lines; the others' last points must be their first ones. */
    private void shape(byte[] stored, Consumer<String> found) {
        int type = stored[5];
        int from = type == 1 ? 9 : type == 2 ? 13 : stored.length;
        for (int at = from; at < stored.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] flipped = stored.clone();
                flipped[at] ^= (byte) (1 << bit);
                int number = at - (at - from) % 8;
                boolean finite = (flipped[number + 7] & 0x7F) != 0x7F || (flipped[number + 6] & 0xF0) != 0xF0;
                if (finite) {
                    found.accept(written(flipped));
                }
            }
        }
        byte[] elsewhere = stored.clone();
        elsewhere[0] = 0;
        elsewhere[1] = 0;
        if (!Arrays.equals(elsewhere, stored)) {
            found.accept(written(elsewhere));
        }
    }

    private static void documents(String stored, Consumer<String> found) {
        JsonNode document;
        try {
            document = JSON.readTree(stored);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(stored, e);
        }
        List<Spot> spots = new ArrayList<>();
        spots(document, node -> node, spots);
        for (int at : places(spots.size())) {
            Spot spot = spots.get(at);
            values(spot.value(), other -> found.accept(written(spot.put().apply(other))));
        }
        if (document.isArray() && document.size() > 1 && !document.get(0).equals(document.get(1))) {
            ArrayNode swapped = document.deepCopy();
            JsonNode first = swapped.get(0);
            swapped.set(0, swapped.get(1));
            swapped.set(1, first);
            found.accept(written(swapped));
        }
    }

    /** @param put gives the document with another value there */
    private record Spot(JsonNode value, UnaryOperator<JsonNode> put) {}

    private static void spots(JsonNode node, UnaryOperator<JsonNode> put, List<Spot> found) {
        found.add(new Spot(node, put));
        if (node.size() > 1000) {
            return;
        }
        if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                int at = i;
                spots(array.get(i), other -> put.apply(array.deepCopy().set(at, other)), found);
            }
        }
        if (node instanceof ObjectNode object) {
            object.properties().forEach(member -> {
                spots(member.getValue(), other -> put.apply(object.deepCopy().set(member.getKey(), other)), found);
                ObjectNode renamed = object.deepCopy();
                renamed.remove(member.getKey());
                renamed.set(member.getKey() + "'", member.getValue());
                found.add(new Spot(NODES.nullNode(), any -> put.apply(renamed)));
            });
        }
    }

    private static void values(JsonNode node, Consumer<JsonNode> found) {
        if (node.isIntegralNumber()) {
            for (int bit = 0; bit < 63; bit++) {
                found.accept(NODES.numberNode(node.bigIntegerValue().flipBit(bit)));
            }
            found.accept(NODES.textNode(node.asText()));
        } else if (node.isNumber()) {
            double number = node.doubleValue();
            for (int bit = 0; bit < 64; bit++) {
                double flipped = Double.longBitsToDouble(Double.doubleToRawLongBits(number) ^ 1L << bit);
                if (Double.isFinite(flipped)) {
                    found.accept(DoubleNode.valueOf(flipped));
                }
            }
        } else if (node.isTextual()) {
            byte[] bytes = node.asText().getBytes(StandardCharsets.UTF_8);
            for (int at : places(bytes.length)) {
                for (int bit = 0; bit < 8; bit++) {
                    byte[] flipped = bytes.clone();
                    flipped[at] ^= (byte) (1 << bit);
                    String text = new String(flipped, StandardCharsets.UTF_8);
                    if (Arrays.equals(text.getBytes(StandardCharsets.UTF_8), flipped)) {
                        found.accept(NODES.textNode(text));
                    }
                }
            }
            found.accept(NODES.textNode(node.asText() + " "));
            found.accept(NODES.nullNode());
        } else if (node.isBoolean()) {
            found.accept(NODES.booleanNode(!node.booleanValue()));
            found.accept(NODES.textNode(node.asText()));
        } else if (node.isNull()) {
            found.accept(NODES.booleanNode(false));
        } else {
            found.accept(node.isArray() ? NODES.objectNode() : NODES.arrayNode().add(1));
        }
    }

    private static String written(JsonNode document) {
        return "_utf8mb4 X'" + HexFormat.of().formatHex(document.toString().getBytes(StandardCharsets.UTF_8)) + "'";
    }
}
