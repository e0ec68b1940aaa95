package io.changeover.deploy.reconcile;

import io.changeover.reconcile.Mismatch.Kind;
import java.util.Set;

/**
 * One bug of apply or capture, as test code imitates it.
 *
 * @param does what it does, in a line
 * @param where the seam at which it is planted
 * @param table the new table that it harms
 * @param kinds the kinds of differences that it may make; each found one is among them
 * @param plant puts it in place
 * @param act what happens while it is in place
 * @param mend statements on the new side that come before the repair, where a refresh cannot mend it all
 */
record PlantedBug(
        String name, String does, Seam where, String table, Set<Kind> kinds, Step plant, Step act, String mend) {

    /** Where it is planted. */
    enum Seam {
        /** the statements of apply, on their way to the new server */
        APPLY_SQL,
        /** what apply's consumer hands on */
        APPLY_KAFKA,
        /** what capture's producer is given */
        CAPTURE_KAFKA,
        /** the statements of capture, on their way to the old server */
        CAPTURE_SQL,
        /** apply maps by another definition than reconcile */
        DEFINITION
    }

    /** Something that is done. */
    interface Step {
        /** @param block number of the rows that the bug has for itself */
        void in(BuggedPipeline pipeline, int block) throws Exception;
    }

    PlantedBug(String name, String does, Seam where, String table, Set<Kind> kinds, Step plant) {
        this(name, does, where, table, kinds, plant, BuggedPipeline::burst, "");
    }

    /** Whether what happens is that capture begins. */
    boolean beginsCapture() {
        return name.startsWith("backfill-");
    }

    /** The same, with other happenings. */
    PlantedBug during(Step happens) {
        return new PlantedBug(name, does, where, table, kinds, plant, happens, mend);
    }

    /** The same, with a statement on the new side that a repair needs. */
    PlantedBug mendedBy(String statement) {
        return new PlantedBug(name, does, where, table, kinds, plant, act, statement);
    }
}
