/**
 * Writes one update of a rule into a graph.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import type { DType } from "../../onnx/tensor/mod.ts";
import type { Expr, Exprs, RuleInput, Slot } from "../language/mod.ts";
import { emitExpressions } from "./emit.ts";
import type { EmitInputs, EmitOutputs, WriteNode } from "./trace.ts";

/** The expressions that an update computes. */
export interface UpdateExprs {
  /** The names of the parameters. */
  readonly names: readonly string[];
  /** The type that expressions are computed in. */
  readonly dtype: DType;
  /** Each parameter after the update, in the order of the names. */
  readonly params: readonly Expr[];
  /** The change of each parameter, in the order of the names. */
  readonly updates: readonly Expr[];
  /** The slots. */
  readonly slots: Readonly<Record<string, Slot>>;
  /** Each slot after the update, in the order of the slots. */
  readonly next: readonly Expr[];
  /** The distance that each clock moves; a clock that is left out does not move. */
  readonly clocks: Exprs;
  /** Writes some expressions in another way. */
  readonly write: WriteNode | undefined;
}

/** Writes one update into a graph. */
export function emitUpdate(
  g: Graph,
  io: EmitInputs,
  { names, dtype, params, updates, slots, next, clocks, write }: UpdateExprs,
): EmitOutputs {
  const state = Object.fromEntries(
    // Expressions are computed in one type, and clocks are float64.
    Object.entries(io.state).map(([n, v]) => [n, v.dtype === dtype ? v : g.cast(v, { to: dtype })]),
  );
  const plain = Object.entries(slots).flatMap(([name, { clock }], i) =>
    clock === undefined ? [{ name, expr: next[i]! }] : []
  );
  const moves = Object.entries(clocks);
  const emitted = emitExpressions(
    g,
    [...params, ...plain.map((s) => s.expr), ...updates, ...moves.map(([, by]) => by)],
    { inputs: (input) => inputOf(input, { ...io, state }), dtype, write },
  );
  let at = 0;
  const take = (of: readonly string[]) => Object.fromEntries(of.map((n) => [n, emitted[at++]!]));
  const outputs = {
    params: take(names),
    state: take(plain.map((s) => s.name)),
    updates: take(names),
    moves: take(moves.map(([n]) => n)),
  };
  const counted = Object.entries(slots).filter(([, { clock }]) => clock !== undefined).map(([n]) => {
    const by = outputs.moves[n];
    // Clocks count in float64: float32 would stop counting at 2^24.
    return [n, by === undefined ? io.state[n]! : g.add(io.state[n]!, g.cast(by, { to: "float64" }))] as const;
  });
  return {
    params: outputs.params,
    updates: outputs.updates,
    state: { ...outputs.state, ...Object.fromEntries(counted) },
  };
}

/** Returns the value of an input. */
function inputOf(input: RuleInput, io: EmitInputs): Value {
  switch (input.kind) {
    case "loss":
      return io.value!;
    case "parameter":
      return io.params[input.name]!;
    case "gradient":
      return io.grads[input.name]!;
    case "slot":
      return io.state[input.name]!;
    case "hessian":
      return io.hessians![input.name]!;
    case "buffer":
      return io.buffers![input.name]!;
    case "coefficient":
      return io.coefficients[input.name]!;
    case "noise":
      return io.noises![input.name]!;
  }
}
