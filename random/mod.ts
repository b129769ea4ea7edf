/**
 * Counter-based random numbers: they depend on seed, stream, step and element alone.
 *
 * @module
 */

// Random numbers.
export { beta, type BetaOptions } from "./beta.ts";
export { normal, type NormalOptions } from "./normal.ts";
export { permutation } from "./permutation.ts";
export { randomBits, type RandomKey } from "./random_bits.ts";
export { randomInt, type RandomIntOptions } from "./random_int.ts";
export { uniform, type UniformOptions } from "./uniform.ts";
