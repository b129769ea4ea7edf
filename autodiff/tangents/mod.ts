/**
 * Derivatives forward, from the parameters to what depends on them: the sweep and its rules.
 *
 * @module
 */
export { type Direction, forward } from "./forward.ts";
