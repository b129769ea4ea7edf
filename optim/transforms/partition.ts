import { checkOptions } from "../../options/check_options.ts";
import { filled } from "../expr.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { perParameter, type Rule, type RuleInputs } from "../rule.ts";
import type { Exprs } from "../whole.ts";
import { Nested } from "./nested.ts";

/** What a label may depend on besides the parameter's name. */
export interface Labelled {
  /** The parameter's dimensions. */
  readonly shape: readonly number[];
}

/** Which group a parameter belongs to. */
export type LabelOf = (name: string, parameter: Labelled) => string;

/**
 * An optimiser for each group of parameters.
 *
 * The slots of a group's rule stand under the group's name and a dot. Rules that treat their parameters as one vector see
 * those of their group.
 *
 * @param groups the optimisers by the group's name
 * @param label the group of each parameter
 * @throws {RangeError} from `init` and `trace`, when a label names no group.
 *
 * @example
 * ```ts
 * import { partition } from "./partition.ts";
 * import { sgd } from "../rules/sgd.ts";
 * import { assertEquals } from "@std/assert";
 * const groups = { slow: sgd({ learningRate: 0.1 }), fast: sgd({ learningRate: 1 }) };
 * const opt = partition(groups, (name) => (name === "bias" ? "fast" : "slow"));
 * const params = { w: Float64Array.of(0), bias: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(1), bias: Float64Array.of(1) }, opt.init(params), params);
 * assertEquals([updates.w[0], updates.bias[0]], [-0.1, -1]);
 * ```
 *
 * @see Optax `partition`; PyTorch's parameter groups.
 */
export function partition(
  groups: Readonly<Record<string, Optimizer>>,
  label: LabelOf,
  options: { name?: string } = {},
): Optimizer {
  checkOptions("partition", options, { name: false });
  const { name } = options;
  const all = Object.entries(groups);
  if (all.length === 0) throw new RangeError("partition takes one or more groups, got none");
  const nested = new Map(all.map(([group, { rule }]) => [group, new Nested(rule, group)]));
  const membersOf = <P extends Labelled>(params: Readonly<Record<string, P>>) => {
    const members = new Map<string, Record<string, P>>();
    for (const [p, parameter] of Object.entries(params)) {
      const group = label(p, parameter);
      if (!nested.has(group)) {
        throw new RangeError(
          `label must be one of ${[...nested.keys()].join(", ")}, got ${group} for '${p}'`,
        );
      }
      members.set(group, { ...members.get(group), [p]: parameter });
    }
    return [...members].map(([group, own]) => ({ rule: nested.get(group)!, own }));
  };
  const rule: Rule = {
    gradientsPerUpdate: Math.max(...all.map(([, opt]) => opt.rule.gradientsPerUpdate ?? 1)),
    slots: (params) => Object.assign({}, ...membersOf(params).map(({ rule, own }) => rule.slots(own))),
    update(inputs) {
      const results = membersOf(inputs.params).map(({ rule, own }) => rule.update(inputs, { params: own }));
      return {
        updates: inOrder(inputs.params, Object.assign({}, ...results.map((r) => r.updates))),
        state: Object.assign({}, ...results.map((r) => r.state)),
      };
    },
    ...(all.every(([, opt]) => opt.rule.evaluation === undefined) ? {} : {
      evaluation: ({ params, state }: Pick<RuleInputs, "params" | "state">) => {
        const parts = membersOf(params).map(({ rule, own }) => rule.evaluation({ params: own, state }));
        return inOrder(params, Object.assign({}, ...parts));
      },
    }),
  };
  return optimizer({ name: name ?? `partition ${Object.keys(groups).join(", ")}`, like: all[0]![1], rule });
}

function inOrder(params: Exprs, record: Exprs): Record<string, Exprs[string]> {
  return Object.fromEntries(Object.keys(params).map((p) => [p, record[p]!]));
}

/**
 * A rule for some parameters; the others' gradients pass through as they are.
 *
 * @param inner the rule
 * @param mask which parameters it is for, by name
 *
 * @example
 * ```ts
 * import { masked } from "./partition.ts";
 * import { clip } from "./clip.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = masked(clip(1), (name) => name === "w");
 * const params = { w: Float64Array.of(0), bias: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(9), bias: Float64Array.of(9) }, opt.init(params), params);
 * assertEquals([updates.w[0], updates.bias[0]], [1, 9]);
 * ```
 *
 * @see Optax `masked`.
 */
export function masked(inner: Optimizer, mask: (name: string) => boolean): Optimizer {
  const pass = optimizer({ name: "pass", rule: perParameter({}, ({ g }) => ({ u: g })) });
  return partition({ inner, pass }, (name) => (mask(name) ? "inner" : "pass"), {
    name: `masked ${inner.name}`,
  });
}

/**
 * A rule that leaves some parameters as they are; they have no state.
 *
 * @param inner the rule for all others
 * @param frozen which parameters stay, by name
 *
 * @example
 * ```ts
 * import { freeze } from "./partition.ts";
 * import { sgd } from "../rules/sgd.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = freeze(sgd({ learningRate: 1 }), (name) => name.startsWith("encoder."));
 * const params = { "encoder.w": Float64Array.of(0), head: Float64Array.of(0) };
 * const grads = { "encoder.w": Float64Array.of(1), head: Float64Array.of(1) };
 * const [updates] = opt.update(grads, opt.init(params), params);
 * assertEquals([updates["encoder.w"][0], updates.head[0]], [0, -1]);
 * ```
 *
 * @see Optax `freeze`; PyTorch's `requires_grad = False`.
 */
export function freeze(inner: Optimizer, frozen: (name: string) => boolean): Optimizer {
  // The gradient is not read: NaN in it must not reach the parameter.
  const stay = optimizer({
    name: "stay",
    rule: perParameter({}, ({ g }) => ({ u: filled(g.shape, 0) })),
  });
  return partition({ inner, frozen: stay }, (name) => (frozen(name) ? "frozen" : "inner"), {
    name: `freeze ${inner.name}`,
  });
}
