/**
 * Optimizers: update rules, transforms, and the language that both are written in.
 *
 * @module
 */

// Update rules: the lecture's.
export { adagrad, type AdagradOptions } from "./rules/adagrad.ts";
export { adam, type AdamOptions, type EpsilonPlacement, type MomentOptions } from "./rules/adam.ts";
export { momentum, type MomentumOptions } from "./rules/momentum.ts";
export { nesterov, type NesterovOptions } from "./rules/nesterov.ts";
export { rmsprop, type RmspropOptions } from "./rules/rmsprop.ts";
export { gradientDescent, sgd, type SgdOptions } from "./rules/sgd.ts";
export { swats, type SwatsOptions } from "./rules/swats.ts";

// Update rules: averages, momenta and signs.
export { aggmo, type AggmoOptions } from "./rules/aggmo.ts";
export { asgd, type AsgdOptions } from "./rules/asgd.ts";
export { lion, type LionOptions } from "./rules/lion.ts";
export { muon, type MuonOptions } from "./rules/muon.ts";
export { rprop, type RpropOptions } from "./rules/rprop.ts";
export { signSgd, signum, type SignumOptions } from "./rules/sign_sgd.ts";

// Update rules: the family of Adam.
export { adabelief, type AdabeliefOptions } from "./rules/adabelief.ts";
export { adabound, type AdaboundOptions } from "./rules/adabound.ts";
export { adadelta, type AdadeltaOptions } from "./rules/adadelta.ts";
export { adafactor, type AdafactorOptions } from "./rules/adafactor.ts";
export { adamax, type AdamaxOptions } from "./rules/adamax.ts";
export { adamw, type AdamwOptions } from "./rules/adamw.ts";
export { adan, type AdanOptions } from "./rules/adan.ts";
export { ademamix, type AdemamixOptions } from "./rules/ademamix.ts";
export { adopt, type AdoptOptions } from "./rules/adopt.ts";
export { amsgrad, type AmsgradOptions } from "./rules/amsgrad.ts";
export { nadam, type NadamOptions, nadamw, type NadamwOptions } from "./rules/nadam.ts";
export { qhadam, type QhadamOptions } from "./rules/qhadam.ts";
export { radam, type RadamOptions } from "./rules/radam.ts";
export { sm3, type Sm3Options } from "./rules/sm3.ts";
export { sophia, type SophiaOptions } from "./rules/sophia.ts";
export { yogi, type YogiOptions } from "./rules/yogi.ts";

// Update rules: a rate for each layer.
export { fromage, type FromageOptions } from "./rules/fromage.ts";
export { lamb, type LambOptions } from "./rules/lamb.ts";
export { lars, type LarsOptions } from "./rules/lars.ts";
export { novograd, type NovogradOptions } from "./rules/novograd.ts";

// Update rules: no rate, or no schedule, to tune.
export { dog, type DogOptions, dowg, type DowgOptions } from "./rules/dog.ts";
export { polyak, type PolyakOptions } from "./rules/polyak.ts";
export { prodigy, type ProdigyOptions } from "./rules/prodigy.ts";
export {
  scheduleFree,
  scheduleFreeAdamw,
  type ScheduleFreeAdamwOptions,
  type ScheduleFreeOptions,
  scheduleFreeSgd,
  type ScheduleFreeSgdOptions,
} from "./transforms/schedule_free.ts";

// Rules around a rule.
export { applyIfFinite, type ApplyIfFiniteOptions } from "./transforms/apply_if_finite.ts";
export { averaged, type AveragedOptions } from "./transforms/averaged.ts";
export { injectHyperparams } from "./transforms/inject_hyperparams.ts";
export { lookahead, type LookaheadOptions } from "./transforms/lookahead.ts";
export { multiSteps, type MultiStepsOptions } from "./transforms/multi_steps.ts";
export { freeze, type Labelled, type LabelOf, masked, partition } from "./transforms/partition.ts";
export { sam, type SamOptions } from "./transforms/sam.ts";

// Links of a chain.
export { chain } from "./transforms/chain.ts";
export { centralize } from "./transforms/centralize.ts";
export {
  adaptiveGradClip,
  type AdaptiveGradClipOptions,
  clip,
  clipByBlockRms,
  clipByGlobalNorm,
  clipByNorm,
} from "./transforms/clip.ts";
export { ema, type EmaOptions } from "./transforms/ema.ts";
export { gradientNoise, type GradientNoiseOptions } from "./transforms/gradient_noise.ts";
export { scale, scaleByLearningRate } from "./transforms/scale.ts";
export { trace, type TraceOptions } from "./transforms/trace.ts";
export {
  addDecayedWeights,
  decoupledWeightDecay,
  type WeightDecayOptions,
} from "./transforms/weight_decay.ts";

// Update rules of one's own, and their use.
export { applyUpdates } from "./apply_updates.ts";
export type { CommonOptions, DecoupledOptions } from "./common.ts";
export { ops } from "./language/mod.ts";
export {
  type Arg,
  type Binary,
  type Expr,
  type ParameterInputs,
  type ParamSpec,
  perParameter,
  type PerParameterOptions,
  type Reduction,
  type Rule,
  type RuleInputs,
  type RuleOutputs,
  type Slot,
  type SlotOf,
  type StepInfo,
  type Unary,
} from "./language/mod.ts";
export {
  checkOptimizer,
  kindOf,
  type Optimizer,
  optimizer,
  type OptimizerParts,
  type StepOptions,
  type UpdateOptions,
} from "./optimizer.ts";
export type { LearningRate } from "./options.ts";
export type { Param, Params } from "./params.ts";
export { checkRule, flattenState, ofRule, type OptimizerState, ruleOf, unflattenState } from "./state.ts";
export type { Coefficient, EmitInputs, EmitOutputs, Noise, StateSpec, Trace } from "./graph/mod.ts";
