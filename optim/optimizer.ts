/**
 * Makes optimizers from update rules.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../options/mod.ts";
import type { Rule } from "./language/mod.ts";
import { type LearningRate, scheduled } from "./scheduled.ts";
import type { Combined, Optimizer, Transform, Updater } from "./protocol.ts";
import { kindOf, RuleUpdater } from "./rule_updater.ts";

export type { Combined, Optimizer, Transform, Updater } from "./protocol.ts";

/** The parts of an optimizer or a transform. */
export interface OptimizerParts {
  /** The rule's name. */
  name: string;
  /** The rule. */
  rule: Rule;
  /** The learning rate that coefficients receive: a finite number of at least 0, or a schedule. 1 by default. */
  learningRate?: LearningRate;
  /** For rules around another: the optimizer whose learning rate is reported as this one's. */
  like?: Pick<Updater, "learningRate"> | null;
  /** The options by name, defaults included, for summaries; none by default. They change nothing. */
  hyperparameters?: Readonly<Record<string, unknown>>;
}

const PARTS = {
  name: true,
  rule: true,
  learningRate: false,
  like: false,
  hyperparameters: false,
} satisfies OptionNames<OptimizerParts>;

/**
 * Returns an optimizer with a rule of your own.
 *
 * @throws {RangeError} if the learning rate is neither a schedule nor a finite number of at least 0
 * @throws {TypeError} if the rule lacks a function.
 *
 * @example
 * ```ts
 * import { optimizer } from "./optimizer.ts";
 * import { ops, perParameter } from "./language/mod.ts";
 * import { assertEquals } from "@std/assert";
 * const soft = optimizer({
 *   name: "soft",
 *   learningRate: 0.5,
 *   rule: perParameter({}, ({ g }, at) => ({ u: ops.mul(at("rate", (s) => -s.learningRate), ops.tanh(g)) })),
 * });
 * const params = { w: Float64Array.of(0) };
 * assertEquals(soft.update({ w: Float64Array.of(1e9) }, soft.init(params), params)[0].w[0], -0.5);
 * ```
 */
export function optimizer(parts: OptimizerParts): Optimizer {
  return made("optimizer", parts);
}

/**
 * Returns a transform with a rule of your own: a link before or after an optimizer in a `chain`.
 *
 * @throws {RangeError} if the learning rate is neither a schedule nor a finite number of at least 0
 * @throws {TypeError} if the rule lacks a function.
 *
 * @example
 * ```ts
 * import { transform } from "./optimizer.ts";
 * import { ops, perParameter } from "./language/mod.ts";
 * import { chain } from "./transforms/chain.ts";
 * import { sgd } from "./rules/sgd.ts";
 * import { assertEquals } from "@std/assert";
 * const halve = transform({ name: "halve", rule: perParameter({}, ({ g }) => ({ u: ops.mul(0.5, g) })) });
 * const opt = chain(halve, sgd({ learningRate: 1 }));
 * const params = { w: Float64Array.of(0) };
 * assertEquals(opt.update({ w: Float64Array.of(3) }, opt.init(params), params)[0].w[0], -1.5);
 * ```
 */
export function transform(parts: OptimizerParts): Transform {
  return made("transform", parts);
}

/** Returns what several optimizers and transforms make together. @param of all of them */
export function combined<T extends Updater>(of: readonly T[], parts: OptimizerParts): Combined<T> {
  const role = of.every((part) => part.role === "transform") ? "transform" : "optimizer";
  // The type repeats for the parts' types what the line above says of their roles.
  return made(role, parts) as Updater as Combined<T>;
}

/**
 * Returns the same optimizer under another name; each accepts the other's states.
 *
 * @param options.hyperparameters the options to show in summaries; those of the optimizer by default
 */
export function renamed(
  name: string,
  opt: Optimizer,
  { hyperparameters = opt.hyperparameters }: Pick<OptimizerParts, "hyperparameters"> = {},
): Optimizer {
  const { rule, learningRate } = opt;
  const kind = kindOf(opt);
  return new RuleUpdater({ role: "optimizer", name, rule, learningRate, kind, hyperparameters });
}

function made<R extends "optimizer" | "transform">(role: R, parts: OptimizerParts): RuleUpdater<R> {
  checkOptions(role, parts, PARTS);
  const { name, rule, learningRate, like = null, hyperparameters } = parts;
  if (typeof rule?.slots !== "function" || typeof rule.update !== "function") {
    throw new TypeError(
      `${role}: the rule of ${name} must have the functions slots and update, as perParameter gives`,
    );
  }
  if (learningRate === undefined) {
    return new RuleUpdater({ role, name, rule, learningRate: like?.learningRate ?? null, hyperparameters });
  }
  const rate = scheduled(`${name}: learningRate`, learningRate, "a finite number of at least 0");
  return new RuleUpdater({ role, name, rule: atRate(rule, rate), learningRate: rate, hyperparameters });
}

/** Returns the rule with its learning rate bound: the caller's factor multiplies it. */
function atRate(rule: Rule, rate: (count: number) => number): Rule {
  return {
    ...rule,
    update: (inputs) =>
      rule.update({
        ...inputs,
        at: (name, f, clock) =>
          inputs.at(name, (s) => f({ ...s, learningRate: rate(s.t - 1) * s.learningRateScale }), clock),
      }),
  };
}
