import { checkInteger, checkOptions, type OptionNames } from "../options/mod.ts";
import { permutation } from "../random/mod.ts";

/** Options of {@linkcode epochIndices}. */
export interface EpochOptions {
  /** Number of examples: an integer of at least 1. */
  readonly size: number;
  /** Examples per batch: an integer of at least 1. */
  readonly batchSize: number;
  /** The seed of the shuffle: an integer in [0, 2^53). */
  readonly seed: number;
  /** The epoch, which the shuffle depends on too: an integer in [0, 2^32). */
  readonly epoch: number;
  /** Whether to shuffle; otherwise the examples come in order. `true` by default. */
  readonly shuffle?: boolean;
  /** The treatment of the examples left over after the last whole batch; see {@linkcode epochIndices}. */
  readonly remainder?: "drop" | "wrap" | "short";
}

const EPOCH_OPTIONS = {
  size: true,
  batchSize: true,
  seed: true,
  epoch: true,
  shuffle: "flag",
  remainder: false,
} satisfies OptionNames<EpochOptions>;

/** The batches of one epoch. */
export interface EpochPlan {
  /** The example at each place of each batch: `[steps, batchSize]` in row-major order. */
  readonly indices: Int32Array<ArrayBuffer>;
  /** How many batches there are. */
  readonly steps: number;
  /** Places in each batch. */
  readonly batchSize: number;
  /** The number of places of the last batch that count; below `batchSize` only if `remainder` is `"short"`. */
  readonly lastSize: number;
}

/**
 * Returns the batches of one epoch as indices, `[steps, batchSize]`, each example at most once (unless wrapped). The
 * order depends on seed and epoch alone (stream `"shuffle"`, step `epoch`), so any epoch can be had without those
 * before it.
 *
 * A program whose steps run within one graph has one batch size, so the array is always full. When `size` is no multiple
 * of `batchSize`, `remainder` says what happens to the rest:
 *
 * - `"drop"`, the default: they are left out; with a shuffle, others in each epoch.
 * - `"wrap"`: one more batch, filled up with the epoch's first examples, which then count twice.
 * - `"short"`: one more batch of which only the first `lastSize` places count, as PyTorch's loader gives by default. The
 *   places after repeat the epoch's first examples, valid to gather; run that batch at its own size, or weigh them by 0.
 *
 * @throws {RangeError} for an option out of range, and for `"drop"` with fewer examples than one batch takes.
 *
 * @example
 * ```ts
 * import { epochIndices } from "./epoch_indices.ts";
 * import { assertEquals } from "@std/assert";
 * const plan = epochIndices({ size: 5, batchSize: 2, seed: 0, epoch: 0, shuffle: false, remainder: "wrap" });
 * assertEquals(plan.indices, new Int32Array([0, 1, 2, 3, 4, 0]));
 * ```
 */
export function epochIndices(options: EpochOptions): EpochPlan {
  checkOptions("epochIndices", options, EPOCH_OPTIONS);
  const { size, batchSize, seed, epoch, shuffle = true, remainder = "drop" } = options;
  for (const [name, value] of Object.entries({ size, batchSize })) {
    checkInteger(name, value, { low: 1, high: 2 ** 31 - 1 });
  }
  if (remainder !== "drop" && remainder !== "wrap" && remainder !== "short") {
    throw new RangeError(`remainder must be "drop", "wrap" or "short", got ${JSON.stringify(remainder)}`);
  }
  if (remainder === "drop" && size < batchSize) {
    throw new RangeError(
      `batchSize must be at most ${size}, the number of examples, to drop the rest; got ${batchSize}`,
    );
  }
  const steps = remainder === "drop" ? Math.floor(size / batchSize) : Math.ceil(size / batchSize);
  const order = shuffle ? permutation({ seed, stream: "shuffle", step: epoch }, size) : undefined;
  const indices = new Int32Array(steps * batchSize).map((_, i) => order?.[i % size] ?? i % size);
  const lastSize = remainder === "short" ? size - (steps - 1) * batchSize : batchSize;
  return { indices, steps, batchSize, lastSize };
}

/**
 * Yields the batches of a plan one by one, the last one of `lastSize`: views of the plan's indices, not copies.
 *
 * @example
 * ```ts
 * import { batchesOf, epochIndices } from "./epoch_indices.ts";
 * import { assertEquals } from "@std/assert";
 * const plan = epochIndices({ size: 5, batchSize: 2, seed: 0, epoch: 0, remainder: "short" });
 * assertEquals([...batchesOf(plan)].map((batch) => batch.length), [2, 2, 1]);
 * ```
 */
export function* batchesOf(plan: EpochPlan): Generator<Int32Array<ArrayBuffer>, void, void> {
  const { indices, steps, batchSize, lastSize } = plan;
  for (let k = 0; k < steps; k++) {
    yield indices.subarray(k * batchSize, k * batchSize + (k === steps - 1 ? lastSize : batchSize));
  }
}
