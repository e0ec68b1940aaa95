package io.changeover.capture.engine;

import io.debezium.connector.mysql.MySqlConnector;
import org.apache.kafka.connect.connector.Task;

/** The engine's MySQL connector with our task. Made by the engine, by name. */
public final class ChangeoverConnector extends MySqlConnector {

    @Override
    public Class<? extends Task> taskClass() {
        return ChangeoverTask.class;
    }
}
