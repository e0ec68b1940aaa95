package io.changeover.deploy.simulation;

/** The named invariants; each has a planted bug that it catches. */
enum Invariant {
    /** In a topic no message of a key is followed by an older one; in the target the version of a row never goes back. */
    KeyOrder,
    /** The durable position never speaks of a row that is not in the topic. */
    ProgressBehindData,
    /** Progress p of a partition implies that everything before p is applied or put aside. */
    NoGap,
    /** Delivering any suffix again leaves the target unchanged. */
    ReplayHarmless,
    /** A deleted row is never there again at an older version, not even for a moment. */
    NoResurrection,
    /** Reading a change again gives it the same version; no two changes have one version. */
    VersionsAreStable,
    /** What one source does never changes a row of another. */
    ForeignRowsUntouched,
    /** Only the owner that the progress row names commits. */
    OneOwner,
    /** After quiescence the target, and a consumer without any guard, hold what the source holds. */
    DrainMeansEqual,
    /** The decision classes throw nothing but what the step was meant to provoke. */
    NoSurprise
}
