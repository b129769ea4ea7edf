/**
 * Learning-rate schedules, plateau annealing and other decisions.
 *
 * @module
 */

// Schedules of the learning rate, and decisions.
export { constantSchedule } from "./constant.ts";
export { cosineDecay, type CosineDecayOptions } from "./cosine_decay.ts";
export { exponentialDecay, type ExponentialDecayOptions } from "./exponential_decay.ts";
export { inverseSqrtDecay, type InverseSqrtDecayOptions } from "./inverse_sqrt_decay.ts";
export { inverseTimeDecay, type InverseTimeDecayOptions } from "./inverse_time_decay.ts";
export { joinSchedules, type JoinSchedulesOptions } from "./join.ts";
export { linearSchedule, type LinearScheduleOptions } from "./linear.ts";
export { multiStepDecay, type MultiStepDecayOptions } from "./multi_step_decay.ts";
export { noam, type NoamOptions } from "./noam.ts";
export { piecewiseConstant, type PiecewiseConstantOptions } from "./piecewise_constant.ts";
export { type Plateau, plateau, type PlateauState } from "./plateau.ts";
export type { PlateauOptions, PlateauSemantics } from "./plateau_options.ts";
export { polynomialDecay, type PolynomialDecayOptions } from "./polynomial_decay.ts";
export type { Schedule } from "./schedule.ts";
export { stepDecay, type StepDecayOptions } from "./step_decay.ts";
export {
  type SwitchCriterion,
  switchCriterion,
  type SwitchCriterionOptions,
  type SwitchObservation,
} from "./switch_criterion.ts";
export {
  type StoredSwitchState,
  storedSwitchState,
  type SwitchState,
  switchStateOf,
} from "./switch_state.ts";
export { warmUp, type WarmUpOptions } from "./warm_up.ts";
export { chainSchedules } from "./chain.ts";
export { cosineRestarts, type CosineRestartsOptions } from "./cosine_restarts.ts";
export { cyclic, type CyclicMode, type CyclicOptions } from "./cyclic.ts";
export { devDecay, type DevDecayOptions } from "./dev_decay.ts";
export {
  type EarlyStopping,
  earlyStopping,
  type EarlyStoppingOptions,
  type EarlyStoppingState,
} from "./early_stopping.ts";
export { fixedFrequency, type FixedFrequencyOptions } from "./fixed_frequency.ts";
export { multiplicative, type MultiplicativeOptions } from "./multiplicative.ts";
export { oneCycle, type OneCycleOptions } from "./one_cycle.ts";
export { oneCycleMomentum, type OneCycleMomentumOptions } from "./one_cycle_momentum.ts";
export {
  type Interpolation,
  piecewiseInterpolated,
  type PiecewiseInterpolatedOptions,
} from "./piecewise_interpolated.ts";
export { rex, type RexOptions } from "./rex.ts";
export { warmUpStableDecay, type WarmUpStableDecayOptions } from "./warm_up_stable_decay.ts";

// The table.
export { type ScheduleEntry, SCHEDULES } from "./catalog.ts";
export type {
  ChoiceOption,
  Declaration,
  FlagOption,
  NamesOption,
  NumberOption,
  NumberRange,
  OtherOption,
  SearchInterval,
} from "../options/mod.ts";
