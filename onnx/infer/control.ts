/**
 * Control flow, sequences and optionals.
 *
 * @module
 */
import { type Dim, normalizeAxis, type Shape } from "../tensor/mod.ts";
import { dtypeAt, scalar, unknown } from "./common.ts";
import { contentsOf, scalarOf } from "./contents.ts";
import { insertDims, joinShapes, unifyDims, unifyShapes } from "./dims.ts";
import type { InferNode, Inferred, InferRule, Known } from "./types.ts";

/** `If`: the facts common to both branches, or those of the branch that a constant condition chooses. */
const ifRule: InferRule = (node) => {
  const branches = [node.subgraphOutputs("then_branch"), node.subgraphOutputs("else_branch")] as const;
  const condition = scalarOf(node.inputs[0]);
  if (typeof condition === "number") return branches[condition === 0 ? 1 : 0].map(copied);
  return branches[0].map((a, i): Inferred => {
    const b = branches[1][i];
    if (b === undefined) return copied(a);
    return {
      dtype: a.dtype === b.dtype ? a.dtype : undefined,
      shape: joinShapes(a.shape, b.shape, node.freshDim),
    };
  });
};

function copied(k: Known): Inferred {
  return { dtype: k.dtype, shape: k.shape, contents: contentsOf(k) };
}

/** `Loop`: inputs trip count, condition, states; the body returns condition, states, and what is stacked. */
const loop: InferRule = (node) => {
  const [condition, ...outputs] = node.subgraphOutputs("body");
  const initial = node.inputs.slice(2);
  return outputs.map((known, i): Inferred => {
    const start = initial[i];
    if (i >= initial.length) return stacked(known, tripCount(node, condition), 0);
    // Without a step the result is the initial value, and a step may change the shape.
    return {
      dtype: known.dtype ?? start?.dtype,
      shape: joinShapes(start?.shape, known.shape, node.freshDim),
    };
  });
};

/** Returns the number of steps of a loop: a symbol unless the trip count alone can end it. */
function tripCount(node: InferNode, condition: Known | undefined): Dim {
  const trips = scalarOf(node.inputs[0]);
  const starts = node.inputs[1] == null || scalarOf(node.inputs[1]) === 1;
  const goesOn = scalarOf(condition) === 1;
  return starts && goesOn && trips !== undefined ? trips : node.freshDim("trips");
}

function stacked(known: Known, trips: Dim, axis: number): Inferred {
  const at = known.shape && normalizeAxis(axis, known.shape.length + 1, "attribute 'scan_output_axes'");
  return { dtype: known.dtype, shape: known.shape && insertDims(known.shape, at!, [trips]) };
}

/** `Scan`: as many steps as the scanned inputs have entries along their axes; states keep their shape. */
const scan: InferRule = (node) => {
  const batched = node.opset < 9;
  // Up to opset 8 the lengths come first and every value has a batch dimension.
  const inputs = batched ? node.inputs.slice(1) : node.inputs;
  const outputs = node.subgraphOutputs("body");
  const scanned = node.int("num_scan_inputs")!;
  const states = inputs.length - scanned;
  if (scanned < 1 || states < 0 || states > outputs.length) {
    throw new RangeError(
      `attribute 'num_scan_inputs' must be in 1..${inputs.length} and leave at most ${outputs.length} states, got ${scanned}`,
    );
  }
  const batch: Shape = batched
    ? [inputs.map((k) => k?.shape?.[0]).find((d) => d !== undefined) ?? node.freshDim()]
    : [];
  const trips = scanLength(node, inputs.slice(states), batched);
  return outputs.map((known, i): Inferred => {
    const inner = known.shape && [...batch, ...known.shape];
    if (i < states) {
      const what = `the initial value of state ${i} and what the body returns for it`;
      return { dtype: known.dtype ?? inputs[i]?.dtype, shape: unifyShapes(inputs[i]?.shape, inner, what) };
    }
    const axis = batched ? 1 : node.ints("scan_output_axes")?.[i - states] ?? 0;
    return stacked({ ...known, shape: inner }, trips, axis);
  });
};

function scanLength(node: InferNode, scanned: readonly (Known | null)[], batched: boolean): Dim {
  let length: Dim | undefined;
  scanned.forEach((known, i) => {
    if (known?.shape === undefined) return;
    const given = batched ? 1 : node.ints("scan_input_axes")?.[i] ?? 0;
    const axis = normalizeAxis(given, known.shape.length, "attribute 'scan_input_axes'");
    const d = known.shape[axis];
    if (d === undefined) {
      throw new RangeError(`scanned input ${i} must have a dimension to scan, got a scalar`);
    }
    length = length === undefined ? d : unifyDims(length, d, "the lengths of the scanned inputs");
  });
  return length ?? node.freshDim("steps");
}

/** `OptionalGetElement`: a tensor is its own element from opset 18 on. */
const optionalElement: InferRule = (node) => {
  const shape: Shape | undefined = node.inputs[0]?.shape;
  return [{ dtype: dtypeAt(node, 0), shape }];
};

/** Rules of control flow, and of those operators on sequences and optionals that return tensors. */
export const CONTROL: Readonly<Record<string, InferRule>> = {
  ConcatFromSequence: unknown,
  If: ifRule,
  Loop: loop,
  OptionalGetElement: optionalElement,
  OptionalHasElement: scalar("bool"),
  Scan: scan,
  SequenceAt: unknown,
  SequenceLength: scalar("int64"),
};
