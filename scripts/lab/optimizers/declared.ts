/**
 * The declarations of the library's functions.
 *
 * @module
 */
import type { Declaration } from "./declaration.ts";
import type { Declared } from "./read_options.ts";

const n = (range: string, value?: number, more: object = {}): Declaration =>
  ({
    kind: "number",
    range,
    schedule: true,
    ...(value === undefined ? {} : { default: value }),
    ...more,
  }) as Declaration;
const common = {
  learningRate: n("a finite number of at least 0", 1e-3, { schedule: true }),
  weightDecay: n("a finite number of at least 0", 0),
  decayMask: { kind: "names" },
  maximize: { kind: "flag", default: false },
} as const;
const moments = {
  ...common,
  decoupledWeightDecay: { kind: "flag", default: false },
  beta1: n("in [0, 1)", 0.9),
  beta2: n("in [0, 1)", 0.999),
  epsilon: n("a finite number of at least 0", 1e-8),
  epsilonRoot: n("a finite number of at least 0", 0),
} as const;
const INTERIM: Readonly<Record<string, Declared>> = {
  adam: {
    ...moments,
    epsilonPlacement: { kind: "choice", choices: ["outside", "inside", "scaled"], default: "outside" },
  },
  adamw: {
    ...moments,
    weightDecay: n("a finite number of at least 0", 1e-2),
    amsgrad: { kind: "flag", default: false },
  },
  sgd: {
    ...common,
    momentum: n("in [0, 1)", 0),
    dampening: n("in [0, 1]", 0),
    nesterov: { kind: "flag", default: false },
  },
  swats: {
    learningRate: n("a finite number of at least 0", 1e-3),
    beta1: n("in [0, 1)", 0.9, { schedule: false }),
    beta2: n("in [0, 1)", 0.999, { schedule: false }),
    epsilon: n("a finite number of at least 0", 1e-9, { schedule: false }),
    tolerance: n("a finite number above 0", 1e-9, { schedule: false }),
    requirePositive: { kind: "flag", default: false },
  },
  lookahead: {
    syncPeriod: n("an integer of at least 1", 5, { schedule: false }),
    slowStepSize: n("in (0, 1]", 0.5, { schedule: false }),
    resetState: { kind: "flag", default: false },
  },
  sam: { rho: n("a finite number above 0", 0.05, { schedule: false }) },
  multiSteps: {
    every: n("an integer of at least 1", undefined, { schedule: false, required: true }),
    sum: { kind: "flag", default: false },
  },
  cosineDecay: {
    initial: n("a finite number of at least 0", undefined, { required: true }),
    final: n("a finite number of at least 0", 0),
    steps: n("an integer of at least 1", undefined, { required: true }),
    power: n("a finite number above 0", 1),
  },
  constantSchedule: { value: n("a finite number of at least 0", undefined, { required: true }) },
};

/** Returns the declarations of a function's options by its name in the library. */
export function declaredOf(name: string): Declared {
  return INTERIM[name] ?? {};
}
