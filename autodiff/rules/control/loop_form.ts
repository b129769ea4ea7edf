/**
 * The common form of `Scan` and `Loop`.
 *
 * @module
 */
import type { Graph, Value } from "../../../onnx/mod.ts";

/** The way the slices of the steps are stacked in a tensor. */
export interface Stacking {
  /** The axis of the steps. */
  readonly axis: number;
  /** Whether the steps go from its end to its start. */
  readonly reverse: boolean;
}

/** A loop, `Scan` or `Loop`. Values `before`, `after`, `slice` and `value` are those of its body. */
export interface LoopForm {
  readonly body: Graph;
  /** The states: their initial values, and their positions among the node's inputs. */
  readonly states: readonly { initial: Value; position: number; before: Value; after: Value }[];
  /** The tensors that are cut into slices, and their positions among the node's inputs. */
  readonly slices: readonly (Stacking & { whole: Value; position: number; slice: Value })[];
  /** The values that the body returns for each step. */
  readonly outputs: readonly (Stacking & { value: Value })[];
  /** The loop with another body: its outputs are those of the old one, then `more`, stacked by steps. */
  readonly forward: (body: Graph, more: number) => Value[];
}
