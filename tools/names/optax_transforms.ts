/**
 * The transforms of Optax beside ours.
 *
 * @module
 */
import { none, planned, same, type Section } from "./row.ts";

const LINK = "the rule's direction as a link of a chain";
const PER_EXAMPLE =
  "a link; the mean of the clipped gradients in place of their sum and the number of clipped ones";
const SEARCH =
  "A line search evaluates the loss several times within an update; it comes with L-BFGS, for full batches.";

/** Links of a chain, and wrappers around a rule. */
export const TRANSFORMS: Section = {
  title: "Transforms",
  rows: {
    MultiSteps: same("multiSteps"),
    adaptive_grad_clip: same("adaptiveGradClip"),
    add_decayed_weights: same("addDecayedWeights"),
    add_noise: same("gradientNoise"),
    apply_every: same("multiSteps", "`{ every, sum: true }` around the rule"),
    apply_if_finite: same("applyIfFinite"),
    centralize: same("centralize"),
    chain: same("chain"),
    clip: same("clip"),
    clip_by_block_rms: same("clipByBlockRms"),
    clip_by_global_norm: same("clipByGlobalNorm"),
    conditionally_mask: same("conditionallyMask"),
    conditionally_transform: same("conditionallyTransform", "of transforms"),
    differentially_private_aggregate: same("differentiallyPrivate", "its own random numbers"),
    ema: same("ema"),
    flatten: none("Joins all tensors into one vector for speed in XLA; here the rule runs on each tensor."),
    freeze: same("freeze"),
    identity: same("chain", "leave the link out; `scale(1)` where one is needed"),
    keep_params_nonnegative: same("keepParamsNonnegative"),
    lookahead: same("lookahead"),
    masked: same("masked"),
    measure_with_ema: none(
      "Measures updates into the state. Training programs report norms instead.",
    ),
    monitor: none(
      "Measures updates into the state. Training programs report norms instead.",
    ),
    multi_transform: same("partition", "its former name in Optax"),
    named_chain: same("chain", "slots are named by the number of the link"),
    normalize: same("normalizeByUpdateNorm", "`{ epsilon: 0 }`; 0 in place of NaN where all gradients are 0"),
    normalize_by_update_norm: same("normalizeByUpdateNorm"),
    partition: same("partition"),
    per_example_global_norm_clip: same("perExampleGlobalNormClip", PER_EXAMPLE),
    per_example_layer_norm_clip: same("perExampleLayerNormClip", PER_EXAMPLE),
    sam: same("sam"),
    scale: same("scale"),
    scale_by_learning_rate: same("scaleByLearningRate"),
    scale_by_schedule: same("scale", "a schedule as the factor"),
    schedule_free: same("scheduleFree", '`form: "optax"`'),
    selective_transform: same("freeze", "of some parameters"),
    set_to_zero: same(["freeze", "scale"], "`scale(0)`, or `freeze` of some parameters"),
    skip_large_updates: same("skipLargeUpdates", "around `multiSteps`"),
    skip_not_finite: same(
      ["applyIfFinite", "multiSteps"],
      "`applyIfFinite(multiSteps(rule, …))` leaves out a gradient, and the window waits for another",
    ),
    snapshot: none(
      "Keeps a measurement in the state. Slots are readable in the state, and training programs report norms.",
    ),
    split_real_and_imaginary: none("Parameters are real numbers here."),
    trace: same("trace"),
    unitwise_clip: same("adaptiveGradClip", "is made of it"),
    unitwise_norm: same("ops", "`ops.norm` over all axes but one"),
    zero_nans: same("zeroNans"),
  },
};

/** The rules' directions as links. */
export const SCALE_BY: Section = {
  title: "Rules as links",
  rows: {
    scale_by_acprop: same("scaleByAcprop", '`form: "optax"`'),
    scale_by_adadelta: same("scaleByAdadelta"),
    scale_by_adam: same(["scaleByAdam", "scaleByNadam"], "`scaleByNadam` for `nesterov=True`"),
    scale_by_adamax: same("scaleByAdamax"),
    scale_by_adan: same("scaleByAdan", '`form: "optax"`'),
    scale_by_ademamix: same("scaleByAdemamix"),
    scale_by_adopt: same("scaleByAdopt"),
    scale_by_amsgrad: same("scaleByAmsgrad", '`variant: "optax"`'),
    scale_by_backtracking_linesearch: same(
      "backtracking",
      "around the rules before it, for full batches; none may follow it",
    ),
    scale_by_belief: same("scaleByBelief"),
    scale_by_cocob: none(
      "Lands where its bets say, whatever rate follows: it is no direction. `cocob` goes last in a chain.",
    ),
    scale_by_distance_over_gradients: none(
      "An early form of DoG with a distance for each tensor; `dog` is the published one.",
    ),
    scale_by_factored_rms: same("scaleByFactoredRms"),
    scale_by_galore: same(
      "scaleByGalore",
      '`{ form: "optax", projType: "reverse-std", scale: 1, epsilon: 1e-8 }`; Adam inside',
    ),
    scale_by_lbfgs: planned("scaleByLbfgs", LINK),
    scale_by_lion: same("scaleByLion", '`mode="hard"`'),
    scale_by_madgrad: same(
      "scaleByMadgrad",
      "`scaleByLearningRate(1)` after it: a direction that is subtracted",
    ),
    scale_by_muon: same("scaleByMuon", '`form: "optax"`, with the factor for the shape'),
    scale_by_novograd: same("scaleByNovograd"),
    scale_by_optimistic_gradient: same("scaleByOptimisticGradient"),
    scale_by_param_block_norm: same("scaleByParamBlockNorm"),
    scale_by_param_block_rms: same("scaleByParamBlockRms"),
    scale_by_polyak: same("scaleByPolyak"),
    scale_by_radam: same("scaleByRadam", '`form: "optax"`'),
    scale_by_rms: same("scaleByRms"),
    scale_by_rprop: same("scaleByRprop", '`form: "optax"`'),
    scale_by_rss: same("scaleByRss"),
    scale_by_sign: same("scaleBySign"),
    scale_by_simplified_ademamix: same("scaleBySimplifiedAdemamix"),
    scale_by_sm3: same("scaleBySm3"),
    scale_by_stddev: same("scaleByStddev"),
    scale_by_trust_ratio: same("scaleByTrustRatio"),
    scale_by_yogi: same("scaleByYogi"),
    scale_by_zoom_linesearch: none(SEARCH),
  },
};

const NORMAL = "Its normal is a tensor of the parameters' shapes: a rule has no such constants.";

/** Projections onto sets, as links behind the rate. */
export const PROJECTIONS: Section = {
  title: "Projections",
  rows: {
    projection_box: same("projectionBox", "numbers as limits; `masked` chooses parameters"),
    projection_halfspace: none(NORMAL),
    projection_hypercube: same("projectionBox", "`{ lower: 0, upper: scale }`"),
    projection_hyperplane: none(NORMAL),
    projection_l1_ball: same("projectionL1Ball"),
    projection_l1_sphere: same("projectionL1Sphere"),
    projection_l2_ball: same("projectionL2Ball"),
    projection_l2_sphere: same("projectionL2Sphere"),
    projection_linf_ball: same("projectionBox", "`{ lower: -scale, upper: scale }`"),
    projection_non_negative: same("keepParamsNonnegative"),
    projection_simplex: same("projectionSimplex", "by Newton's method in place of a sort"),
    projection_vector: none(NORMAL),
  },
};
