/**
 * Tables of host-computed numbers for updates whose count is not known before a run; the rule's clocks index them.
 *
 * A rule that leaves out updates counts only those it makes, so the coefficients of a step depend on the steps before
 * it. The host therefore passes the coefficients of every count that a run can reach; each step looks up its own.
 *
 * @module
 */
import type { DType, Graph, Value } from "../../onnx/mod.ts";
import type { OptimizerState, Trace } from "../../optim/mod.ts";
import type { Noise } from "../../optim/graph/mod.ts";
import { NAMES } from "../session/mod.ts";

/** Tables in a graph, and the clocks to read them by. */
export class Lookup {
  readonly #coefficients: readonly [name: string, clock: string, table: Value][];
  readonly #noises: readonly [name: string, clock: string, table: Value][];
  readonly #first: ReadonlyMap<string, Value>;

  /** Adds the tables as inputs of the graph, and for each clock the count at which its tables begin. */
  constructor(
    graph: Graph,
    { trace, noises, dtype }: { trace: Trace; noises: readonly Noise[]; dtype: DType },
  ) {
    const tables = <T extends { readonly name: string; readonly clock: string | null }>(
      all: readonly T[],
      make: (one: T) => Value,
    ) => all.flatMap((one) => one.clock === null ? [] : [[one.name, one.clock, make(one)] as const]);
    this.#coefficients = tables(
      trace.coefficients,
      ({ name }) => graph.input(NAMES.coefficient(name), dtype, ["counts"]),
    ).map((t) => [...t]);
    this.#noises = tables(
      noises,
      ({ name, shape }) => graph.input(NAMES.noise(name), dtype, ["counts", ...shape]),
    ).map((t) => [...t]);
    const read = new Set([...this.#coefficients, ...this.#noises].map(([, clock]) => clock));
    this.#first = new Map([...read].map((c) => [c, graph.input(NAMES.clock(c), "float64", [])]));
  }

  /** Returns a step's own entries. @param slots the optimizer's state, clocks included */
  at(
    step: Graph,
    slots: Readonly<Record<string, Value>>,
  ): Record<"coefficients" | "noises", Record<string, Value>> {
    const places = new Map(
      [...this.#first].map(([c, first]) => [c, step.cast(step.sub(slots[c]!, first), { to: "int64" })]),
    );
    const entries = (of: readonly [string, string, Value][]) =>
      Object.fromEntries(
        of.map(([name, clock, table]) => [name, step.gather(table, places.get(clock)!, { axis: 0 })]),
      );
    return { coefficients: entries(this.#coefficients), noises: entries(this.#noises) };
  }
}

/**
 * Returns the range of counts that a clock's tables must hold for a run: from the lowest that its first call may go
 * back to, up to the highest that its last call may reach.
 */
export function countsOf(
  clock: string,
  { trace, state, steps }: { trace: Trace; state: OptimizerState; steps: number },
): { first: number; length: number } {
  const now = Number(state.slots[clock]!.data[0]);
  const first = Math.max(0, now - trace.clocks[clock]!);
  return { first, length: now + steps - first };
}
