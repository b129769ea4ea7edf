/**
 * The optimizers of `sparse`, and the rates that they give features.
 *
 * @module
 */
import type { Optimizer, TrainState } from "../../../../mod.ts";
import { required } from "../../../../options/mod.ts";
import { type NamedOptimizer, optimizerOf } from "../../../lab/mod.ts";

/** The epsilon that Adagrad and RMSProp add to the root. */
const EPSILON = 1e-8;

/** The parameter whose rates are looked at: a row for each class, a column for each feature. */
const WEIGHT = "layers.0.weight";

/** An optimizer. */
export interface Rule {
  readonly name: string;
  /** Makes it at a learning rate. */
  readonly make: (learningRate: number) => Optimizer;
  readonly hyperparameters: NamedOptimizer["hyperparameters"];
  /** The search for its rate begins at 2^center. */
  readonly center: number;
  /** The slot of squares whose root the rate is divided by; absent for SGD. */
  readonly squares?: string;
}

/** Returns the optimizers, in the order of tables and plots. */
export function rules(): readonly Rule[] {
  return [
    rule("sgd", { center: -1 }),
    rule(`adagrad(epsilon=${EPSILON})`, { center: -4, squares: "G" }),
    rule(`rmsprop(decay=0.9, epsilon=${EPSILON})`, { center: -9, squares: "v" }),
  ];
}

function rule(text: string, more: Pick<Rule, "center" | "squares">): Rule {
  const { base, entry: { make }, hyperparameters } = optimizerOf(text);
  return { name: base, make, hyperparameters, ...more };
}

/** Returns the median, over features and classes, of what a gradient is multiplied by. */
export function medianRate(
  { optimizer }: TrainState,
  { rule: { squares }, rate, features }: { rule: Rule; rate: number; features: readonly number[] },
): number {
  if (squares === undefined) return rate;
  const { data, shape } = required(optimizer.slots, `${squares}/${WEIGHT}`, "slot");
  const [classes = 0, columns = 0] = shape;
  const rates = features.flatMap((i) =>
    Array.from({ length: classes }, (_, c) => rate / (Math.sqrt(Number(data[c * columns + i])) + EPSILON))
  ).sort((a, b) => a - b);
  return required(rates, Math.floor(rates.length / 2), "rate");
}
