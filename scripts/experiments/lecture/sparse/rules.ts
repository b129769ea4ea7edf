/**
 * The optimizers of `sparse`, and the rates that they give features.
 *
 * @module
 */
import { adagrad, type Optimizer, rmsprop, sgd, type TrainState } from "../../../../mod.ts";
import { required } from "../../../../options/mod.ts";

/** The decay of RMSProp's average of squares. */
const DECAY = 0.9;

/** The epsilon that Adagrad and RMSProp add to the root. */
const EPSILON = 1e-8;

/** The parameter whose rates are looked at: a row for each class, a column for each feature. */
const WEIGHT = "layers.0.weight";

/** An optimizer. */
export interface Rule {
  readonly name: string;
  /** Makes it at a learning rate. */
  readonly make: (learningRate: number) => Optimizer;
  /** The search for its rate begins at 2^center. */
  readonly center: number;
  /** The slot of squares whose root the rate is divided by; absent for SGD. */
  readonly squares?: string;
}

/** The optimizers, in the order of tables and plots. */
export const RULES: readonly Rule[] = [
  { name: "sgd", make: (learningRate) => sgd({ learningRate }), center: -1 },
  {
    name: "adagrad",
    make: (learningRate) => adagrad({ learningRate, epsilon: EPSILON }),
    center: -4,
    squares: "G",
  },
  {
    name: "rmsprop",
    make: (learningRate) => rmsprop({ learningRate, decay: DECAY, epsilon: EPSILON }),
    center: -9,
    squares: "v",
  },
];

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
