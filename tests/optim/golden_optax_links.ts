/**
 * The library's links and wrappers under Optax's hyper-parameters.
 *
 * @module
 */
import * as library from "../../mod.ts";
import type { Optimizer, Transform, Updater } from "../../mod.ts";
import type { Hyper, Maker } from "./golden.ts";

/** The rate behind the links, and of the rules in the wrappers. */
const learningRate = 0.05;

const given = (options: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

const moments = (h: Hyper) => given({ beta1: h.b1, beta2: h.b2, epsilon: h.eps, epsilonRoot: h.eps_root });

const rms = (h: Hyper) => ({
  decay: h.decay ?? 0.9,
  epsilonPlacement: h.eps_in_sqrt === false ? "outside" as const : "inside" as const,
  ...given({ epsilon: h.eps, initialScale: h.initial_scale, biasCorrection: h.bias_correction }),
});

/** By Optax's name. */
const LINKS: Readonly<Record<string, (h: Hyper) => Transform>> = {
  scale_by_acprop: (h) => library.scaleByAcprop({ ...moments(h), form: "optax" }),
  scale_by_adam: (h) =>
    h.nesterov ? library.scaleByNadam({ ...moments(h), form: "optax" }) : library.scaleByAdam(moments(h)),
  scale_by_adamax: (h) => library.scaleByAdamax(moments(h)),
  scale_by_adadelta: (h) => library.scaleByAdadelta(given({ decay: h.rho, epsilon: h.eps })),
  scale_by_adan: (h) => library.scaleByAdan({ ...moments(h), form: "optax" }),
  scale_by_ademamix: (h) => library.scaleByAdemamix({ ...moments(h), beta3: h.b3, alpha: 6 }),
  scale_by_adopt: (h) => library.scaleByAdopt(moments(h)),
  scale_by_amsgrad: (h) => library.scaleByAmsgrad({ ...moments(h), variant: "optax" }),
  scale_by_belief: (h) => library.scaleByBelief(moments(h)),
  scale_by_factored_rms: (h) =>
    library.scaleByFactoredRms(
      given({ minDimSizeToFactor: h.min_dim_size_to_factor, decayPower: h.decay_rate, epsilon: h.epsilon }),
    ),
  scale_by_galore: ({ rank, scale }) =>
    library.scaleByGalore({ rank, scale, form: "optax", projType: "reverse-std", epsilon: 1e-8 }),
  scale_by_lion: (h) => library.scaleByLion(moments(h)),
  scale_by_madgrad: ({ learning_rate, momentum, eps: epsilon }) =>
    library.scaleByMadgrad(given({ learningRate: learning_rate, momentum, epsilon })),
  scale_by_muon: (h) =>
    library.scaleByMuon({ form: "optax", ...given({ momentum: h.beta, nesterov: h.nesterov }) }),
  scale_by_novograd: (h) => library.scaleByNovograd({ epsilon: 1e-8, weightDecay: h.weight_decay }),
  scale_by_optimistic_gradient: (h) =>
    library.scaleByOptimisticGradient(given({ alpha: h.alpha, beta: h.beta })),
  scale_by_param_block_norm: (h) => library.scaleByParamBlockNorm(given({ minScale: h.min_scale })),
  scale_by_param_block_rms: (h) => library.scaleByParamBlockRms(given({ minScale: h.min_scale })),
  scale_by_polyak: (h) =>
    library.scaleByPolyak(given({ minimum: h.f_min, epsilon: h.eps, variant: h.variant })),
  scale_by_radam: (h) => library.scaleByRadam({ ...moments(h), form: "optax" }),
  scale_by_rms: (h) => library.scaleByRms(rms(h)),
  scale_by_rprop: (h) => library.scaleByRprop({ learningRate: h.learning_rate, form: "optax" }),
  scale_by_rss: (h) =>
    library.scaleByRss({
      epsilonPlacement: "inside",
      epsilon: h.eps ?? 1e-7,
      initialAccumulator: h.initial_accumulator_value ?? 0.1,
    }),
  scale_by_sign: () => library.scaleBySign(),
  scale_by_simplified_ademamix: (h) =>
    library.scaleBySimplifiedAdemamix({ ...moments(h), ...given({ alpha: h.alpha }) }),
  scale_by_sm3: (h) => library.scaleBySm3(given({ momentum: h.b1 })),
  scale_by_stddev: (h) => library.scaleByStddev(rms(h)),
  scale_by_trust_ratio: (h) =>
    library.scaleByTrustRatio(
      given({ minNorm: h.min_norm, trustCoefficient: h.trust_coefficient, epsilon: h.eps }),
    ),
  scale_by_yogi: (h) => library.scaleByYogi(moments(h)),
  normalize_by_update_norm: (h) =>
    library.normalizeByUpdateNorm(given({ scaleFactor: h.scale_factor, epsilon: h.eps })),
  normalize: () => library.normalizeByUpdateNorm({ epsilon: 0 }),
};

/** Links behind a step, by Optax's name. */
const AFTER: Readonly<Record<string, (h: Hyper) => Transform>> = {
  keep_params_nonnegative: () => library.keepParamsNonnegative(),
  projection_non_negative: () => library.keepParamsNonnegative(),
  projection_box: ({ lower, upper }) => library.projectionBox({ lower, upper }),
  projection_hypercube: ({ scale }) => library.projectionBox({ lower: 0, upper: scale }),
  projection_linf_ball: ({ scale }) => library.projectionBox({ lower: -scale, upper: scale }),
  projection_l2_ball: ({ scale }) => library.projectionL2Ball({ scale }),
  projection_l2_sphere: ({ scale }) => library.projectionL2Sphere({ scale }),
  projection_l1_ball: ({ scale }) => library.projectionL1Ball({ scale }),
  projection_l1_sphere: ({ scale }) => library.projectionL1Sphere({ scale }),
  projection_simplex: ({ scale }) => library.projectionSimplex({ scale }),
};

const linked = (h: Hyper): Optimizer =>
  library.chain(LINKS[h.link]!(h), library.scaleByLearningRate(learningRate));

const momentum = () => library.sgd({ learningRate, momentum: 0.9 });

function wrapped(h: Hyper): Updater {
  if (h.wrapper === "mask") {
    return library.conditionallyMask(library.adam({ learningRate }), { when: (count) => count % 2 === 0 });
  }
  if (h.wrapper === "transform") {
    const traced = library.conditionallyTransform(library.trace({ decay: 0.5 }), {
      when: (count) => count % 3 !== 1,
    });
    return library.chain(traced, library.scaleByLearningRate(learningRate));
  }
  const every = h.every === "1 + count % 3" ? (count: number) => 1 + count % 3 : h.every;
  const gathered = library.multiSteps(momentum(), { every, sum: h.mean === false });
  if (h.finite) return library.applyIfFinite(gathered);
  const { max_squared_norm: maxSquaredNorm } = h;
  return maxSquaredNorm === undefined ? gathered : library.skipLargeUpdates(gathered, { maxSquaredNorm });
}

/** By the name of the stored file. */
export const OPTAX_LINKS: Readonly<Record<string, Maker>> = {
  scale_by: linked,
  scale_by_sm3: linked,
  scale_by_muon: linked,
  links: (h) =>
    h.link === "zero_nans"
      ? library.chain(library.zeroNans(), momentum())
      : library.chain(library.sgd({ learningRate }), AFTER[h.link]!(h)),
  wrappers: (h) => wrapped(h) as Optimizer,
};
