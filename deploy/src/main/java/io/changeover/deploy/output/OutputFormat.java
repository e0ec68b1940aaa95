package io.changeover.deploy.output;

/** The form of the data on stdout. */
public enum OutputFormat {
    table,
    json,
    /** One object a line. */
    jsonl
}
