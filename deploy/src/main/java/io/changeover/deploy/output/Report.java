package io.changeover.deploy.output;

import java.io.PrintWriter;
import java.util.List;

/** Data that a command hands out: a record, whose components are usually the JSON, and its text for people. */
public interface Report {

    void print(PrintWriter out);

    /** The record whose components are the JSON. */
    default Object json() {
        return this;
    }

    /** What stands on a line each, where lines of JSON are asked for. */
    default List<Object> lines() {
        return List.of(json());
    }
}
