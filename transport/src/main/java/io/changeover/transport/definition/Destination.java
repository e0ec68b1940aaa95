package io.changeover.transport.definition;

import io.changeover.transport.event.TableName;

/**
 * A place for rows on the new side.
 *
 * @param shard its number, 0 where the new table is one
 */
public record Destination(int shard, String targetName, TableName table) {}
