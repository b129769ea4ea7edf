/**
 * Writes one update of a rule into a graph.
 *
 * @module
 */
import type { Graph, Value } from "../../onnx/mod.ts";
import type { DType } from "../../onnx/tensor/mod.ts";
import type { Expr, Exprs, RuleInput, Slot } from "../language/mod.ts";
import { emitExpressions } from "./emit.ts";
import type { EmitAll, EmitInputs, EmitOutputs, WriteNode } from "./trace.ts";

/** The expressions that an update computes. */
export interface UpdateExprs {
  /** The names of the parameters. */
  readonly names: readonly string[];
  /** The type that expressions are computed in. */
  readonly dtype: DType;
  /** The slots. */
  readonly slots: Readonly<Record<string, Slot>>;
  /** The slots that are no clocks, by name. */
  readonly plain: readonly string[];
  /** The distance that each clock moves; a clock that is left out does not move. */
  readonly clocks: Exprs;
  /** Each parameter and each plain slot after the update, each parameter's change, and each clock's. */
  readonly outputs: readonly Expr[];
  /** Writes some expressions in another way. */
  readonly write: WriteNode | undefined;
  /** Writes all of them. */
  readonly all: EmitAll | undefined;
}

/** Writes one update into a graph. */
export function emitUpdate(
  g: Graph,
  io: EmitInputs,
  { names, dtype, slots, plain, clocks, outputs: exprs, write, all = emitExpressions }: UpdateExprs,
): EmitOutputs {
  const state = Object.fromEntries(
    // Expressions are computed in one type, and clocks are float64.
    Object.entries(io.state).map(([n, v]) => [n, v.dtype === dtype ? v : g.cast(v, { to: dtype })]),
  );
  const emitted = all(g, exprs, { inputs: (input) => inputOf(input, { ...io, state }), dtype, write });
  let at = 0;
  const take = (of: readonly string[]) => Object.fromEntries(of.map((n) => [n, emitted[at++]!]));
  const outputs = {
    params: take(names),
    state: take(plain),
    updates: take(names),
    moves: take(Object.keys(clocks)),
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
export function inputOf(
  input: RuleInput,
  io: Pick<EmitInputs, "grads" | "params" | "coefficients"> & Partial<EmitInputs>,
): Value {
  switch (input.kind) {
    case "loss":
      return io.value!;
    case "parameter":
      return io.params[input.name]!;
    case "gradient":
      return io.grads[input.name]!;
    case "slot":
      return io.state![input.name]!;
    case "hessian":
      return io.hessians![input.name]!;
    case "factor":
      return io.factors![input.name]!;
    case "buffer":
      return io.buffers![input.name]!;
    case "coefficient":
      return io.coefficients[input.name]!;
    case "noise":
      return io.noises![input.name]!;
  }
}
