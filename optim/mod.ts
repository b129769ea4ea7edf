/**
 * The optimizers that most trainings need: the update rules of PyTorch and of the lecture, and the transforms that go
 * with them. `all.ts` offers every rule and every transform.
 *
 * @module
 */

// Update rules: the lecture's.
export { adagrad, type AdagradOptions } from "./rules/adagrad.ts";
export { adam, type AdamOptions } from "./rules/adam.ts";
export type { EpsilonPlacement, MomentOptions } from "./rules/moments.ts";
export { momentum, type MomentumOptions } from "./rules/momentum.ts";
export { nesterov, type NesterovOptions } from "./rules/nesterov.ts";
export { rmsprop, type RmspropOptions } from "./rules/rmsprop.ts";
export { gradientDescent, sgd, type SgdOptions } from "./rules/sgd.ts";
export { swats, type SwatsOptions } from "./rules/swats.ts";

// Update rules: PyTorch's.
export { adadelta, type AdadeltaOptions } from "./rules/adadelta.ts";
export { adafactor, type AdafactorOptions } from "./rules/adafactor.ts";
export { adamax, type AdamaxOptions } from "./rules/adamax.ts";
export { adamw, type AdamwOptions } from "./rules/adamw.ts";
export { amsgrad, type AmsgradOptions } from "./rules/amsgrad.ts";
export { asgd, type AsgdOptions } from "./rules/asgd.ts";
export { muon, type MuonOptions } from "./rules/muon.ts";
export { nadam, type NadamOptions, nadamw, type NadamwOptions } from "./rules/nadam.ts";
export { radam, type RadamOptions } from "./rules/radam.ts";
export { rprop, type RpropOptions } from "./rules/rprop.ts";

// Transforms: parts of a chain, groups of parameters, averages, accumulation.
export { averaged, type AveragedOptions } from "./transforms/averaged.ts";
export { chain } from "./transforms/chain.ts";
export {
  adaptiveGradClip,
  type AdaptiveGradClipOptions,
  clip,
  clipByBlockRms,
  clipByGlobalNorm,
  clipByNorm,
} from "./transforms/clip.ts";
export { freeze, type FreezeOptions } from "./transforms/freeze.ts";
export { masked, type MaskedOptions } from "./transforms/masked.ts";
export { multiSteps, type MultiStepsOptions } from "./transforms/multi_steps.ts";
export {
  type GroupOptions,
  type Labeled,
  type Labelled,
  type LabelOf,
  partition,
  type PartitionOptions,
} from "./nesting/mod.ts";
export { scale, scaleByLearningRate } from "./transforms/scale.ts";
export {
  addDecayedWeights,
  decoupledWeightDecay,
  type WeightDecayOptions,
} from "./transforms/weight_decay.ts";

// To use and to write optimizers.
export * from "./use.ts";
