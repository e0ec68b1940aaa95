/** A seeded simulation of binlog, topics and target around the real decision classes, with named invariants. */
package io.changeover.deploy.simulation;
