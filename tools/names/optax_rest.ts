/**
 * What Optax has besides optimizers, transforms and schedules: losses, derivatives, helpers and types.
 *
 * @module
 */
import { each, none, same, type Section } from "./row.ts";

const OWN_LOSS =
  "`withLoss` has six losses; any other is part of the model: a scalar output made of ONNX operators.";
const ARRAYS = "Arithmetic of JAX arrays: `ops` is that of rules, typed arrays and `Tensor` that of scripts.";
const PERTURBED = "Gradients of smoothed discrete functions: not an optimizer, and no model here needs one.";
const MICROBATCH =
  "Splits a JAX function's batch: `multiSteps` gathers gradients, and `fit` has any number of chunks.";

/** The losses. */
export const LOSSES: Section = {
  title: "Losses",
  rows: {
    hinge_loss: same("hinge"),
    huber_loss: same("huber"),
    sigmoid_binary_cross_entropy: same("binaryCrossEntropy"),
    smooth_labels: same("fit", "`labelSmoothing`"),
    softmax_cross_entropy_with_integer_labels: same(["crossEntropy", "tokenCrossEntropy"]),
    squared_error: same("meanSquaredError", "its mean"),
    l2_loss: same("meanSquaredError", "half of it"),
    ...each(
      [
        "binary_dice_loss",
        "convex_kl_divergence",
        "cosine_distance",
        "cosine_similarity",
        "dice_loss",
        "generalized_kl_divergence",
        "kl_divergence",
        "kl_divergence_with_log_targets",
        "log_cosh",
        "multiclass_generalized_dice_loss",
        "multiclass_hinge_loss",
        "multiclass_perceptron_loss",
        "ntxent",
        "perceptron_loss",
        "poly_loss_cross_entropy",
        "ranking_softmax_loss",
        "safe_softmax_cross_entropy",
        "sigmoid_focal_loss",
        "softmax_cross_entropy",
        "triplet_margin_loss",
      ],
      none(OWN_LOSS),
    ),
    ...each(
      ["ctc_loss", "ctc_loss_with_forward_probs"],
      none("A recursion over alignments: ONNX has no operator for it, and no experiment needs one."),
    ),
    ...each(
      ["make_fenchel_young_loss", "multiclass_sparsemax_loss", "sparsemax_loss"],
      none("Needs a sort in the loss; no experiment needs one."),
    ),
  },
};

/** Derivatives and linear algebra. */
export const DERIVATIVES: Section = {
  title: "Derivatives and linear algebra",
  rows: {
    fisher_diag: same("exampleGradientModel", "the mean of its squares"),
    hessian_diag: none(
      "`matrixEstimates` of `./curvature` estimates it, `denseMatrix` gives it for small models.",
    ),
    hutchinson_estimator_diag_hessian: same("sophia", "`fit` estimates the diagonal for it"),
    hvp: same("hvpModel", "as an ONNX model"),
    matrix_inverse_pth_root: none("A part of Shampoo, not a function of its own."),
    nnls: none("A solver of non-negative least squares: not an optimizer of models."),
    power_iteration: none("The largest eigenvalue of a matrix: curvature has its own, by Lanczos."),
    value_and_grad_from_state: none("Reuses what a line search evaluated: it belongs to L-BFGS."),
    ...each(
      ["base_hungarian_algorithm", "hungarian_algorithm"],
      none("Assignment problems: not an optimizer of models."),
    ),
  },
};

/** Helpers. */
export const HELPERS: Section = {
  title: "Helpers",
  rows: {
    apply_updates: same("applyUpdates"),
    global_norm: same("ops", "`ops.dot` of all gradients with themselves, and its root"),
    incremental_update: same("averaged", "`{ decay: 1 - step_size }`"),
    periodic_update: same("lookahead", "`{ syncPeriod, slowStepSize: 1 }`"),
    schedule_free_eval_params: same("scheduleFree", "`evaluationParams` of the optimizer"),
    ...each(["stateless", "stateless_with_tree_map"], same(["transform", "perParameter"], "without slots")),
    with_extra_args_support: none("The loss's value and the Hessian's diagonal are inputs of every rule."),
    init_empty_state: none("A rule without slots has an empty state."),
    tree_map_params: none("Slots are named after their parameters: `m/w`."),
    ...each(
      [
        "bias_correction",
        "safe_increment",
        "safe_int32_increment",
        "safe_norm",
        "safe_root_mean_squares",
        "update_infinity_moment",
        "update_moment",
        "update_moment_per_elem_norm",
      ],
      none(ARRAYS),
    ),
    multi_normal: none("A distribution for gradients of expectations: not an optimizer of models."),
    scale_gradient: none("Scales a gradient within the model: a matter of the graph, not of the optimizer."),
    ...each(["Gumbel", "Normal", "make_perturbed_fun"], none(PERTURBED)),
    ...each(
      [
        "AccumulationType",
        "Accumulator",
        "micro_grad",
        "micro_vmap",
        "microbatch",
        "reshape_batch_axis",
      ],
      none(MICROBATCH),
    ),
    ...each(
      [
        "assignment",
        "contrib",
        "losses",
        "microbatching",
        "perturbations",
        "projections",
        "schedules",
        "second_order",
        "transforms",
      ],
      none("A module: its names are on this page."),
    ),
    ...each(["tree", "tree_utils"], none("A module of arithmetic on nested arrays; see below.")),
    ...each(
      ["experimental", "aggregating"],
      none("Aggregation across devices; training here has one device."),
    ),
  },
};

/** Types that annotate JAX code, besides the named tuples. */
export const TYPES: Section = {
  title: "Types",
  rows: {
    GradientTransformation: same(["Transform", "Optimizer"]),
    GradientTransformationExtraArgs: same(
      ["Transform", "Optimizer"],
      "every rule may read value and Hessian",
    ),
    OptState: same("OptimizerState"),
    Params: same("Params"),
    Updates: same("Params"),
    ScalarOrSchedule: same("Hyperparameter"),
    Schedule: same("Schedule"),
    StatefulSchedule: none("Schedules are pure functions; `plateau` has a state outside the optimizer."),
    TransformInitFn: same("Rule", "`slots`"),
    ...each(["TransformUpdateFn", "TransformUpdateExtraArgsFn"], same("Rule", "`update`")),
    ...each(
      ["ConditionFn", "MaskOrFn", "ShouldSkipUpdateFunction"],
      none("An annotation; here the options say their types."),
    ),
    WrappedSchedule: none("An adapter for stateful schedules."),
    ...each(
      ["GaLoreDimensionNumbers", "MuonDimensionNumbers"],
      none("Tells which axes make a matrix; here those of the tensor."),
    ),
    LookaheadParams: none("`evaluationParams` gives the slow parameters; the others are the fast ones."),
    MaskedNode: none("Stands for a masked parameter in a tree; here it has no slot."),
    ZoomLinesearchInfo: none("Belongs to the zoom line search."),
  },
};
