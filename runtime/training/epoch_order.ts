/**
 * The order of a training's examples, and its runs.
 *
 * @module
 */
import { permutation } from "../../random/mod.ts";
import { type Batches, nextBatches } from "../program/mod.ts";
import type { FitOrder, FitState } from "./fit_state.ts";

/** Where a training stands. */
type Position = Pick<FitState, "epoch" | "batch" | "step">;

/** The examples in an order of its own each epoch, cut into runs. */
export class EpochOrder {
  #drawn: { epoch: number; rows: Uint32Array } | undefined;

  /**
   * @param options.chunk the most steps a run
   * @param options.every after how many steps a run has to end, for a checkpoint
   */
  constructor(readonly order: FitOrder, readonly options: { chunk: number; every: number }) {}

  /** The batches up to the end of a chunk, of the epoch, or to the next checkpoint, whichever comes first. */
  from({ epoch, batch, step }: Position): Batches {
    const { seed, examples, batchSize } = this.order;
    if (this.#drawn?.epoch !== epoch) {
      this.#drawn = { epoch, rows: permutation({ seed, stream: "shuffle", step: epoch }, examples) };
    }
    const { chunk, every } = this.options;
    const most = Math.min(chunk, every === Infinity ? chunk : every - step % every);
    return nextBatches(this.#drawn.rows, { batchSize, from: batch, most });
  }

  /** Where a training stands after some batches. */
  after({ epoch, batch, step }: Position, { rows, batchSize }: Batches): Position {
    const { examples } = this.order;
    const steps = rows.length / batchSize;
    return (batch + steps) * this.order.batchSize < examples
      ? { epoch, batch: batch + steps, step: step + steps }
      : { epoch: epoch + 1, batch: 0, step: step + steps };
  }
}
