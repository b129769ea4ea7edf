/**
 * The table of optimizers and transforms: what the library exports, by family.
 *
 * The library exports what this file exports. The command line takes its learning rates from {@linkcode OPTIMIZER_FAMILIES},
 * `docs/optimizers.md` its sections, and the tests the list of what must be tested. A new rule needs an `export` here, a row
 * in `families.ts` and its declarations in `declarations.ts`, and nothing anywhere else.
 *
 * @module
 */

// Update rules: the lecture's.
export { adagrad, type AdagradOptions } from "../rules/adagrad.ts";
export { adam, type AdamOptions } from "../rules/adam.ts";
export type { EpsilonPlacement, MomentOptions } from "../rules/moments.ts";
export { momentum, type MomentumOptions } from "../rules/momentum.ts";
export { nesterov, type NesterovOptions } from "../rules/nesterov.ts";
export { rmsprop, type RmspropOptions } from "../rules/rmsprop.ts";
export { gradientDescent, sgd, type SgdOptions } from "../rules/sgd.ts";
export { swats, type SwatsOptions } from "../rules/swats.ts";

// Update rules: averages, momenta and signs.
export { aggmo, type AggmoOptions } from "../rules/aggmo.ts";
export { asgd, type AsgdOptions } from "../rules/asgd.ts";
export { lion, type LionOptions } from "../rules/lion.ts";
export { muon, type MuonOptions } from "../rules/muon.ts";
export { rprop, type RpropOptions } from "../rules/rprop.ts";
export { signSgd, signum, type SignumOptions } from "../rules/sign_sgd.ts";

// Update rules: the family of Adam.
export { adabelief, type AdabeliefOptions } from "../rules/adabelief.ts";
export { adabound, type AdaboundOptions } from "../rules/adabound.ts";
export { adadelta, type AdadeltaOptions } from "../rules/adadelta.ts";
export { adafactor, type AdafactorOptions } from "../rules/adafactor.ts";
export { adamax, type AdamaxOptions } from "../rules/adamax.ts";
export { adamw, type AdamwOptions } from "../rules/adamw.ts";
export { adan, type AdanOptions } from "../rules/adan.ts";
export { ademamix, type AdemamixOptions } from "../rules/ademamix.ts";
export { adopt, type AdoptOptions } from "../rules/adopt.ts";
export { amsgrad, type AmsgradOptions } from "../rules/amsgrad.ts";
export { nadam, type NadamOptions, nadamw, type NadamwOptions } from "../rules/nadam.ts";
export { qhadam, type QhadamOptions } from "../rules/qhadam.ts";
export { radam, type RadamOptions } from "../rules/radam.ts";
export { sm3, type Sm3Options } from "../rules/sm3.ts";
export { sophia, type SophiaOptions } from "../rules/sophia.ts";
export { yogi, type YogiOptions } from "../rules/yogi.ts";

// Update rules: a rate for each layer.
export { fromage, type FromageOptions } from "../rules/fromage.ts";
export { lamb, type LambOptions } from "../rules/lamb.ts";
export { lars, type LarsOptions } from "../rules/lars.ts";
export { novograd, type NovogradOptions } from "../rules/novograd.ts";

// Update rules: no rate, or no schedule, to tune.
export { dog, type DogOptions, dowg, type DowgOptions } from "../rules/dog.ts";
export { polyak, type PolyakOptions } from "../rules/polyak.ts";
export { prodigy, type ProdigyOptions } from "../rules/prodigy.ts";
export {
  scheduleFree,
  scheduleFreeAdamw,
  type ScheduleFreeAdamwOptions,
  type ScheduleFreeOptions,
  scheduleFreeSgd,
  type ScheduleFreeSgdOptions,
} from "../transforms/schedule_free.ts";

// Rules around a rule.
export { applyIfFinite, type ApplyIfFiniteOptions } from "../transforms/apply_if_finite.ts";
export { averaged, type AveragedOptions } from "../transforms/averaged.ts";
export { injectHyperparams } from "../transforms/inject_hyperparams.ts";
export { lookahead, type LookaheadOptions } from "../transforms/lookahead.ts";
export { multiSteps, type MultiStepsOptions } from "../transforms/multi_steps.ts";
export { freeze, type FreezeOptions } from "../transforms/freeze.ts";
export { masked, type MaskedOptions } from "../transforms/masked.ts";
export {
  type GroupOptions,
  type Labeled,
  type Labelled,
  type LabelOf,
  partition,
  type PartitionOptions,
} from "../nesting/mod.ts";
export { sam, type SamOptions } from "../transforms/sam.ts";

// Links of a chain.
export { chain } from "../transforms/chain.ts";
export { centralize } from "../transforms/centralize.ts";
export {
  adaptiveGradClip,
  type AdaptiveGradClipOptions,
  clip,
  clipByBlockRms,
  clipByGlobalNorm,
  clipByNorm,
} from "../transforms/clip.ts";
export { ema, type EmaOptions } from "../transforms/ema.ts";
export { gradientNoise, type GradientNoiseOptions } from "../transforms/gradient_noise.ts";
export { scale, scaleByLearningRate } from "../transforms/scale.ts";
export { trace, type TraceOptions } from "../transforms/trace.ts";
export {
  addDecayedWeights,
  decoupledWeightDecay,
  type WeightDecayOptions,
} from "../transforms/weight_decay.ts";

// The table, and what it knows of each function.
export { declarationsOf, isOptimizerName, type OptimizerName } from "./declarations.ts";
export { type CatalogEntry, OPTIMIZER_FAMILIES } from "./families.ts";
export type {
  ChoiceOption,
  Declaration,
  FlagOption,
  NamesOption,
  NumberOption,
  NumberRange,
  OtherOption,
  SearchInterval,
} from "../../options/mod.ts";
