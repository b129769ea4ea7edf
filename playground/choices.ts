/**
 * The update rules and schedules to choose from. The page lists them without loading the library.
 *
 * @module
 */

/** The learning rate that a rule begins with. */
interface Rates {
  /** For networks. */
  readonly network: number;
  /** For functions of two variables. */
  readonly function: number;
}

/** The rules, with the learning rates that they begin with. */
export const RATES = {
  sgd: { network: 0.1, function: 0.0005 },
  momentum: { network: 0.05, function: 0.0005 },
  nesterov: { network: 0.05, function: 0.0005 },
  adagrad: { network: 0.05, function: 0.5 },
  adadelta: { network: 1, function: 1 },
  rmsprop: { network: 0.003, function: 0.02 },
  adam: { network: 0.01, function: 0.05 },
  adamw: { network: 0.01, function: 0.05 },
  adamax: { network: 0.01, function: 0.05 },
  amsgrad: { network: 0.01, function: 0.05 },
  nadam: { network: 0.01, function: 0.05 },
  radam: { network: 0.01, function: 0.05 },
  lion: { network: 0.001, function: 0.01 },
} as const satisfies Record<string, Rates>;

/** The name of a rule. */
export type RuleName = keyof typeof RATES;

/** The schedules by name: each gives a factor on the learning rate. */
export const SCHEDULES = ["constant", "cosine", "linear", "step", "warm-up and cosine"] as const;

/** The name of a schedule. */
export type ScheduleName = typeof SCHEDULES[number];
