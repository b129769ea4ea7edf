/**
 * Control flow: what is known of a subgraph's outputs, seen from outside.
 *
 * @module
 */
import { type Dim, normalizeAxis, type Shape } from "../shape.ts";
import { numbersIn } from "./common.ts";
import type { Inferred, InferRule, Known } from "./types.ts";

/** States in front, as the body returns them; then each step's outputs, stacked. */
const scan: InferRule = (node) => {
  const inner = node.subgraphOutputs("body");
  const count = node.int("num_scan_inputs")!;
  const states = node.inputs.length - count;
  const inAxes = node.ints("scan_input_axes");
  const outAxes = node.ints("scan_output_axes");
  const first = node.inputs[states]?.shape;
  const steps: Dim = first?.[normalizeAxis(inAxes?.[0] ?? 0, first.length)] ?? node.freshDim("steps");
  return inner.map((known, i): Inferred => {
    if (i < states) {
      return {
        dtype: known.dtype,
        shape: joined(known.shape, node.inputs[i]?.shape, () => node.freshDim()),
      };
    }
    const shape = known.shape;
    if (shape === undefined) return { dtype: known.dtype };
    const axis = normalizeAxis(outAxes?.[i - states] ?? 0, shape.length + 1);
    return { dtype: known.dtype, shape: shape.toSpliced(axis, 0, steps) };
  });
};

const loop: InferRule = (node) => {
  const inner = node.subgraphOutputs("body").slice(1);
  const states = node.inputs.length - 2;
  const trips = numbersIn(node.inputs[0])?.[0];
  // The condition may end the loop early: the trip count is exact only where there is none.
  const steps: Dim = trips !== undefined && !node.inputs[1] ? trips : node.freshDim("trips");
  return inner.map((known, i): Inferred => {
    if (i < states) {
      return {
        dtype: known.dtype,
        shape: joined(known.shape, node.inputs[i + 2]?.shape, () => node.freshDim()),
      };
    }
    return { dtype: known.dtype, shape: known.shape && [steps, ...known.shape] };
  });
};

const branch: InferRule = (node) => {
  const [a, b] = [node.subgraphOutputs("then_branch"), node.subgraphOutputs("else_branch")];
  return a.map((known, i): Inferred => ({
    dtype: known.dtype ?? b[i]?.dtype,
    shape: joined(known.shape, (b[i] as Known | undefined)?.shape, () => node.freshDim()),
  }));
};

/** What two shapes have in common. */
function joined(a: Shape | undefined, b: Shape | undefined, fresh: () => string): Shape | undefined {
  if (a === undefined || b === undefined || a.length !== b.length) return undefined;
  return a.map((d, i) => (d === b[i] ? d : fresh()));
}

/** Rules by operator. */
export const CONTROL: Readonly<Record<string, InferRule>> = { Scan: scan, Loop: loop, If: branch };
