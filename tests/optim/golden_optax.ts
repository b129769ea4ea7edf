/**
 * The library's optimizers under Optax's hyper-parameters.
 *
 * @module
 */
import { adafactor } from "../../optim/rules/adafactor.ts";
import { adan } from "../../optim/rules/adan.ts";
import { ademamix } from "../../optim/rules/ademamix.ts";
import { adopt } from "../../optim/rules/adopt.ts";
import { fromage } from "../../optim/rules/fromage.ts";
import { lamb } from "../../optim/rules/lamb.ts";
import { lars } from "../../optim/rules/lars.ts";
import { novograd } from "../../optim/rules/novograd.ts";
import { rprop } from "../../optim/rules/rprop.ts";
import { signSgd, signum } from "../../optim/rules/sign_sgd.ts";
import { sm3 } from "../../optim/rules/sm3.ts";
import { adabelief } from "../../optim/rules/adabelief.ts";
import { adadelta } from "../../optim/rules/adadelta.ts";
import { adagrad } from "../../optim/rules/adagrad.ts";
import { adam } from "../../optim/rules/adam.ts";
import { adamax } from "../../optim/rules/adamax.ts";
import { adamw } from "../../optim/rules/adamw.ts";
import { amsgrad } from "../../optim/rules/amsgrad.ts";
import { lion } from "../../optim/rules/lion.ts";
import { nadam, nadamw } from "../../optim/rules/nadam.ts";
import { radam } from "../../optim/rules/radam.ts";
import { rmsprop } from "../../optim/rules/rmsprop.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { yogi } from "../../optim/rules/yogi.ts";
import { dog, dowg } from "../../optim/rules/dog.ts";
import { acprop } from "../../optim/rules/acprop.ts";
import { adamaxw } from "../../optim/rules/adamaxw.ts";
import { cocob } from "../../optim/rules/cocob.ts";
import { dadaptAdam } from "../../optim/rules/dadapt_adam.ts";
import { galore } from "../../optim/rules/galore.ts";
import { madgrad } from "../../optim/rules/madgrad.ts";
import { momo } from "../../optim/rules/momo.ts";
import { momoAdam } from "../../optim/rules/momo_adam.ts";
import { optimisticAdam, optimisticGradientDescent } from "../../optim/rules/optimistic.ts";
import { simplifiedAdemamix } from "../../optim/rules/simplified_ademamix.ts";
import { mechanic } from "../../optim/transforms/mechanic.ts";
import { muon } from "../../optim/rules/muon.ts";
import { polyak } from "../../optim/rules/polyak.ts";
import { prodigy } from "../../optim/rules/prodigy.ts";
import { sophia } from "../../optim/rules/sophia.ts";
import { asMatrices } from "../../optim/transforms/as_matrices.ts";
import { lookahead } from "../../optim/transforms/lookahead.ts";
import { sam } from "../../optim/transforms/sam.ts";
import { applyIfFinite } from "../../optim/transforms/apply_if_finite.ts";
import { scheduleFreeAdamw, scheduleFreeSgd } from "../../optim/transforms/schedule_free.ts";
import type { Hyper, Maker } from "./golden.ts";

const moments = (h: Hyper) => ({
  learningRate: h.learning_rate,
  beta1: h.b1,
  beta2: h.b2,
  ...(h.eps === undefined ? {} : { epsilon: h.eps }),
  ...(h.eps_root === undefined ? {} : { epsilonRoot: h.eps_root }),
  ...(h.weight_decay === undefined ? {} : { weightDecay: h.weight_decay, decoupledWeightDecay: true }),
});

/** The same for a rule that always has the same kind of decay. */
const moment = (h: Hyper) => {
  const { decoupledWeightDecay: _, ...rest } = { decoupledWeightDecay: true, ...moments(h) };
  return rest;
};

/** Returns the rule inside Optax's wrappers. */
const inner = (h: Hyper) =>
  h.optimizer === "adam"
    ? adam({ learningRate: h.learning_rate })
    : sgd({ learningRate: h.learning_rate, momentum: h.momentum ?? 0 });

/** Optax's warm-up of the schedule-free rules: linear from 0. */
const warmedUp = (h: Hyper) =>
  h.warmup_steps === null
    ? h.learning_rate
    : (count: number) => h.learning_rate * Math.min(count / h.warmup_steps, 1);

const scheduleFreeOptions = (h: Hyper) => ({
  form: "optax" as const,
  learningRate: warmedUp(h),
  beta1: h.b1,
  weightPower: h.weight_lr_power,
  weightDecay: h.weight_decay ?? 0,
});

const bounded = (h: Hyper) => ({
  learningRate: h.learning_rate,
  lowerBound: h.lower_bound,
  adaptLowerBound: h.adapt_lower_bound,
});

