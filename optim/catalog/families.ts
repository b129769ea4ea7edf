/**
 * The table of optimizers and transforms: what the library exports, by family.
 *
 * The library exports what this file exports. The command line takes its learning rates from {@linkcode OPTIMIZER_FAMILIES},
 * `docs/optimizers.md` its sections, and the tests the list of what must be tested. A new rule needs an `export`, an
 * `import` of its options and a row in both tables here, and nothing anywhere else.
 *
 * @module
 */
import type { Declaration } from "../../options/mod.ts";
import { PARTITION_OPTIONS } from "../nesting/mod.ts";
import { ADABELIEF_OPTIONS } from "../rules/adabelief.ts";
import { ADABOUND_OPTIONS } from "../rules/adabound.ts";
import { ADADELTA_OPTIONS } from "../rules/adadelta.ts";
import { ADAFACTOR_OPTIONS } from "../rules/adafactor.ts";
import { ADAGRAD_OPTIONS } from "../rules/adagrad.ts";
import { ADAM_OPTIONS } from "../rules/adam.ts";
import { ADAMAX_OPTIONS } from "../rules/adamax.ts";
import { ADAMW_OPTIONS } from "../rules/adamw.ts";
import { ADAN_OPTIONS } from "../rules/adan.ts";
import { ADEMAMIX_OPTIONS } from "../rules/ademamix.ts";
import { ADOPT_OPTIONS } from "../rules/adopt.ts";
import { AGGMO_OPTIONS } from "../rules/aggmo.ts";
import { AMSGRAD_OPTIONS } from "../rules/amsgrad.ts";
import { ASGD_OPTIONS } from "../rules/asgd.ts";
import { DP_SGD_OPTIONS } from "../transforms/dp_sgd.ts";
import { DOG_OPTIONS, DOWG_OPTIONS } from "../rules/dog.ts";
import { FROMAGE_OPTIONS } from "../rules/fromage.ts";
import { LAMB_OPTIONS } from "../rules/lamb.ts";
import { LARS_OPTIONS } from "../rules/lars.ts";
import { LION_OPTIONS } from "../rules/lion.ts";
import { MOMENTUM_OPTIONS } from "../rules/momentum.ts";
import { MUON_OPTIONS } from "../rules/muon.ts";
import { NADAM_OPTIONS, NADAMW_OPTIONS } from "../rules/nadam.ts";
import { NESTEROV_OPTIONS } from "../rules/nesterov.ts";
import { NOVOGRAD_OPTIONS } from "../rules/novograd.ts";
import { POLYAK_OPTIONS } from "../rules/polyak.ts";
import { PRODIGY_OPTIONS } from "../rules/prodigy.ts";
import { QHADAM_OPTIONS } from "../rules/qhadam.ts";
import { RADAM_OPTIONS } from "../rules/radam.ts";
import { RMSPROP_OPTIONS } from "../rules/rmsprop.ts";
import { RPROP_OPTIONS } from "../rules/rprop.ts";
import { GRADIENT_DESCENT_OPTIONS, SGD_OPTIONS } from "../rules/sgd.ts";
import { GALORE_OPTIONS } from "../rules/galore.ts";
import { KFAC_OPTIONS } from "../rules/kfac.ts";
import { SHAMPOO_OPTIONS } from "../rules/shampoo.ts";
import { SIGN_SGD_OPTIONS, SIGNUM_OPTIONS } from "../rules/sign_sgd.ts";
import { SM3_OPTIONS } from "../rules/sm3.ts";
import { SOAP_OPTIONS } from "../rules/soap.ts";
import { SOPHIA_OPTIONS } from "../rules/sophia.ts";
import { SWATS_OPTIONS } from "../rules/swats.ts";
import { YOGI_OPTIONS } from "../rules/yogi.ts";
import { ACPROP_OPTIONS } from "../rules/acprop.ts";
import { ADAHESSIAN_OPTIONS } from "../rules/adahessian.ts";
import { ADAMAXW_OPTIONS } from "../rules/adamaxw.ts";
import { COCOB_OPTIONS } from "../rules/cocob.ts";
import { DADAPT_ADAGRAD_OPTIONS } from "../rules/dadapt_adagrad.ts";
import { DADAPT_ADAM_OPTIONS } from "../rules/dadapt_adam.ts";
import { DADAPT_SGD_OPTIONS } from "../rules/dadapt_sgd.ts";
import { MADGRAD_OPTIONS } from "../rules/madgrad.ts";
import { MOMO_OPTIONS } from "../rules/momo.ts";
import { MOMO_ADAM_OPTIONS } from "../rules/momo_adam.ts";
import { OPTIMISTIC_ADAM_OPTIONS, OPTIMISTIC_GRADIENT_DESCENT_OPTIONS } from "../rules/optimistic.ts";
import { SIMPLIFIED_ADEMAMIX_OPTIONS } from "../rules/simplified_ademamix.ts";
import { APPLY_IF_FINITE_OPTIONS } from "../transforms/apply_if_finite.ts";
import { AS_MATRICES_OPTIONS } from "../transforms/as_matrices.ts";
import { AVERAGED_OPTIONS } from "../transforms/averaged.ts";
import { ADAPTIVE_GRAD_CLIP_OPTIONS, CLIP_OPTIONS } from "../transforms/clip.ts";
import { CONDITION_OPTIONS } from "../transforms/conditionally.ts";
import { EMA_OPTIONS } from "../transforms/ema.ts";
import { FREEZE_OPTIONS } from "../transforms/freeze.ts";
import { GRADIENT_NOISE_OPTIONS } from "../transforms/gradient_noise.ts";
import { LOOKAHEAD_OPTIONS } from "../transforms/lookahead.ts";
import { MASKED_OPTIONS } from "../transforms/masked.ts";
import { MECHANIC_OPTIONS } from "../transforms/mechanic.ts";
import { MULTI_STEPS_OPTIONS } from "../transforms/multi_steps.ts";
import { NORMALIZE_BY_UPDATE_NORM_OPTIONS } from "../transforms/normalize.ts";
import { PROJECTION_BOX_OPTIONS, PROJECTION_OPTIONS } from "../transforms/projections.ts";
import {
  DIFFERENTIALLY_PRIVATE_OPTIONS,
  PER_EXAMPLE_LAYER_NORM_CLIP_OPTIONS,
} from "../transforms/per_example.ts";
import { SAM_OPTIONS } from "../transforms/sam.ts";
import { SCALE_BY_LEARNING_RATE_OPTIONS, SCALE_OPTIONS } from "../transforms/scale.ts";
import {
  SCALE_BY_ADAM_OPTIONS,
  SCALE_BY_ADAMAX_OPTIONS,
  SCALE_BY_AMSGRAD_OPTIONS,
  SCALE_BY_BELIEF_OPTIONS,
  SCALE_BY_NADAM_OPTIONS,
  SCALE_BY_RADAM_OPTIONS,
  SCALE_BY_YOGI_OPTIONS,
} from "../transforms/scale_by_adam.ts";
import {
  SCALE_BY_ADAN_OPTIONS,
  SCALE_BY_ADEMAMIX_OPTIONS,
  SCALE_BY_ADOPT_OPTIONS,
  SCALE_BY_GALORE_OPTIONS,
  SCALE_BY_MUON_OPTIONS,
  SCALE_BY_SIMPLIFIED_ADEMAMIX_OPTIONS,
} from "../transforms/scale_by_momenta.ts";
import { SCALE_BY_PARAM_BLOCK_OPTIONS, SCALE_BY_TRUST_RATIO_OPTIONS } from "../transforms/scale_by_norms.ts";
import { SCALE_BY_OPTIMISTIC_GRADIENT_OPTIONS } from "../transforms/scale_by_optimistic_gradient.ts";
import {
  SCALE_BY_LION_OPTIONS,
  SCALE_BY_NOVOGRAD_OPTIONS,
  SCALE_BY_POLYAK_OPTIONS,
  SCALE_BY_RPROP_OPTIONS,
} from "../transforms/scale_by_signs.ts";
import {
  SCALE_BY_ACPROP_OPTIONS,
  SCALE_BY_ADADELTA_OPTIONS,
  SCALE_BY_FACTORED_RMS_OPTIONS,
  SCALE_BY_MADGRAD_OPTIONS,
  SCALE_BY_RMS_OPTIONS,
  SCALE_BY_RSS_OPTIONS,
  SCALE_BY_SM3_OPTIONS,
} from "../transforms/scale_by_squares.ts";
import {
  SCHEDULE_FREE_ADAMW_OPTIONS,
  SCHEDULE_FREE_OPTIONS,
  SCHEDULE_FREE_SGD_OPTIONS,
} from "../transforms/schedule_free.ts";
import { SKIP_LARGE_UPDATES_OPTIONS } from "../transforms/skip_large_updates.ts";
import { TRACE_OPTIONS } from "../transforms/trace.ts";
import { WEIGHT_DECAY_OPTIONS } from "../transforms/weight_decay.ts";

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
export { madgrad, type MadgradOptions } from "../rules/madgrad.ts";
export { optimisticGradientDescent, type OptimisticGradientDescentOptions } from "../rules/optimistic.ts";

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
export { acprop, type AcpropOptions } from "../rules/acprop.ts";
export { adahessian, type AdahessianOptions } from "../rules/adahessian.ts";
export { adamaxw, type AdamaxwOptions } from "../rules/adamaxw.ts";
export { optimisticAdam, type OptimisticAdamOptions } from "../rules/optimistic.ts";
export { simplifiedAdemamix, type SimplifiedAdemamixOptions } from "../rules/simplified_ademamix.ts";

