/**
 * Makes optimizers from update rules.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../options/mod.ts";
import type { Rule } from "./language/mod.ts";
import { type LearningRate, scheduled } from "./options.ts";
import type { Optimizer } from "./protocol.ts";
import { kindOf, RuleOptimizer } from "./rule_optimizer.ts";

export type { Optimizer } from "./protocol.ts";

/** What an optimizer is made of. */
export interface OptimizerParts {
  /** The rule's name. */
  name: string;
  /** The rule. */
  rule: Rule;
  /** What the rule's coefficients are told: a finite number of at least 0, or a schedule. 1 by default. */
  learningRate?: LearningRate;
  /** For rules around another: the optimizer whose learning rate is to be read as this one's. */
  like?: Pick<Optimizer, "learningRate"> | null;
}

const PARTS = { name: true, rule: true, learningRate: false, like: false } satisfies OptionNames<
  OptimizerParts
>;

/**
 * An optimizer from a rule: all that a rule of one's own needs.
 *
 * @throws {RangeError} for a bad learning rate.
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
  checkOptions("optimizer", parts, PARTS);
  const { name, rule, learningRate, like = null } = parts;
  if (typeof rule?.slots !== "function" || typeof rule.update !== "function") {
    throw new TypeError(
      `optimizer: the rule of ${name} must have the functions slots and update, as perParameter gives`,
    );
  }
  if (learningRate === undefined) return new RuleOptimizer(name, rule, like?.learningRate ?? null);
  const rate = scheduled(`${name}: learningRate`, learningRate, "a finite number of at least 0");
  return new RuleOptimizer(name, atRate(rule, rate), rate);
}

/** Returns the same optimizer under another name; each accepts the other's states. */
export function renamed(name: string, opt: Optimizer): Optimizer {
  return new RuleOptimizer(name, opt.rule, opt.learningRate, kindOf(opt));
}

/** The rule with its learning rate bound: what it is told from outside is a factor on it. */
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
