/**
 * All optimizers: every update rule and every transform, and L-BFGS. `mod.ts` offers those that most trainings need, which
 * is less to load.
 *
 * @module
 */
export * from "./catalog/mod.ts";
export * from "./minimize/mod.ts";
export * from "./use.ts";
