package io.changeover.transport.mysql;

import static io.changeover.transport.mysql.SqlFailure.Kind.BUSY;
import static io.changeover.transport.mysql.SqlFailure.Kind.DATA;
import static io.changeover.transport.mysql.SqlFailure.Kind.DENIED;
import static io.changeover.transport.mysql.SqlFailure.Kind.DUPLICATE_KEY;
import static io.changeover.transport.mysql.SqlFailure.Kind.OTHER;
import static io.changeover.transport.mysql.SqlFailure.Kind.SCHEMA;
import static io.changeover.transport.mysql.SqlFailure.Kind.UNREACHABLE;

import io.changeover.transport.mysql.SqlFailure.Kind;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLTransientException;
import org.jspecify.annotations.Nullable;

/** MySQL's error numbers by what they mean to us. Source: the server's error message reference, 5.7 to 9.x. */
final class ErrorNumbers {

    private ErrorNumbers() {}

    /** Null when the number says nothing. */
    static @Nullable Kind kind(int code, String message) {
        return switch (code) {
            // no handshake, host blocked, server going down
            case 1042, 1043, 1053, 1077, 1079, 1080, 1129, 3032 -> UNREACHABLE;
            // network, connection or session killed
            case 1152, 1158, 1159, 1160, 1161, 1184, 1927, 2002, 2003, 2006, 2013, 3169, 4031 -> UNREACHABLE;
            // disk, memory, too many connections or transactions
            case 3, 28, 1021, 1026, 1030, 1037, 1038, 1040, 1041, 1114, 1135, 1180, 1203, 1226, 1637 -> BUSY;
            // locks, read-only, interrupted, table changed under a prepared statement, group replication
            case 1205, 1213, 1223, 1317, 1412, 1614, 1615, 1836, 3024, 3100, 3101, 3572 -> BUSY;
            case 1290 -> message.contains("read-only") ? BUSY : OTHER;
            case 1044, 1045, 1130, 1142, 1143, 1227, 1251, 1370, 1410, 1419, 1698, 1820, 1862, 3118, 3159 -> DENIED;
            case 1022, 1062, 1586, 1859 -> DUPLICATE_KEY;
            // null, range, length, truncation, characters, division
            case 1048, 1263, 1264, 1265, 1292, 1300, 1365, 1366, 1367, 1406, 1411, 1416, 1425, 1426, 1441, 1525, 1690 ->
                DATA;
            // too large a row or packet
            case 1118, 1153, 1162, 1197, 1301 -> DATA;
            // foreign key, partition, check
            case 1216, 1217, 1451, 1452, 1526, 1748, 3819 -> DATA;
            // JSON
            case 3140, 3141, 3144, 3146, 3147, 3150, 3156, 3157, 3158, 3903, 3904 -> DATA;
            // geometry, regular expressions, functional indexes, conversion of characters
            case 3037, 3055, 3516, 3548, 3616, 3617, 3643, 3685, 3751, 3752, 3854 -> DATA;
            case 1049, 1051, 1054, 1109, 1136, 1146, 1364, 3105 -> SCHEMA;
            default -> null;
        };
    }

    /** For numbers that are not in the table: newer servers, and errors of the driver. */
    static Kind kindOfState(String state, SQLException e) {
        if (state.startsWith("28")) {
            return DENIED;
        }
        if (state.startsWith("08")
                || e instanceof SQLRecoverableException
                || e instanceof SQLNonTransientConnectionException
                || e instanceof SQLTransientConnectionException) {
            return UNREACHABLE;
        }
        if (state.startsWith("40") || e instanceof SQLTransientException) {
            return BUSY;
        }
        return state.startsWith("22") || state.startsWith("23") ? DATA : OTHER;
    }
}
