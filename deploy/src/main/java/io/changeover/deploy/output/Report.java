package io.changeover.deploy.output;

import java.io.PrintWriter;

/** Data that a command hands out: a record, whose components are the JSON, and its text for people. */
public interface Report {

    void print(PrintWriter out);
}
