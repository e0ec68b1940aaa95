package io.changeover.deploy.run;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * How many files the process may open. With too few of them libraries and connections fail one by one, in the strangest words;
 * so this is looked at before anything of a library is, and uses none.
 */
public final class OpenFiles {

    /** The libraries are about 130 files; a capture has about 40 connections and selectors, each table of apply about 15. */
    private static final long NEEDED = 256;

    private OpenFiles() {}

    /** What to tell, as problems are told; null when there are enough, or nobody knows. */
    public static @Nullable String shortage() {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)
                || system.getMaxFileDescriptorCount() >= NEEDED) {
            return null;
        }
        return "[1] this process: it may open " + system.getMaxFileDescriptorCount() + " files, and needs " + NEEDED
                + " at least\n     -> raise the limit where it is started: ulimit -n 4096, LimitNOFILE=4096 of systemd, or"
                + " `ulimits` of the container";
    }
}
