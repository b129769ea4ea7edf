/**
 * The running statistics of batch normalizations after a step.
 *
 * @module
 */
import type { Graph, StaticShape, Value } from "../../onnx/mod.ts";
import { sizeOf } from "../../onnx/tensor/mod.ts";
import { type FlatOptions, vectors } from "../../optim/flat/mod.ts";
import { flatState } from "./flat_state.ts";

/** A running statistic, the batch's, and the share of the running one that stays. */
export interface Move {
  readonly running: Value;
  readonly batch: Value;
  readonly momentum: number;
}

/** Returns `momentum running + (1 - momentum) batch`. */
export function movedValue(g: Graph, { running, batch, momentum }: Move): Value {
  return g.add(g.mul(running, momentum), g.mul(batch, 1 - momentum));
}

/** Up to this many tensors, putting them together costs as many kernels as it saves. */
const FEW = 3;

/** Returns what {@linkcode movedValue} does for each, by name: those of equal momentum on vectors, with the same bits. */
export function movedTogether(
  g: Graph,
  moves: ReadonlyMap<string, Move>,
  flat: FlatOptions,
): Record<string, Value> {
  const next: Record<string, Value> = {};
  const kinds = Map.groupBy(moves, ([, { running, momentum }]) => `${running.dtype} ${momentum}`);
  for (const alike of kinds.values()) {
    const shapes = alike.map(([, { running }]) => running.shape as StaticShape);
    const lists = vectors(shapes.map(sizeOf), flat).filter((list) => list.length > FEW);
    const state = flatState(lists, { shapes, flat });
    const [running, batch] = (["running", "batch"] as const).map((of) =>
      state.pack(g, alike.map(([, move]) => move[of]))
    ) as [Value[], Value[]];
    const { momentum } = alike[0]![1];
    const moved = running.map((v, i) => movedValue(g, { running: v, batch: batch[i]!, momentum }));
    state.unpack(g, moved).forEach((value, i) => next[alike[i]![0]] = value);
  }
  return next;
}
