/**
 * The sizes of training to measure; each changes one of four quantities.
 *
 * @module
 */

/** A training of MLP 784-h-10 with Adam. */
export interface Size {
  readonly hidden: number;
  /** Examples per step. */
  readonly batchSize: number;
  /** Steps per run. */
  readonly chunk: number;
  /** Examples of the data set. */
  readonly rows: number;
  /**
   * The place of the data during training. From a file, the rows of the next run are read while the current one
   * trains.
   */
  readonly from: "memory" | "file";
  readonly threads: number;
}

/** The quantity that is changed. */
export type Axis = "parameters" | "batch" | "chunk" | "rows";

/** Returns the number of parameters of the perceptron. */
export function parametersOf({ hidden }: Pick<Size, "hidden">): number {
  return 795 * hidden + 10;
}

/** Returns the position of a size along an axis. */
export function along(axis: Axis, size: Size): number {
  const { batchSize, chunk, rows } = size;
  return { parameters: parametersOf(size), batch: batchSize, chunk, rows }[axis];
}

/** Returns all sizes by changed quantity, from small to large; the rest is as in MLP 784-256-10 with batches of 128. */
export function sizes(threads: number): Record<Axis, Size[]> {
  const base: Size = { hidden: 256, batchSize: 128, chunk: 32, rows: 10_000, from: "memory", threads };
  // A step of the largest takes seconds: the overhead of a run is negligible.
  const chunkOf = (parameters: number) => (parameters < 1e7 ? base.chunk : parameters < 1e8 ? 8 : 2);
  return {
    parameters: [1e3, 1e4, 1e5, 1e6, 1e7, 1e8].map((n) => ({
      ...base,
      hidden: Math.max(1, Math.round((n - 10) / 795)),
      chunk: chunkOf(n),
    })),
    batch: [1, 4, 16, 64, 256, 1024, 4096].map((batchSize) => ({ ...base, batchSize })),
    chunk: [1, 4, 16, 64, 256, 1024].map((chunk) => ({ ...base, chunk })),
    rows: (["memory", "file"] as const).flatMap((from) =>
      [1e3, 1e4, 1e5, 1e6].map((rows) => ({ ...base, rows, from }))
    ),
  };
}
