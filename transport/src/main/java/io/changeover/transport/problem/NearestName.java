package io.changeover.transport.problem;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** The known name that was probably meant. */
public final class NearestName {

    private NearestName() {}

    /** {@code "; did you mean `name`?"}, or nothing where no known name is near. */
    public static String hint(String written, Collection<String> known) {
        int tolerance = Math.min(3, Math.max(1, written.length() / 3));
        return known.stream()
                .filter(name -> distance(written, name) <= tolerance)
                .min(Comparator.comparingInt(name -> distance(written, name)))
                .map(name -> "; did you mean `" + name + "`?")
                .orElse("");
    }

    /** Letters to insert, remove, change or swap with their neighbour; case counts for nothing. */
    static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : step(cost, a, b, i, j);
            }
        }
        return cost[a.length()][b.length()];
    }

    private static int step(int[][] cost, String a, String b, int i, int j) {
        int change = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(change, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
    }
}