// Update rules: matrices for the axes of a parameter.
export { galore, type GaloreOptions, type ProjType } from "../rules/galore.ts";
export { kfac, type KfacOptions } from "../rules/kfac.ts";
export { shampoo, type ShampooOptions } from "../rules/shampoo.ts";
export { soap, type SoapOptions } from "../rules/soap.ts";

// Update rules: a rate for each layer.
export { fromage, type FromageOptions } from "../rules/fromage.ts";
export { lamb, type LambOptions } from "../rules/lamb.ts";
export { lars, type LarsOptions } from "../rules/lars.ts";
export { novograd, type NovogradOptions } from "../rules/novograd.ts";

// Update rules: no rate, or no schedule, to tune.
export { dog, type DogOptions, dowg, type DowgOptions } from "../rules/dog.ts";
export { polyak, type PolyakOptions } from "../rules/polyak.ts";
export { prodigy, type ProdigyOptions } from "../rules/prodigy.ts";
export { cocob, type CocobOptions } from "../rules/cocob.ts";
export { dadaptAdagrad, type DadaptAdagradOptions } from "../rules/dadapt_adagrad.ts";
export { dadaptAdam, type DadaptAdamOptions } from "../rules/dadapt_adam.ts";
export { dadaptSgd, type DadaptSgdOptions } from "../rules/dadapt_sgd.ts";
export { momo, type MomoOptions } from "../rules/momo.ts";
export { momoAdam, type MomoAdamOptions } from "../rules/momo_adam.ts";
export {
  scheduleFree,
  scheduleFreeAdamw,
  type ScheduleFreeAdamwOptions,
  type ScheduleFreeOptions,
  scheduleFreeSgd,
  type ScheduleFreeSgdOptions,
} from "../transforms/schedule_free.ts";

