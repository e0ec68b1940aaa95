package io.changeover.deploy;

import io.changeover.deploy.command.ChangeoverCommand;
import io.changeover.deploy.run.OpenFiles;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The process behind {@code deploy/changeover}. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        String few = OpenFiles.shortage();
        if (few != null) {
            err.println(few);
            System.exit(1);
        }
        // a thread of a library that dies takes no screen with it: its stack goes where all others go
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> ChangeoverCommand.died(thread, failure, err));
        int code = ChangeoverCommand.line(out, err).execute(arguments);
        out.flush();
        err.flush();
        System.exit(code);
    }
}
