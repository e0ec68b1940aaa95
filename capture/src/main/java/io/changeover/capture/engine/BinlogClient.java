package io.changeover.capture.engine;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.network.protocol.PacketChannel;
import com.github.shyiko.mysql.binlog.network.protocol.command.QueryCommand;
import java.io.IOException;

/**
 * The library's client, which says that it understands checksums only where the server is set to write them at this moment: one
 * that is set to none does not send its older binlogs, which have them, to such a client.
 */
final class BinlogClient extends BinaryLogClient {

    BinlogClient(String host, int port, String user, String password) {
        super(host, port, user, password);
    }

    @Override
    protected void setupConnection() throws IOException {
        PacketChannel open = channel;
        // none for what the server makes for us alone; each binlog says itself what its events have
        open.write(new QueryCommand("SET @master_binlog_checksum = 'NONE'"));
        checkError(open.read());
        super.setupConnection(); // sets it to what the server writes, unless that is none
    }
}
