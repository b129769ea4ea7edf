/**
 * All optimizers: every update rule and every transform. `mod.ts` offers those that most trainings need, which is less to
 * load.
 *
 * @module
 */
export * from "./catalog/mod.ts";
export * from "./use.ts";
