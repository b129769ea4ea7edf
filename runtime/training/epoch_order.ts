/**
 * The order of a training's examples, and its runs.
 *
 * @module
 */
import { permutation } from "../../random/mod.ts";
import { type Batches, nextBatches } from "../program/mod.ts";
import type { FitOrder } from "./fit_state.ts";

/** The limits of runs. */
export interface RunEnds {
  /** The most steps a run. */
  readonly chunk: number;
  /** A run ends after each multiple of these numbers of steps: for checkpoints and evaluations. */
  readonly every: readonly number[];
  /** The last step; `Infinity` if there is none. */
  readonly last: number;
  /** Whether a run may continue into the next epoch. */
  readonly acrossEpochs: boolean;
}

/** A place between two steps. */
export interface Place {
  /** The epoch of the next step, from 1. */
  readonly epoch: number;
  /** Batches of that epoch already taken. */
  readonly batch: number;
}

/** The examples, shuffled for each epoch, once or not at all, cut into runs. */
export class EpochOrder {
  /** Steps an epoch. */
  readonly stepsPerEpoch: number;
  /** Examples an epoch, without those left out. */
  readonly #examples: number;
  #drawn: { epoch: number; rows: Uint32Array } | undefined;
  #cut: { step: number; batches: Batches } | undefined;

  /** @throws {RangeError} when there are fewer examples than a batch needs. */
  constructor(readonly order: FitOrder) {
    const { examples, batchSize, remainder = "train" } = order;
    if (remainder === "drop" && examples < batchSize) {
      throw new RangeError(
        `batchSize must be at most ${examples}, the number of examples, to drop the rest; got ${batchSize}`,
      );
    }
    this.stepsPerEpoch = remainder === "drop"
      ? Math.floor(examples / batchSize)
      : Math.ceil(examples / batchSize);
    this.#examples = Math.min(examples, this.stepsPerEpoch * batchSize);
  }

  /** Whether all batches are of one size. */
  get even(): boolean {
    return this.#examples === this.stepsPerEpoch * this.order.batchSize;
  }

  /** Returns the place after a number of steps. */
  placeAfter(step: number): Place {
    return { epoch: Math.floor(step / this.stepsPerEpoch) + 1, batch: step % this.stepsPerEpoch };
  }

  /** Returns the number of examples in the first `steps` steps. */
  examplesIn(steps: number): number {
    const { epoch, batch } = this.placeAfter(steps);
    return (epoch - 1) * this.#examples + Math.min(batch * this.order.batchSize, this.#examples);
  }

  /** Returns the batches after a number of steps, up to the end of a run. */
  batchesAfter(step: number, { chunk, every, last, acrossEpochs }: RunEnds): Batches {
    if (this.#cut?.step === step) return this.#cut.batches;
    const most = Math.min(chunk, last - step, ...every.map((n) => n - step % n));
    let batches = this.#within(step, most);
    if (acrossEpochs) {
      const { batchSize } = batches;
      const parts = [batches.rows as Uint32Array];
      let steps = batches.rows.length / batchSize;
      while (steps < most) {
        const { rows } = this.#within(step + steps, most - steps);
        parts.push(rows as Uint32Array);
        steps += rows.length / batchSize;
      }
      batches = { rows: parts.length === 1 ? parts[0]! : concatenated(parts), batchSize };
    }
    this.#cut = { step, batches };
    return batches;
  }

  /** The next batches of one epoch. */
  #within(step: number, most: number): Batches {
    const { seed, batchSize, shuffle = "epochs" } = this.order;
    const { epoch, batch } = this.placeAfter(step);
    const drawn = shuffle === "epochs" ? epoch : 1;
    if (this.#drawn?.epoch !== drawn) {
      const rows = shuffle === "none"
        ? Uint32Array.from({ length: this.#examples }, (_, i) => i)
        : permutation({ seed, stream: "shuffle", step: drawn }, this.order.examples);
      this.#drawn = { epoch: drawn, rows: rows.subarray(0, this.#examples) };
    }
    return nextBatches(this.#drawn.rows, { batchSize, from: batch, most });
  }
}

function concatenated(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
