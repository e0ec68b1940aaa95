package io.changeover.deploy.benchmark;

import java.util.Random;

/**
 * Numbers from 1 to n, few of them very often, as the rows of an application are hit: the quick generator of Gray et al.,
 * "Quickly generating billion-record synthetic databases", theta 0.99. The frequent ones are scattered. Confined.
 */
final class Zipfian {

    private static final double THETA = 0.99;
    private static final double ALPHA = 1 / (1 - THETA);

    private final Random random;
    private final int n;
    private final double zeta;
    private final double eta;

    Zipfian(int n, Random random) {
        this.n = n;
        this.random = random;
        double sum = 0;
        for (int i = 1; i <= n; i++) {
            sum += Math.pow(i, -THETA);
        }
        this.zeta = sum;
        this.eta = (1 - Math.pow(2.0 / n, 1 - THETA)) / (1 - (1 + Math.pow(2, -THETA)) / zeta);
    }

    int next() {
        long scattered = rank() * 0x9E3779B97F4A7C15L;
        return 1 + (int) Long.remainderUnsigned(scattered ^ (scattered >>> 32), n);
    }

    private long rank() {
        double u = random.nextDouble();
        double scaled = u * zeta;
        if (scaled < 1) {
            return 0;
        }
        if (scaled < 1 + Math.pow(0.5, THETA)) {
            return 1;
        }
        return (long) (n * Math.pow(eta * u - eta + 1, ALPHA));
    }
}
