package io.changeover.deploy.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;

/** What is answered to a request. */
record Answer(int status, String type, String body) {

    static final int OK = 200;
    static final int NOT_FOUND = 404;
    static final int NOT_ALLOWED = 405;
    static final int FAILED = 500;
    static final int UNAVAILABLE = 503;

    private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();

    static Answer text(int status, String text) {
        return new Answer(status, "text/plain; charset=utf-8", text);
    }

    static Answer json(int status, Object told) {
        try {
            return new Answer(status, "application/json", JSON.writeValueAsString(told) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not JSON: " + told.getClass(), e);
        }
    }
}
