/**
 * The optimisers that experiments know by name, each with a learning rate that suits small classifiers.
 *
 * @module
 */
import {
  adagrad,
  adam,
  adamw,
  amsgrad,
  gradientDescent,
  type Optimizer,
  rmsprop,
  sgd,
  type Switch,
  switchCriterion,
} from "../../mod.ts";

/** An optimiser of an experiment. */
export interface OptimizerEntry {
  /** The learning rate where none is asked for. */
  readonly learningRate: number;
  /** The update rule at a learning rate. */
  readonly make: (learningRate: number) => Optimizer;
  /** When to go over to another rule. */
  readonly switching?: () => Switch;
}

/** Momentum of `momentum`, `nesterov` and of SGD after a switch. */
const MOMENTUM = 0.9;

/**
 * The tolerance of SWATS where an experiment is to switch at all: at the paper's 1e-9 the criterion practically never
 * fires on mini-batches; public implementations use this.
 */
const SWATS_TOLERANCE = 1e-5;

/** Name to optimiser, in the order of tables. */
export const OPTIMIZERS: Readonly<Record<string, OptimizerEntry>> = {
  gd: { learningRate: 0.5, make: (learningRate) => gradientDescent({ learningRate }) },
  sgd: { learningRate: 0.1, make: (learningRate) => sgd({ learningRate }) },
  momentum: { learningRate: 0.05, make: (learningRate) => sgd({ learningRate, momentum: MOMENTUM }) },
  nesterov: {
    learningRate: 0.05,
    make: (learningRate) => sgd({ learningRate, momentum: MOMENTUM, nesterov: true }),
  },
  adagrad: { learningRate: 0.02, make: (learningRate) => adagrad({ learningRate }) },
  rmsprop: { learningRate: 1e-3, make: (learningRate) => rmsprop({ learningRate }) },
  adam: { learningRate: 1e-3, make: (learningRate) => adam({ learningRate }) },
  adamw: { learningRate: 1e-3, make: (learningRate) => adamw({ learningRate }) },
  amsgrad: { learningRate: 1e-3, make: (learningRate) => amsgrad({ learningRate }) },
  swats: {
    learningRate: 1e-3,
    make: (learningRate) => adam({ learningRate, epsilon: 1e-9, epsilonPlacement: "scaled" }),
    switching: () => ({
      criterion: switchCriterion({ tolerance: SWATS_TOLERANCE, requirePositive: true }),
      // The paper's SGD: v = beta1 v + g, w = w - (1 - beta1) Lambda v.
      to: (Lambda) => sgd({ learningRate: (1 - MOMENTUM) * Lambda, momentum: MOMENTUM }),
    }),
  },
};
