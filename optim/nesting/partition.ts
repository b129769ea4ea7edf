import { checkOptions, type Declarations, OTHER } from "../../options/mod.ts";
import {
  constant,
  each,
  type Expr,
  type Exprs,
  type Rule,
  type RuleInputs,
  type RuleOutputs,
  where,
} from "../language/mod.ts";
import { checkUpdater } from "../check_optimizer.ts";
import { type Combined, combined, type Updater } from "../optimizer.ts";
import { asOptions } from "./as_options.ts";
import { Nested, onlyIf } from "./nested.ts";
import { select } from "./select.ts";

/** The properties of a parameter, besides its name, that a label may depend on. */
export interface Labeled {
  /** The parameter's dimensions. */
  readonly shape: readonly number[];
}

/**
 * The properties of a parameter, besides its name, that a label may depend on.
 *
 * @deprecated Use {@linkcode Labeled}.
 */
export type Labelled = Labeled;

/** Returns the group of a parameter. */
export type LabelOf = (name: string, parameter: Labeled) => string;

/** Options of {@linkcode partition}, besides the label. */
export interface GroupOptions {
  /** The name of the optimizer; `partition` and the groups' names by default. */
  name?: string;
  /** Groups that may have no parameter; none by default. */
  mayBeEmpty?: readonly string[];
}

/** Options of {@linkcode partition}. */
export interface PartitionOptions extends GroupOptions {
  /** The group of each parameter. */
  label: LabelOf;
}

export const PARTITION_OPTIONS = {
  label: { kind: "other", type: "function", required: true },
  name: OTHER,
  mayBeEmpty: OTHER,
} satisfies Declarations<PartitionOptions>;

/**
 * Applies a different optimizer to each group of parameters.
 *
 * Slots of a group's rule have names that begin with the group's name and a dot. Rules that treat their parameters as one vector see
 * those of their group.
 *
 * If a group's rule takes several gradients of a batch, as `sam` does, the other groups use only the last of them, so
 * that each group makes one update per batch. A group that gathers gradients of several batches (`multiSteps`) does not
 * delay the others.
 *
 * @param groups the optimizers by the group's name
 * @throws {RangeError} when two groups take different numbers of gradients, both above 1. `init` and `trace` throw it
 * when a label names no group, or a group without parameters is not in `mayBeEmpty`.
 *
 * @example
 * ```ts
 * import { partition } from "./partition.ts";
 * import { sgd } from "../rules/sgd.ts";
 * import { assertEquals } from "@std/assert";
 * const groups = { slow: sgd({ learningRate: 0.1 }), fast: sgd({ learningRate: 1 }) };
 * const opt = partition(groups, { label: (name) => (name === "bias" ? "fast" : "slow") });
 * const params = { w: Float64Array.of(0), bias: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(1), bias: Float64Array.of(1) }, opt.init(params), params);
 * assertEquals([updates.w[0], updates.bias[0]], [-0.1, -1]);
 * ```
 *
 * @see Optax `partition`; PyTorch's parameter groups.
 */
export function partition<T extends Updater>(
  groups: Readonly<Record<string, T>>,
  options: PartitionOptions,
): Combined<T>;
/**
 * Applies a different optimizer to each group of parameters.
 *
 * @deprecated Give the label as an option: `partition(groups, { label })`.
 */
