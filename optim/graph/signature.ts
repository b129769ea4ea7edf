/**
 * Tells whether two rules write the same graph.
 *
 * @module
 */
import { type Expr, type Factor, intern, keyOf, type ParamSpec } from "../language/mod.ts";

/** The inputs that the host gives a graph. */
interface Given {
  readonly name: string;
  readonly clock: string | null;
}

/** The values, besides its expressions, that the graph of a rule depends on. */
interface Surroundings {
  readonly params: Readonly<Record<string, ParamSpec>>;
  readonly buffers: Readonly<Record<string, ParamSpec>>;
  readonly trace: {
    readonly coefficients: readonly Given[];
    readonly noises: readonly (Given & Pick<ParamSpec, "shape">)[];
    readonly state: readonly ({ readonly name: string } & ParamSpec)[];
    readonly clocks: Readonly<Record<string, number>>;
    readonly counter: string | null;
    readonly needs: {
      readonly value: boolean;
      readonly hessians: boolean;
      readonly factors: readonly Factor[];
    };
  };
  readonly moved: readonly string[];
  /** Of how many updates only the first reads the Hessian's diagonal. */
  readonly hessianInterval: number;
}

/**
 * Returns a text that is the same for rules that write the same graph: all expressions in order, constants included, and
 * the names, types and shapes of all inputs.
 *
 * @param outputs what the graph computes, in order
 * @param surroundings.moved the clocks that move, in the order of their expressions among the outputs
 */
export function signatureOf(
  outputs: readonly Expr[],
  { params, buffers, trace, moved, hessianInterval }: Surroundings,
): string {
  const { nodes, outputs: results } = intern(outputs);
  const numbers = new Map(nodes.map((node, i) => [node, i]));
  const lines = nodes.map((e) => keyOf(e, "args" in e ? e.args.map((a) => numbers.get(a)!) : []));
  const specs = (of: Readonly<Record<string, ParamSpec>>) =>
    Object.entries(of).map(([name, { dtype, shape }]) => [name, dtype, shape]);
  return JSON.stringify([
    lines.join("\n"),
    results.map((e) => [numbers.get(e), e.shape]),
    moved,
    specs(params),
    specs(buffers),
    trace.state.map(({ name, dtype, shape }) => [name, dtype, shape]),
    trace.coefficients.map(({ name, clock }) => [name, clock]),
    trace.noises.map(({ name, shape, clock }) => [name, shape, clock]),
    trace.clocks,
    trace.counter,
    trace.needs.value,
    trace.needs.hessians ? hessianInterval : 0,
    trace.needs.factors,
  ]);
}