// Update rules and links: the gradients of single examples.
export { dpSgd, type DpSgdOptions } from "../transforms/dp_sgd.ts";
export {
  differentiallyPrivate,
  type DifferentiallyPrivateOptions,
  perExampleGlobalNormClip,
  perExampleLayerNormClip,
  type PerExampleLayerNormClipOptions,
} from "../transforms/per_example.ts";

// Rules around a rule.
export { applyIfFinite, type ApplyIfFiniteOptions } from "../transforms/apply_if_finite.ts";
export { asMatrices, type AsMatricesOptions } from "../transforms/as_matrices.ts";
export { averaged, type AveragedOptions } from "../transforms/averaged.ts";
export { injectHyperparams } from "../transforms/inject_hyperparams.ts";
export { lookahead, type LookaheadOptions } from "../transforms/lookahead.ts";
export { mechanic, type MechanicOptions } from "../transforms/mechanic.ts";
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
export {
  conditionallyMask,
  conditionallyTransform,
  type ConditionOptions,
} from "../transforms/conditionally.ts";
export { skipLargeUpdates, type SkipLargeUpdatesOptions } from "../transforms/skip_large_updates.ts";

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
export { normalizeByUpdateNorm, type NormalizeByUpdateNormOptions } from "../transforms/normalize.ts";
export {
  scaleByParamBlockNorm,
  type ScaleByParamBlockOptions,
  scaleByParamBlockRms,
  scaleByTrustRatio,
  type ScaleByTrustRatioOptions,
} from "../transforms/scale_by_norms.ts";
export {
  scaleByOptimisticGradient,
  type ScaleByOptimisticGradientOptions,
} from "../transforms/scale_by_optimistic_gradient.ts";
export { zeroNans } from "../transforms/zero_nans.ts";