/** By Optax's name. */
export const OPTAX: Readonly<Record<string, Maker>> = {
  apply_if_finite: (h, c) => applyIfFinite(OPTAX[h.inner]!(h, c)!),
  adabelief: (h) => adabelief({ ...moments(h), nesterov: h.nesterov }),
  adadelta: (h) =>
    adadelta({ learningRate: h.learning_rate, decay: h.rho, epsilon: h.eps, weightDecay: h.weight_decay }),
  adafactor: (h) =>
    adafactor({
      form: "optax",
      learningRate: h.learning_rate ?? 1,
      decayPower: h.decay_rate,
      epsilon: h.eps,
      clipThreshold: h.clipping_threshold ?? Infinity,
      scaleByParameter: h.multiply_by_parameter_scale,
      minDimSizeToFactor: h.min_dim_size_to_factor,
      momentum: h.momentum ?? 0,
      weightDecay: h.weight_decay_rate ?? 0,
    }),
  adagrad: (h) =>
    adagrad({
      learningRate: h.learning_rate,
      initialAccumulator: h.initial_accumulator_value,
      epsilon: h.eps,
      epsilonPlacement: "inside",
    }),
  adam: (h) => (h.nesterov ? nadam({ ...moments(h), form: "optax" }) : adam(moments(h))),
  adamax: (h) => adamax(moments(h)),
  adamaxw: (h) => adamaxw(moment(h)),
  adamw: (h) => (h.nesterov ? nadamw({ ...moment(h), form: "optax" }) : adamw(moment(h))),
  adan: (h) => adan({ ...moments(h), beta3: h.b3, form: "optax" }),
  ademamix: (h) => ademamix({ ...moments(h), beta3: h.b3, alpha: h.alpha }),
  adopt: (h) => adopt({ ...moments(h), clip: h.use_clipping, nesterov: h.nesterov }),
  amsgrad: (h) => {
    const { bias_correction_mu: mu, bias_correction_nu: nu } = h;
    // Neither the paper nor PyTorch corrects only the first moment.
    if (mu !== nu) return null;
    return amsgrad({ ...moments(h), variant: mu ? "optax" : "paper" });
  },
  dog: (h) =>
    dog({
      learningRate: h.learning_rate,
      firstStep: firstStep(h.init_step),
      epsilon: h.eps,
      weightDecay: h.weight_decay ?? 0,
    }),
  dowg: (h) =>
    dowg({
      learningRate: h.learning_rate,
      epsilon: h.eps,
      weightDecay: h.weight_decay ?? 0,
      ...(h.init_estim_sq_dist === null ? {} : { squaredDistance: h.init_estim_sq_dist }),
    }),
  fromage: (h) => fromage({ learningRate: h.learning_rate, minNorm: h.min_norm }),
  lamb: (h) => lamb(moment(h)),
  lars: (h) =>
    lars({
      learningRate: h.learning_rate,
      weightDecay: h.weight_decay,
      trustCoefficient: h.trust_coefficient,
      epsilon: h.eps,
      momentum: h.momentum,
      nesterov: h.nesterov,
    }),
  lion: (h) => lion(moment(h)),
  lookahead: (h) =>
    lookahead(inner(h), {
      syncPeriod: h.sync_period,
      slowStepSize: h.slow_step_size,
      resetState: h.reset_state,
    }),
  muon: (h) =>
    muon({
      form: "optax",
      learningRate: h.learning_rate,
      momentum: h.beta,
      nesterov: h.nesterov,
      coefficients: h.ns_coeffs,
      steps: h.ns_steps,
      epsilon: h.eps,
      weightDecay: h.weight_decay,
      adaptive: h.adaptive,
      ...(h.consistent_rms === null ? {} : { adjust: "match-rms-adamw" }),
    }),
  muon_kernels: (h, c) => asMatrices(OPTAX.muon!(h, c)!, { outputs: h.outputs }),
  nadam: (h) => nadam({ ...moments(h), form: "optax" }),
  nadamw: (h) => nadamw({ ...moment(h), form: "optax" }),
  novograd: (h) => novograd(moment(h)),
  polyak_sgd: (h) =>
    polyak({
      learningRate: h.scaling,
      maxLearningRate: h.max_learning_rate,
      minimum: h.f_min,
      epsilon: h.eps,
      variant: h.variant,
    }),
  prodigy: (h) =>
    prodigy({
      learningRate: h.learning_rate,
      beta1: h.betas[0],
      beta2: h.betas[1],
      ...(h.beta3 === null ? {} : { beta3: h.beta3 }),
      epsilon: h.eps,
      initialEstimate: h.estim_lr0,
      coefficient: h.estim_lr_coef,
      weightDecay: h.weight_decay,
      safeguardWarmup: h.safeguard_warmup,
    }),
  radam: (h) => (h.nesterov ? null : radam({ ...moments(h), form: "optax", threshold: h.threshold })),
  rmsprop: (h) =>
    rmsprop({
      learningRate: h.learning_rate,
      decay: h.decay,
      epsilon: h.eps,
      epsilonPlacement: h.eps_in_sqrt ? "inside" : "outside",
      initialScale: h.initial_scale,
      centered: h.centered,
      momentum: h.momentum ?? 0,
      momentumPlacement: "after",
      nesterov: h.nesterov,
      biasCorrection: h.bias_correction,
    }),
  rprop: (h) =>
    rprop({
      form: "optax",
      learningRate: h.learning_rate,
      etaMinus: h.eta_minus,
      etaPlus: h.eta_plus,
      minStep: h.min_step_size,
      maxStep: h.max_step_size,
    }),
  sam: (h) =>
    sam(inner(h), { rho: h.rho, gradients: h.sync_period, normalize: h.adv.startsWith("normalize") }),
  schedule_free_adamw: (h) => scheduleFreeAdamw({ ...scheduleFreeOptions(h), beta2: h.b2, epsilon: h.eps }),
  schedule_free_sgd: (h) => scheduleFreeSgd(scheduleFreeOptions(h)),
  sgd: (h) => sgd({ learningRate: h.learning_rate, momentum: h.momentum ?? 0, nesterov: h.nesterov }),
  sign_sgd: (h) => signSgd({ learningRate: h.learning_rate }),
  signum: (h) => signum({ learningRate: h.learning_rate, momentum: h.beta }),
  sm3: (h) => sm3({ learningRate: h.learning_rate, momentum: h.momentum }),
  sophia: (h) =>
    sophia({
      learningRate: h.learning_rate,
      beta1: h.b1,
      beta2: h.b2,
      epsilon: h.eps,
      gamma: h.gamma,
      clipThreshold: h.clip_threshold ?? Infinity,
      interval: h.update_interval,
      weightDecay: h.weight_decay,
    }),
  yogi: (h) => yogi(moments(h)),
  acprop: (h) => acprop({ ...moments(h), form: "optax" }),
  cocob: (h) =>
    cocob({ learningRate: h.learning_rate, alpha: h.alpha, epsilon: h.eps, weightDecay: h.weight_decay }),
  dadapt_adamw: (h) =>
    dadaptAdam({
      learningRate: h.learning_rate,
      beta1: h.betas[0],
      beta2: h.betas[1],
      epsilon: h.eps,
      initialEstimate: h.estim_lr0,
      biasCorrection: true,
      weightDecay: h.weight_decay,
      decoupledWeightDecay: true,
    }),
  galore: (h) =>
    galore({
      form: "optax",
      learningRate: h.learning_rate,
      rank: h.rank,
      updateProjGap: h.update_proj_gap,
      scale: h.scale,
      projType: "reverse-std",
      epsilon: 1e-8,
      weightDecay: h.weight_decay,
    }),
  madgrad: (h) =>
    madgrad({
      learningRate: h.learning_rate,
      momentum: h.momentum,
      epsilon: h.eps,
      weightDecay: h.weight_decay,
    }),
  mechanize: (h) =>
    mechanic(inner(h), {
      form: "optax",
      decay: h.weight_decay,
      betas: Array.from({ length: h.num_betas }, (_, i) => 1 - 0.1 ** (i + 1)),
      initialScale: h.s_init,
      epsilon: h.eps,
    }),
  // Optax divides only the parameter by the growth of the decay.
  momo: (h) => (h.weight_decay === 0 ? momo({ ...bounded(h), beta: h.beta }) : null),
  momo_adam: (h) =>
    h.weight_decay === 0 ? momoAdam({ ...bounded(h), beta1: h.b1, beta2: h.b2, epsilon: h.eps }) : null,
  optimistic_adam: (h) =>
    optimisticAdam({
      ...moments(h),
      learningRate: 1,
      alpha: h.learning_rate,
      beta: h.optimism ?? h.learning_rate,
      nesterov: h.nesterov,
    }),
  optimistic_adam_v2: (h) =>
    optimisticAdam({ ...moments(h), alpha: h.alpha, beta: h.beta, nesterov: h.nesterov }),
  optimistic_gradient_descent: (h) =>
    optimisticGradientDescent({ learningRate: h.learning_rate, alpha: h.alpha, beta: h.beta }),
  simplified_ademamix: (h) => simplifiedAdemamix({ ...moments(h), alpha: h.alpha }),
};

function firstStep([kind, value]: [string, number]) {
  if (kind === "heuristic") return { heuristic: value };
  return kind === "distance" ? { distance: value } : { learningRate: value };
}
