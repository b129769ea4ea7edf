/**
 * The side on which a test looks for a difference: above 0 (`"greater"`), below 0 (`"less"`), or on both (`"two-sided"`).
 * Of two samples it is the first less the second.
 */
export type Alternative = "two-sided" | "greater" | "less";

/** All alternatives, for checks of options. */
export const ALTERNATIVES: readonly Alternative[] = ["two-sided", "greater", "less"];