// Links of a chain: directions of rules.
export type { DescentOption } from "../transforms/direction.ts";
export {
  scaleByAdam,
  scaleByAdamax,
  type ScaleByAdamaxOptions,
  type ScaleByAdamOptions,
  scaleByAmsgrad,
  type ScaleByAmsgradOptions,
  scaleByBelief,
  type ScaleByBeliefOptions,
  scaleByNadam,
  type ScaleByNadamOptions,
  scaleByRadam,
  type ScaleByRadamOptions,
  scaleByYogi,
  type ScaleByYogiOptions,
} from "../transforms/scale_by_adam.ts";
export {
  scaleByAdan,
  type ScaleByAdanOptions,
  scaleByAdemamix,
  type ScaleByAdemamixOptions,
  scaleByAdopt,
  type ScaleByAdoptOptions,
  scaleByGalore,
  type ScaleByGaloreOptions,
  scaleByMuon,
  type ScaleByMuonOptions,
  scaleBySimplifiedAdemamix,
  type ScaleBySimplifiedAdemamixOptions,
} from "../transforms/scale_by_momenta.ts";
export {
  scaleByAcprop,
  type ScaleByAcpropOptions,
  scaleByAdadelta,
  type ScaleByAdadeltaOptions,
  scaleByFactoredRms,
  type ScaleByFactoredRmsOptions,
  scaleByMadgrad,
  type ScaleByMadgradOptions,
  scaleByRms,
  type ScaleByRmsOptions,
  scaleByRss,
  type ScaleByRssOptions,
  scaleBySm3,
  type ScaleBySm3Options,
  scaleByStddev,
} from "../transforms/scale_by_squares.ts";
export {
  scaleByLion,
  type ScaleByLionOptions,
  scaleByNovograd,
  type ScaleByNovogradOptions,
  scaleByPolyak,
  type ScaleByPolyakOptions,
  scaleByRprop,
  type ScaleByRpropOptions,
  scaleBySign,
} from "../transforms/scale_by_signs.ts";

// Links of a chain: projections of the parameters.
export {
  keepParamsNonnegative,
  projectionBox,
  type ProjectionBoxOptions,
  projectionL1Ball,
  projectionL1Sphere,
  projectionL2Ball,
  projectionL2Sphere,
  type ProjectionOptions,
  projectionSimplex,
} from "../transforms/projections.ts";

/** An optimizer or transform in {@linkcode OPTIMIZER_FAMILIES}. */
export interface CatalogEntry {
  /**
   * The learning rate that suits small classifiers: the default of `--optimizer NAME`. The command line offers those
   * functions that have a rate.
   */
  readonly rate?: number;
}