export function partition<T extends Updater>(
  groups: Readonly<Record<string, T>>,
  label: LabelOf,
  options?: GroupOptions,
): Combined<T>;
export function partition<T extends Updater>(
  groups: Readonly<Record<string, T>>,
  given: PartitionOptions | LabelOf,
  more: GroupOptions = {},
): Combined<T> {
  const options = { ...asOptions<PartitionOptions>(given, "label"), ...more };
  checkOptions("partition", options, PARTITION_OPTIONS);
  const { label, name, mayBeEmpty = [] } = options;
  for (const [group, opt] of Object.entries<unknown>(groups)) {
    checkUpdater(`partition: group '${group}'`, opt);
  }
  const all = Object.entries<Updater>(groups);
  if (all.length === 0) throw new RangeError("partition takes one or more groups, got none");
  const nested = new Map(all.map(([group, { rule }]) => [group, new Nested(rule, group)]));
  const membersOf = <P extends Labeled>(params: Readonly<Record<string, P>>) => {
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
  const gradients = all.map(([, opt]) => opt.rule.gradientsPerUpdate ?? 1);
  const period = Math.max(...gradients);
  if (gradients.some((n) => n !== 1 && n !== period)) {
    throw new RangeError(
      `partition: all groups with several gradients per update must take the same number, got ${
        gradients.join(", ")
      }`,
    );
  }
  const waits = all.some(([, opt]) => opt.rule.waits === true);
  const statistics = [...nested.values()].findLast((group) => group.rule.evaluationBuffers !== undefined);
  const checkEmpty = (
    empty: readonly (readonly [string, Nested])[],
    params: Readonly<Record<string, unknown>>,
  ) => {
    const wrong = empty.find(([group]) => !mayBeEmpty.includes(group));
    const names = Object.keys(params);
    if (wrong !== undefined && names.length > 0) {
      throw new RangeError(
        `partition: no parameter has the label '${wrong[0]}' (there are ${names.slice(0, 8).join(", ")}${
          names.length > 8 ? ", …" : ""
        }): give it to one of them, or list the group in mayBeEmpty`,
      );
    }
  };
  const rule: Rule = {
    gradientsPerUpdate: period,
    waits,
    ...(statistics === undefined ? {} : statistics.statistics),
    slots(params, buffers) {
      const members = membersOf(params);
      checkEmpty([...nested].filter(([, rule]) => !members.some((m) => m.rule === rule)), params);
      return Object.assign({}, ...members.map(({ rule, own }) => rule.slots(own, buffers)));
    },
    update(inputs) {
      const results = membersOf(inputs.params).map(({ rule, own }) => {
        const single = period > 1 && (rule.rule.gradientsPerUpdate ?? 1) === 1;
        return single ? atTheLast(rule, { inputs, own, period }) : rule.update(inputs, { params: own });
      });
      const joined = (of: (r: RuleOutputs) => Exprs | undefined) =>
        Object.assign({}, ...results.map((r) => of(r) ?? {})) as Record<string, Expr>;
      const ends = joined((r) => r.ends);
      const home = joined((r) => r.home);
      return {
        updates: inOrder(inputs.params, joined((r) => r.updates)),
        state: joined((r) => r.state),
        clocks: joined((r) => r.clocks),
        ...(waits ? { ends: each(Object.keys(inputs.params), (p) => ends[p] ?? constant(1)) } : {}),
        ...(Object.keys(home).length === 0 ? {} : { home: { ...inputs.params, ...home } }),
      };
    },
    ...(all.every(([, opt]) => opt.rule.evaluation === undefined) ? {} : {
      evaluation: ({ params, state }: Pick<RuleInputs, "params" | "state">) => {
        const parts = membersOf(params).map(({ rule, own }) => rule.evaluation({ params: own, state }));
        return inOrder(params, Object.assign({}, ...parts));
      },
    }),
  };
  return combined(Object.values(groups), {
    name: name ?? `partition ${Object.keys(groups).join(", ")}`,
    like: all[0]![1],
    hyperparameters: { groups, label },
    rule,
  });
}

/** Applies a rule of one gradient per update among rules of several: it uses the last gradient of each batch. */
function atTheLast(
  rule: Nested,
  { inputs, own, period }: { inputs: RuleInputs; own: Exprs; period: number },
): RuleOutputs {
  const last = inputs.at("last", ({ t }) => (t % period === 0 ? 1 : 0));
  const result = rule.update(inputs, { params: own, t: (t) => Math.ceil(t / period) });
  return {
    updates: each(Object.keys(own), (p) => where(last, result.updates[p]!, 0)),
    state: select(last, result.state, inputs.state),
    ...onlyIf(last, result),
    ...(result.home && { home: result.home }),
  };
}

function inOrder(params: Exprs, record: Exprs): Record<string, Exprs[string]> {
  return Object.fromEntries(Object.keys(params).map((p) => [p, record[p]!]));
}
