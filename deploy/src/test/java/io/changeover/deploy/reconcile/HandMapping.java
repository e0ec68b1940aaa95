package io.changeover.deploy.reconcile;

import io.changeover.deploy.mapping.TwoSchemas;
import io.changeover.transport.testing.TestingMySql;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the new tables must hold, and hold, by statements that were written by hand and share nothing with the product: the proof
 * that a bug did harm, and of what it harmed.
 */
final class HandMapping {

    /** What is wrong with a row, as far as values tell. */
    enum Wrong {
        MISSING,
        EXTRA,
        DIFFERENT
    }

    /** @param key as reconcile shows it, in lower case: no key here is another one by its letters */
    record Harm(String table, Wrong wrong, String key) {
        Harm {
            key = key.toLowerCase(Locale.ROOT);
        }
    }

    /** Both queries give the shard, the key and the values in one text. */
    private record Side(String table, String shall, String is) {}

    private static final String ITEM = "SELECT 0, CONCAT('area=', area, ', no=', no), CONCAT_WS('|', "
            + values(
                    "HEX(label)",
                    "price",
                    "CAST(made AS CHAR)",
                    "UNIX_TIMESTAMP(seen)",
                    "HEX(CAST(doc AS CHAR))",
                    "HEX(body)",
                    "HEX(flags)",
                    "color + 0",
                    "qty",
                    "HEX(memo)",
                    "HEX(tag)",
                    "delta",
                    "CAST(born AS CHAR)",
                    "grade")
            + ") FROM ";

    private static final String ACCOUNT = "SELECT 0, CONCAT('id=', id), CONCAT_WS('|', "
            + values("HEX(owner)", "balance", "CAST(changed AS CHAR)") + ") FROM ";

    private static final String ODD = "SELECT 0, CONCAT('code=', code), CONCAT_WS('|', "
            + values(
                    "HEX(code)",
                    "CAST(f AS DOUBLE)",
                    "d",
                    "CAST(t AS CHAR)",
                    "CAST(y AS CHAR)",
                    "s + 0",
                    "CAST(z AS CHAR)",
                    "HEX(vb)",
                    "HEX(CAST(j AS CHAR))",
                    "w + 0.0000")
            + ") FROM ";

    private static final List<Side> SIDES = List.of(
            new Side("account", ACCOUNT + "OLD.t_account", ACCOUNT + "NEW.account"),
            new Side("odd", ODD + "OLD.t_odd", ODD + "NEW.odd"),
            new Side("item", ITEM + "OLD.t_item", ITEM + "NEW.item"),
            new Side(
                    "orders",
                    "SELECT MOD(user_id DIV 10, 3), CONCAT('order_id=', id), CONCAT_WS('|', "
                            + values(
                                    "user_id",
                                    "CAST(ROUND(amount * 100) AS SIGNED)",
                                    "HEX(note)",
                                    "IF(state = 0, 'OPEN', IF(state = 1, 'PAID', 'DONE'))")
                            + ") FROM OLD.t_order WHERE NOT is_test",
                    shard(0) + " UNION ALL " + shard(1) + " UNION ALL " + shard(2)),
            new Side(
                    "party",
                    "SELECT 0, CONCAT('kind=c, id=', id), CONCAT_WS('|', " + values("HEX(name)", "HEX(LOWER(email))")
                            + ") FROM OLD.t_client WHERE deleted_at IS NULL UNION ALL"
                            + " SELECT 0, CONCAT('kind=p, id=', id), CONCAT_WS('|', "
                            + values("HEX(name)", "HEX(email)") + ") FROM OLD.t_partner",
                    "SELECT 0, CONCAT('kind=', kind, ', id=', id), CONCAT_WS('|', " + values("HEX(name)", "HEX(email)")
                            + ") FROM NEW.party"));

    private HandMapping() {}

    private static String shard(int number) {
        return "SELECT " + number + ", CONCAT('order_id=', order_id), CONCAT_WS('|', "
                + values("buyer_id", "cents", "HEX(note)", "status") + ") FROM NEW.orders_" + number;
    }

    private static String values(String... expressions) {
        List<String> values = new ArrayList<>();
        for (String expression : expressions) {
            values.add("IFNULL(" + expression + ", '~')");
        }
        return String.join(", ", values);
    }

    /** Every row that is not as it must be. */
    static List<Harm> harm(TwoSchemas schemas, TestingMySql source) {
        List<Harm> harm = new ArrayList<>();
        for (Side side : SIDES) {
            Map<List<String>, String> shall = byKey(source.rows(side.shall().replace("OLD", schemas.oldSchema())));
            Map<List<String>, String> is = byKey(schemas.rows(side.is()));
            shall.forEach((key, values) -> {
                String there = is.remove(key);
                if (there == null) {
                    harm.add(new Harm(side.table(), Wrong.MISSING, key.get(1)));
                } else if (!there.equals(values)) {
                    harm.add(new Harm(side.table(), Wrong.DIFFERENT, key.get(1)));
                }
            });
            is.keySet().forEach(key -> harm.add(new Harm(side.table(), Wrong.EXTRA, key.get(1))));
        }
        return harm;
    }

    private static Map<List<String>, String> byKey(List<List<@Nullable String>> rows) {
        Map<List<String>, String> byKey = new LinkedHashMap<>();
        rows.forEach(row -> byKey.put(
                List.of(String.valueOf(row.get(0)), String.valueOf(row.get(1)).toLowerCase(Locale.ROOT)),
                String.valueOf(row.get(2))));
        return byKey;
    }
}
