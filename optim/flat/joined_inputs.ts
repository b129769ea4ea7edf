/**
 * The inputs of an update that vectors hold.
 *
 * @module
 */
import type { Trace } from "../graph/mod.ts";
import { intern, type RuleInput } from "../language/mod.ts";
import type { FlatOptions } from "./flat_options.ts";
import { groupsOf } from "./groups.ts";

/** The names of the inputs in each vector, in their order. */
export interface JoinedInputs {
  /** Vectors of gradients, by the names of the parameters. */
  readonly gradients: readonly (readonly string[])[];
  /** Vectors of parameters. */
  readonly parameters: readonly (readonly string[])[];
  /** Vectors of slots. */
  readonly slots: readonly (readonly string[])[];
}

/** Returns the inputs that an update puts together to vectors. */
export function joinedInputs({ outputs }: Pick<Trace, "outputs">, options: FlatOptions): JoinedInputs {
  const leaves = groupsOf(intern(outputs).nodes, options).flatMap((group) => [...group.leaves.values()]);
  const of = (kind: RuleInput["kind"]) => {
    const taken = new Set<string>();
    return leaves.flatMap((tensors) => {
      const names = tensors.flatMap((e) =>
        e.op === "input" && e.input.kind === kind && e.input.kind !== "loss" ? [e.input.name] : []
      );
      // One that is in a vector already stays there.
      if (names.length < tensors.length || names.some((n) => taken.has(n))) return [];
      names.forEach((n) => taken.add(n));
      return [names];
    });
  };
  return { gradients: of("gradient"), parameters: of("parameter"), slots: of("slot") };
}
