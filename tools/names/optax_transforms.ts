/**
 * The transforms of Optax beside ours.
 *
 * @module
 */
import { each, none, planned, same, type Section } from "./row.ts";

const LINK = "the rule's direction as a link of a chain";
const PER_EXAMPLE = "needs per-example gradients";
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
    conditionally_mask: planned("conditionally", "an update every so many, or by a function of the count"),
    conditionally_transform: planned("conditionally", "a transform at some updates"),
    differentially_private_aggregate: planned("differentiallyPrivate", PER_EXAMPLE),
    ema: same("ema"),
    flatten: none("Joins all tensors into one vector for speed in XLA; here the rule runs on each tensor."),
    freeze: same("freeze"),
    identity: same("chain", "leave the link out; `scale(1)` where one is needed"),
    keep_params_nonnegative: planned("keepNonnegative", "a link after the rate"),
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
    normalize: planned("normalizeByGlobalNorm", "a link"),
    normalize_by_update_norm: planned("normalizeByUpdateNorm", "a link"),
    partition: same("partition"),
    per_example_global_norm_clip: planned("perExampleGlobalNormClip", PER_EXAMPLE),
    per_example_layer_norm_clip: planned("perExampleLayerNormClip", PER_EXAMPLE),
    sam: same("sam"),
    scale: same("scale"),
    scale_by_learning_rate: same("scaleByLearningRate"),
    scale_by_schedule: same("scale", "a schedule as the factor"),
    schedule_free: same("scheduleFree", '`form: "optax"`'),
    selective_transform: same("freeze", "of some parameters"),
    set_to_zero: same(["freeze", "scale"], "`scale(0)`, or `freeze` of some parameters"),
    skip_large_updates: none("Is to be an option of `multiSteps`."),
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
    zero_nans: planned("zeroNans", "a link"),
  },
};

/** The rules' directions as links. */
export const SCALE_BY: Section = {
  title: "Rules as links",
  rows: {
    scale_by_acprop: planned("scaleByAcprop", LINK),
    scale_by_adadelta: planned("scaleByAdadelta", LINK),
    scale_by_adam: planned("scaleByAdam", LINK),
    scale_by_adamax: planned("scaleByAdamax", LINK),
    scale_by_adan: planned("scaleByAdan", LINK),
    scale_by_ademamix: planned("scaleByAdemamix", LINK),
    scale_by_adopt: planned("scaleByAdopt", LINK),
    scale_by_amsgrad: planned("scaleByAmsgrad", LINK),
    scale_by_backtracking_linesearch: none(SEARCH),
    scale_by_belief: planned("scaleByBelief", LINK),
    scale_by_cocob: planned("scaleByCocob", LINK),
    scale_by_distance_over_gradients: none(
      "An early form of DoG with a distance for each tensor; `dog` is the published one.",
    ),
    scale_by_factored_rms: planned("scaleByFactoredRms", LINK),
    scale_by_galore: planned("scaleByGalore", LINK),
    scale_by_lbfgs: planned("scaleByLbfgs", LINK),
    scale_by_lion: planned("scaleByLion", LINK),
    scale_by_madgrad: planned("scaleByMadgrad", LINK),
    scale_by_muon: planned("scaleByMuon", LINK),
    scale_by_novograd: planned("scaleByNovograd", LINK),
    scale_by_optimistic_gradient: planned("scaleByOptimisticGradient", LINK),
    scale_by_param_block_norm: planned("scaleByParamBlockNorm", "a link"),
    scale_by_param_block_rms: planned("scaleByParamBlockRms", "a link"),
    scale_by_polyak: planned("scaleByPolyak", LINK),
    scale_by_radam: planned("scaleByRadam", LINK),
    scale_by_rms: planned("scaleByRms", LINK),
    scale_by_rprop: planned("scaleByRprop", LINK),
    scale_by_rss: planned("scaleByRss", LINK),
    scale_by_sign: planned("scaleBySign", LINK),
    scale_by_simplified_ademamix: planned("scaleBySimplifiedAdemamix", LINK),
    scale_by_sm3: planned("scaleBySm3", LINK),
    scale_by_stddev: planned("scaleByStddev", LINK),
    scale_by_trust_ratio: planned("scaleByTrustRatio", "a link"),
    scale_by_yogi: planned("scaleByYogi", LINK),
    scale_by_zoom_linesearch: none(SEARCH),
  },
};

/** Projections onto sets. */
export const PROJECTIONS: Section = {
  title: "Projections",
  rows: {
    ...each(
      [
        "projection_box",
        "projection_halfspace",
        "projection_hypercube",
        "projection_hyperplane",
        "projection_l1_ball",
        "projection_l1_sphere",
        "projection_l2_ball",
        "projection_l2_sphere",
        "projection_linf_ball",
        "projection_non_negative",
        "projection_simplex",
        "projection_vector",
      ],
      planned("projected", "a link after the rate that projects the parameters"),
    ),
  },
};
