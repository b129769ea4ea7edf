/**
 * What `Scan` and `Loop` have in common.
 *
 * @module
 */
import type { Graph, Value } from "../../../onnx/mod.ts";

/** How slices lie in a whole: along which axis, and whether the first step has the last one. */
export interface Stacking {
  /** The axis of the steps. */
  readonly axis: number;
  /** Whether the steps go from its end to its start. */
  readonly reverse: boolean;
}

/** A loop, whichever operator it is. Values `before`, `after`, `slice` and `value` are those of its body. */
export interface LoopForm {
  readonly body: Graph;
  /** What is carried: where it starts, and its place among the node's inputs. */
  readonly states: readonly { initial: Value; position: number; before: Value; after: Value }[];
  /** What is cut into slices, and its place among the node's inputs. */
  readonly slices: readonly (Stacking & { whole: Value; position: number; slice: Value })[];
  /** What the body returns of each step. */
  readonly outputs: readonly (Stacking & { value: Value })[];
  /** The loop with another body: its outputs are those of the old one, then `more`, stacked by steps. */
  readonly forward: (body: Graph, more: number) => Value[];
}