/** Every optimizer and transform by family and by the name of its function. */
export const OPTIMIZER_FAMILIES = {
  "Update rules: the lecture's": {
    adagrad: { rate: 0.02 },
    adam: { rate: 1e-3 },
    momentum: {},
    nesterov: {},
    rmsprop: { rate: 1e-3 },
    gradientDescent: { rate: 0.5 },
    sgd: { rate: 0.1 },
    swats: {},
  },
  "Update rules: averages, momenta and signs": {
    aggmo: { rate: 0.02 },
    asgd: { rate: 0.1 },
    lion: { rate: 3e-4 },
    muon: {},
    rprop: { rate: 1e-3 },
    signSgd: { rate: 1e-3 },
    signum: { rate: 1e-3 },
    madgrad: { rate: 1e-2 },
    optimisticGradientDescent: { rate: 0.3 },
  },
  "Update rules: the family of Adam": {
    adabelief: { rate: 1e-3 },
    adabound: { rate: 1e-3 },
    adadelta: { rate: 1 },
    adafactor: { rate: 1e-2 },
    adamax: { rate: 2e-3 },
    adamw: { rate: 1e-3 },
    adan: { rate: 2e-3 },
    ademamix: { rate: 1e-3 },
    adopt: { rate: 1e-3 },
    amsgrad: { rate: 1e-3 },
    nadam: { rate: 1e-3 },
    nadamw: { rate: 1e-3 },
    qhadam: { rate: 1e-3 },
    radam: { rate: 1e-3 },
    sm3: { rate: 0.1 },
    sophia: { rate: 1e-3 },
    yogi: { rate: 5e-3 },
    acprop: {},
    adahessian: { rate: 0.05 },
    adamaxw: { rate: 2e-3 },
    optimisticAdam: { rate: 1e-3 },
    simplifiedAdemamix: { rate: 3e-5 },
  },
  "Update rules: matrices for the axes of a parameter": {
    galore: { rate: 1e-2 },
    kfac: { rate: 0.1 },
    shampoo: { rate: 0.2 },
    soap: { rate: 1e-2 },
  },
  "Update rules: a rate for each layer": {
    fromage: { rate: 1e-2 },
    lamb: { rate: 5e-3 },
    // A step is a thousandth of the parameter times the rate.
    lars: { rate: 5 },
    novograd: { rate: 1e-2 },
  },
  "Update rules: no rate, or no schedule, to tune": {
    dog: { rate: 1 },
    dowg: {},
    polyak: { rate: 1 },
    prodigy: { rate: 1 },
    scheduleFree: {},
    scheduleFreeAdamw: { rate: 2.5e-3 },
    scheduleFreeSgd: { rate: 0.5 },
    cocob: { rate: 1 },
    dadaptAdagrad: { rate: 1 },
    dadaptAdam: { rate: 1 },
    dadaptSgd: { rate: 1 },
    momo: { rate: 1 },
    momoAdam: { rate: 1e-2 },
  },
  "Update rules and links: the gradients of single examples": {
    dpSgd: { rate: 0.5 },
    differentiallyPrivate: {},
    perExampleGlobalNormClip: {},
    perExampleLayerNormClip: {},
  },
  "Rules around a rule": {
    applyIfFinite: {},
    asMatrices: {},
    averaged: {},
    injectHyperparams: {},
    lookahead: {},
    mechanic: {},
    multiSteps: {},
    freeze: {},
    masked: {},
    partition: {},
    sam: {},
    conditionallyMask: {},
    conditionallyTransform: {},
    skipLargeUpdates: {},
  },
  "Links of a chain": {
    chain: {},
    centralize: {},
    adaptiveGradClip: {},
    clip: {},
    clipByBlockRms: {},
    clipByGlobalNorm: {},
    clipByNorm: {},
    ema: {},
    gradientNoise: {},
    scale: {},
    scaleByLearningRate: {},
    trace: {},
    addDecayedWeights: {},
    decoupledWeightDecay: {},
    normalizeByUpdateNorm: {},
    scaleByTrustRatio: {},
    scaleByParamBlockNorm: {},
    scaleByParamBlockRms: {},
    scaleByOptimisticGradient: {},
    zeroNans: {},
  },
  "Links of a chain: directions of rules": {
    scaleByAdam: {},
    scaleByNadam: {},
    scaleByAmsgrad: {},
    scaleByAdamax: {},
    scaleByRadam: {},
    scaleByBelief: {},
    scaleByYogi: {},
    scaleByAdan: {},
    scaleByAdemamix: {},
    scaleByAdopt: {},
    scaleByMuon: {},
    scaleByRms: {},
    scaleByStddev: {},
    scaleByRss: {},
    scaleByAdadelta: {},
    scaleByFactoredRms: {},
    scaleBySm3: {},
    scaleBySign: {},
    scaleByLion: {},
    scaleByRprop: {},
    scaleByNovograd: {},
    scaleByPolyak: {},
    scaleByAcprop: {},
    scaleByMadgrad: {},
    scaleBySimplifiedAdemamix: {},
    scaleByGalore: {},
  },
  "Links of a chain: projections of the parameters": {
    keepParamsNonnegative: {},
    projectionBox: {},
    projectionL2Ball: {},
    projectionL2Sphere: {},
    projectionSimplex: {},
    projectionL1Sphere: {},
    projectionL1Ball: {},
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, CatalogEntry>>>>;

/** The name of a function in {@linkcode OPTIMIZER_FAMILIES}. */
export type OptimizerName = {
  [F in keyof typeof OPTIMIZER_FAMILIES]: keyof typeof OPTIMIZER_FAMILIES[F];
}[keyof typeof OPTIMIZER_FAMILIES];

/**
 * The declarations by which each function checks its options. Use {@linkcode declarationsOf}, which adds the intervals to
 * search.
 */
export const DECLARATIONS: Readonly<Record<OptimizerName, Readonly<Record<string, Declaration>>>> = {
  adagrad: ADAGRAD_OPTIONS,
  adam: ADAM_OPTIONS,
  momentum: MOMENTUM_OPTIONS,
  nesterov: NESTEROV_OPTIONS,
  rmsprop: RMSPROP_OPTIONS,
  gradientDescent: GRADIENT_DESCENT_OPTIONS,
  sgd: SGD_OPTIONS,
  swats: SWATS_OPTIONS,
  aggmo: AGGMO_OPTIONS,
  asgd: ASGD_OPTIONS,
  lion: LION_OPTIONS,
  muon: MUON_OPTIONS,
  rprop: RPROP_OPTIONS,
  signSgd: SIGN_SGD_OPTIONS,
  signum: SIGNUM_OPTIONS,
  madgrad: MADGRAD_OPTIONS,
  optimisticGradientDescent: OPTIMISTIC_GRADIENT_DESCENT_OPTIONS,
  adabelief: ADABELIEF_OPTIONS,
  adabound: ADABOUND_OPTIONS,
  adadelta: ADADELTA_OPTIONS,
  adafactor: ADAFACTOR_OPTIONS,
  adamax: ADAMAX_OPTIONS,
  adamw: ADAMW_OPTIONS,
  adan: ADAN_OPTIONS,
  ademamix: ADEMAMIX_OPTIONS,
  adopt: ADOPT_OPTIONS,
  amsgrad: AMSGRAD_OPTIONS,
  nadam: NADAM_OPTIONS,
  nadamw: NADAMW_OPTIONS,
  qhadam: QHADAM_OPTIONS,
  radam: RADAM_OPTIONS,
  sm3: SM3_OPTIONS,
  galore: GALORE_OPTIONS,
  kfac: KFAC_OPTIONS,
  shampoo: SHAMPOO_OPTIONS,
  soap: SOAP_OPTIONS,
  sophia: SOPHIA_OPTIONS,
  yogi: YOGI_OPTIONS,
  acprop: ACPROP_OPTIONS,
  adahessian: ADAHESSIAN_OPTIONS,
  adamaxw: ADAMAXW_OPTIONS,
  optimisticAdam: OPTIMISTIC_ADAM_OPTIONS,
  simplifiedAdemamix: SIMPLIFIED_ADEMAMIX_OPTIONS,
  fromage: FROMAGE_OPTIONS,
  lamb: LAMB_OPTIONS,
  lars: LARS_OPTIONS,
  novograd: NOVOGRAD_OPTIONS,
  dog: DOG_OPTIONS,
  dowg: DOWG_OPTIONS,
  polyak: POLYAK_OPTIONS,
  prodigy: PRODIGY_OPTIONS,
  scheduleFree: SCHEDULE_FREE_OPTIONS,
  scheduleFreeAdamw: SCHEDULE_FREE_ADAMW_OPTIONS,
  scheduleFreeSgd: SCHEDULE_FREE_SGD_OPTIONS,
  cocob: COCOB_OPTIONS,
  dadaptAdagrad: DADAPT_ADAGRAD_OPTIONS,
  dadaptAdam: DADAPT_ADAM_OPTIONS,
  dadaptSgd: DADAPT_SGD_OPTIONS,
  momo: MOMO_OPTIONS,
  momoAdam: MOMO_ADAM_OPTIONS,
  dpSgd: DP_SGD_OPTIONS,
  differentiallyPrivate: DIFFERENTIALLY_PRIVATE_OPTIONS,
  perExampleGlobalNormClip: CLIP_OPTIONS,
  perExampleLayerNormClip: PER_EXAMPLE_LAYER_NORM_CLIP_OPTIONS,
  applyIfFinite: APPLY_IF_FINITE_OPTIONS,
  asMatrices: AS_MATRICES_OPTIONS,
  averaged: AVERAGED_OPTIONS,
  injectHyperparams: {},
  lookahead: LOOKAHEAD_OPTIONS,
  mechanic: MECHANIC_OPTIONS,
  multiSteps: MULTI_STEPS_OPTIONS,
  freeze: FREEZE_OPTIONS,
  masked: MASKED_OPTIONS,
  partition: PARTITION_OPTIONS,
  sam: SAM_OPTIONS,
  conditionallyMask: CONDITION_OPTIONS,
  conditionallyTransform: CONDITION_OPTIONS,
  skipLargeUpdates: SKIP_LARGE_UPDATES_OPTIONS,
  chain: {},
  centralize: {},
  adaptiveGradClip: ADAPTIVE_GRAD_CLIP_OPTIONS,
  clip: CLIP_OPTIONS,
  clipByBlockRms: CLIP_OPTIONS,
  clipByGlobalNorm: CLIP_OPTIONS,
  clipByNorm: CLIP_OPTIONS,
  ema: EMA_OPTIONS,
  gradientNoise: GRADIENT_NOISE_OPTIONS,
  scale: SCALE_OPTIONS,
  scaleByLearningRate: SCALE_BY_LEARNING_RATE_OPTIONS,
  trace: TRACE_OPTIONS,
  addDecayedWeights: WEIGHT_DECAY_OPTIONS,
  decoupledWeightDecay: WEIGHT_DECAY_OPTIONS,
  normalizeByUpdateNorm: NORMALIZE_BY_UPDATE_NORM_OPTIONS,
  scaleByTrustRatio: SCALE_BY_TRUST_RATIO_OPTIONS,
  scaleByParamBlockNorm: SCALE_BY_PARAM_BLOCK_OPTIONS,
  scaleByParamBlockRms: SCALE_BY_PARAM_BLOCK_OPTIONS,
  scaleByOptimisticGradient: SCALE_BY_OPTIMISTIC_GRADIENT_OPTIONS,
  zeroNans: {},
  scaleByAdam: SCALE_BY_ADAM_OPTIONS,
  scaleByNadam: SCALE_BY_NADAM_OPTIONS,
  scaleByAmsgrad: SCALE_BY_AMSGRAD_OPTIONS,
  scaleByAdamax: SCALE_BY_ADAMAX_OPTIONS,
  scaleByRadam: SCALE_BY_RADAM_OPTIONS,
  scaleByBelief: SCALE_BY_BELIEF_OPTIONS,
  scaleByYogi: SCALE_BY_YOGI_OPTIONS,
  scaleByAdan: SCALE_BY_ADAN_OPTIONS,
  scaleByAdemamix: SCALE_BY_ADEMAMIX_OPTIONS,
  scaleByAdopt: SCALE_BY_ADOPT_OPTIONS,
  scaleByMuon: SCALE_BY_MUON_OPTIONS,
  scaleByRms: SCALE_BY_RMS_OPTIONS,
  scaleByStddev: SCALE_BY_RMS_OPTIONS,
  scaleByRss: SCALE_BY_RSS_OPTIONS,
  scaleByAdadelta: SCALE_BY_ADADELTA_OPTIONS,
  scaleByFactoredRms: SCALE_BY_FACTORED_RMS_OPTIONS,
  scaleBySm3: SCALE_BY_SM3_OPTIONS,
  scaleBySign: {},
  scaleByLion: SCALE_BY_LION_OPTIONS,
  scaleByRprop: SCALE_BY_RPROP_OPTIONS,
  scaleByNovograd: SCALE_BY_NOVOGRAD_OPTIONS,
  scaleByPolyak: SCALE_BY_POLYAK_OPTIONS,
  scaleByAcprop: SCALE_BY_ACPROP_OPTIONS,
  scaleByMadgrad: SCALE_BY_MADGRAD_OPTIONS,
  scaleByGalore: SCALE_BY_GALORE_OPTIONS,
  scaleBySimplifiedAdemamix: SCALE_BY_SIMPLIFIED_ADEMAMIX_OPTIONS,
  keepParamsNonnegative: {},
  projectionBox: PROJECTION_BOX_OPTIONS,
  projectionL2Ball: PROJECTION_OPTIONS,
  projectionL2Sphere: PROJECTION_OPTIONS,
  projectionSimplex: PROJECTION_OPTIONS,
  projectionL1Sphere: PROJECTION_OPTIONS,
  projectionL1Ball: PROJECTION_OPTIONS,
};
