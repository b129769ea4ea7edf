/**
 * The sizes of flat vectors, by the device that computes them.
 *
 * @module
 */
import type { StaticShape } from "../../onnx/tensor/mod.ts";

/** The limits of flat vectors, and how they are put together. */
export interface FlatOptions {
  /** The elements of the largest tensor that joins a vector. */
  readonly largest: number;
  /** The elements of the largest vector. */
  readonly most: number;
  /** Whether vectors are put together from rows, where few long rows cost less than many elements. */
  readonly rows: boolean;
  /** The parts that one `Split` makes at most. */
  readonly parts: number;
  /** Tensors for which this differs join no common vector, and those for which it is false are written plainly. */
  readonly alike?: (shape: StaticShape) => boolean;
}

/**
 * Vectors on a GPU. A kernel over 2^20 elements takes about as long as its launch, so a larger tensor gains less than its
 * copies cost; 2^24 float32 elements are half of the buffer that every WebGPU device can bind. CUDA's `Concat` and `Split`
 * of unequal parts send a table to the device with an entry for each row. A `Split` of WebGPU binds a buffer for each part
 * and one more, and 8 are what every device has.
 */
export const GPU_VECTORS: FlatOptions = { largest: 2 ** 20, most: 2 ** 24, rows: true, parts: 7 };

/** Vectors on a CPU: small enough to stay in its cache, and one row where an operator takes rows. */
export const CPU_VECTORS: FlatOptions = { largest: 2 ** 16, most: 2 ** 16, rows: false, parts: Infinity };
