/**
 * Makes links of chains from rules: the direction of a rule, without its rate, its decay and its sign.
 *
 * @module
 */
import type { Declaration, Declarations } from "../../options/mod.ts";
import { neg, type Rule } from "../language/mod.ts";
import { type Optimizer, type Transform, transform } from "../optimizer.ts";
import { ruleOptions } from "../scheduled.ts";

/** The options of a rule that its direction does not have: other links do what they say. */
export type DescentOption =
  | "learningRate"
  | "weightDecay"
  | "decayMask"
  | "maximize"
  | "decoupledWeightDecay";

const DESCENT: ReadonlySet<string> = new Set<DescentOption>([
  "learningRate",
  "weightDecay",
  "decayMask",
  "maximize",
  "decoupledWeightDecay",
]);

/** Returns the declarations of a rule's options without those of its descent. */
export function directionOptions<D extends Readonly<Record<string, Declaration>>>(
  declared: D,
): Omit<D, DescentOption> {
  const own = Object.entries(declared).filter(([name]) => !DESCENT.has(name));
  return Object.fromEntries(own) as Omit<D, DescentOption>;
}

/** The rule behind a link, and how its update becomes a direction. */
interface Source<T extends object, D> {
  /** The declarations of the link's options. */
  readonly declared: D;
  /** Makes the rule, at a learning rate of 1, for the link's options. */
  readonly rule: (options: T) => Optimizer;
  /** Whether the update is linear in the learning rate; if not, it is negated. `true` by default. */
  readonly linear?: boolean;
}

/**
 * Returns the direction of a rule as a link: minus its update at the learning rate 1.
 *
 * The rate of most rules is a coefficient that the update is linear in. They compute their direction at a rate of -1,
 * which costs no operation; the others are negated.
 */
export function direction<T extends object, D extends Declarations<T>>(
  name: string,
  options: T,
  { declared, rule: make, linear = true }: Source<T, D>,
): Transform {
  const hyperparameters = ruleOptions(
    name,
    options,
    declared as D & Readonly<Record<Exclude<keyof D, keyof T>, never>>,
  );
  const { rule } = make(options);
  return transform({
    name,
    rule: { ...rule, update: linear ? atMinusOne(rule) : negated(rule) },
    hyperparameters,
  });
}

/** Returns the update at a rate of -1, whatever the caller's factor: the link that has the rate applies that. */
function atMinusOne(rule: Rule): Rule["update"] {
  return (inputs) =>
    rule.update({
      ...inputs,
      at: (name, f, clock) => inputs.at(name, (step) => f({ ...step, learningRateScale: -1 }), clock),
    });
}

/** Returns minus the update, at the rate of the rule's own, whatever the caller's factor. */
function negated(rule: Rule): Rule["update"] {
  return (inputs) => {
    const at: typeof inputs.at = (name, f, clock) =>
      inputs.at(name, (step) => f({ ...step, learningRateScale: 1 }), clock);
    const { updates, ...rest } = rule.update({ ...inputs, at });
    return { ...rest, updates: Object.fromEntries(Object.entries(updates).map(([p, u]) => [p, neg(u)])) };
  };
}
