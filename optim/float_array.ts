/**
 * The arrays that optimizers compute with.
 *
 * @module
 */

/** Elements of a parameter, a gradient or a slot. */
export type FloatArray = Float64Array | Float32Array;
