/**
 * The table of schedules.
 *
 * @module
 */
import type { Declaration } from "../options/mod.ts";
import { CONSTANT_SCHEDULE_OPTIONS } from "./constant.ts";
import { COSINE_DECAY_OPTIONS } from "./cosine_decay.ts";
import { COSINE_RESTARTS_OPTIONS } from "./cosine_restarts.ts";
import { CYCLIC_OPTIONS } from "./cyclic.ts";
import { EXPONENTIAL_DECAY_OPTIONS } from "./exponential_decay.ts";
import { FIXED_FREQUENCY_OPTIONS } from "./fixed_frequency.ts";
import { INVERSE_SQRT_DECAY_OPTIONS } from "./inverse_sqrt_decay.ts";
import { INVERSE_TIME_DECAY_OPTIONS } from "./inverse_time_decay.ts";
import { JOIN_SCHEDULES_OPTIONS } from "./join.ts";
import { LINEAR_SCHEDULE_OPTIONS } from "./linear.ts";
import { MULTI_STEP_DECAY_OPTIONS } from "./multi_step_decay.ts";
import { MULTIPLICATIVE_OPTIONS } from "./multiplicative.ts";
import { NOAM_OPTIONS } from "./noam.ts";
import { ONE_CYCLE_OPTIONS } from "./one_cycle.ts";
import { ONE_CYCLE_MOMENTUM_OPTIONS } from "./one_cycle_momentum.ts";
import { PIECEWISE_CONSTANT_OPTIONS } from "./piecewise_constant.ts";
import { PIECEWISE_INTERPOLATED_OPTIONS } from "./piecewise_interpolated.ts";
import { POLYNOMIAL_DECAY_OPTIONS } from "./polynomial_decay.ts";
import { REX_OPTIONS } from "./rex.ts";
import { STEP_DECAY_OPTIONS } from "./step_decay.ts";
import { WARM_UP_OPTIONS } from "./warm_up.ts";
import { WARM_UP_STABLE_DECAY_OPTIONS } from "./warm_up_stable_decay.ts";

/** A schedule of {@linkcode SCHEDULES}. */
export interface ScheduleEntry {
  /**
   * The declarations of its options, by which it checks them: kinds, ranges and defaults. `chainSchedules`,
   * `joinSchedules` and `warmUp` take schedules besides, before their options.
   */
  readonly options: Readonly<Record<string, Declaration>>;
  /** The paper, or the scheduler of another library, that it follows. */
  readonly paper: string;
}

/** Every function that makes a schedule, by name. */
export const SCHEDULES: Readonly<Record<string, ScheduleEntry>> = {
  constantSchedule: { options: CONSTANT_SCHEDULE_OPTIONS, paper: "" },
  chainSchedules: { options: {}, paper: "PyTorch `ChainedScheduler`." },
  cosineDecay: {
    options: COSINE_DECAY_OPTIONS,
    paper:
      "Loshchilov, Hutter: SGDR: Stochastic Gradient Descent with Warm Restarts (ICLR 2017), equation 5.",
  },
  cosineRestarts: {
    options: COSINE_RESTARTS_OPTIONS,
    paper:
      "Loshchilov, Hutter: SGDR: Stochastic Gradient Descent with Warm Restarts (ICLR 2017), equation 5; PyTorch `CosineAnnealingWarmRestarts`; Optax `sgdr_schedule`.",
  },
  cyclic: {
    options: CYCLIC_OPTIONS,
    paper: "Smith: Cyclical Learning Rates for Training Neural Networks (WACV 2017); PyTorch `CyclicLR`.",
  },
  exponentialDecay: {
    options: EXPONENTIAL_DECAY_OPTIONS,
    paper: "PyTorch `ExponentialLR`; Optax `exponential_decay`.",
  },
  fixedFrequency: {
    options: FIXED_FREQUENCY_OPTIONS,
    paper:
      "Wilson, Roelofs, Stern, Srebro, Recht: The Marginal Value of Adaptive Gradient Methods in Machine Learning (NeurIPS 2017), section 4.",
  },
  inverseSqrtDecay: {
    options: INVERSE_SQRT_DECAY_OPTIONS,
    paper: "Reddi, Kale, Kumar: On the Convergence of Adam and Beyond (ICLR 2018), Corollary 1.",
  },
  inverseTimeDecay: {
    options: INVERSE_TIME_DECAY_OPTIONS,
    paper: "Robbins, Monro: A Stochastic Approximation Method (1951); Keras `InverseTimeDecay`.",
  },
  joinSchedules: {
    options: JOIN_SCHEDULES_OPTIONS,
    paper: "Optax `join_schedules`; PyTorch `SequentialLR`.",
  },
  linearSchedule: { options: LINEAR_SCHEDULE_OPTIONS, paper: "PyTorch `LinearLR`; Optax `linear_schedule`." },
  multiStepDecay: { options: MULTI_STEP_DECAY_OPTIONS, paper: "PyTorch `MultiStepLR`." },
  multiplicative: { options: MULTIPLICATIVE_OPTIONS, paper: "PyTorch `MultiplicativeLR`." },
  noam: {
    options: NOAM_OPTIONS,
    paper: "Vaswani et al.: Attention Is All You Need (NeurIPS 2017), equation 3.",
  },
  oneCycle: {
    options: ONE_CYCLE_OPTIONS,
    paper:
      "Smith, Topin: Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates (2017); PyTorch `OneCycleLR`; Optax `linear_onecycle_schedule`, `cosine_onecycle_schedule`, whose end is lower than its documentation says.",
  },
  oneCycleMomentum: {
    options: ONE_CYCLE_MOMENTUM_OPTIONS,
    paper:
      "Smith, Topin: Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates (2017); PyTorch `OneCycleLR` with `cycle_momentum`.",
  },
  piecewiseConstant: {
    options: PIECEWISE_CONSTANT_OPTIONS,
    paper: "Keras `PiecewiseConstantDecay`, whose boundaries still belong to the value before.",
  },
  piecewiseInterpolated: {
    options: PIECEWISE_INTERPOLATED_OPTIONS,
    paper: "Optax `piecewise_interpolate_schedule`.",
  },
  polynomialDecay: {
    options: POLYNOMIAL_DECAY_OPTIONS,
    paper: "PyTorch `PolynomialLR`; Optax `polynomial_schedule`.",
  },
  rex: {
    options: REX_OPTIONS,
    paper:
      "Chen, Wolfe, Kyrillidis: REX: Revisiting Budgeted Training with an Improved Schedule (MLSys 2022), section 4.",
  },
  stepDecay: {
    options: STEP_DECAY_OPTIONS,
    paper: "PyTorch `StepLR`; Optax `exponential_decay` with `staircase`.",
  },
  warmUp: {
    options: WARM_UP_OPTIONS,
    paper:
      "Goyal et al.: Accurate, Large Minibatch SGD (2017), section 2.2; Optax `warmup_cosine_decay_schedule`.",
  },
  warmUpStableDecay: {
    options: WARM_UP_STABLE_DECAY_OPTIONS,
    paper:
      "Hu et al.: MiniCPM: Unveiling the Potential of Small Language Models with Scalable Training Strategies (2024), section 4; Hägele et al.: Scaling Laws and Compute-Optimal Training Beyond Fixed Training Durations (NeurIPS 2024).",
  },
};
