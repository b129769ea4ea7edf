/**
 * The library's optimizers under the hyper-parameters of their authors' packages.
 *
 * @module
 */
import { acprop } from "../../optim/rules/acprop.ts";
import { adabound } from "../../optim/rules/adabound.ts";
import { shampoo } from "../../optim/rules/shampoo.ts";
import { soap } from "../../optim/rules/soap.ts";
import { adahessian } from "../../optim/rules/adahessian.ts";
import { adam } from "../../optim/rules/adam.ts";
import { dadaptAdagrad } from "../../optim/rules/dadapt_adagrad.ts";
import { dadaptAdam } from "../../optim/rules/dadapt_adam.ts";
import { dadaptSgd } from "../../optim/rules/dadapt_sgd.ts";
import { galore } from "../../optim/rules/galore.ts";
import { madgrad } from "../../optim/rules/madgrad.ts";
import { momo } from "../../optim/rules/momo.ts";
import { momoAdam } from "../../optim/rules/momo_adam.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { mechanic } from "../../optim/transforms/mechanic.ts";
import { scheduleFreeAdamw, scheduleFreeSgd } from "../../optim/transforms/schedule_free.ts";
import type { Hyper, Maker } from "./golden.ts";

/** The warm-up of the package schedulefree: reaches the full rate at its last step. */
const warmedUp = (h: Hyper) =>
  h.warmup_steps === 0 ? h.lr : (count: number) => h.lr * Math.min((count + 1) / h.warmup_steps, 1);

/** PyTorch's LinearLR up to the full rate. */
const linear = (h: Hyper) =>
  h.total_iters === undefined
    ? h.lr
    : (count: number) => h.lr * Math.min(1, h.start_factor + (1 - h.start_factor) * count / h.total_iters);

const free = (h: Hyper) => ({
  learningRate: warmedUp(h),
  weightDecay: h.weight_decay,
  weightPower: h.weight_lr_power,
});

/** D-Adaptation's settings; no growth rate is no limit. */
const adapted = (h: Hyper) => ({
  learningRate: h.lr,
  weightDecay: h.weight_decay,
  initialEstimate: h.d0,
  ...(h.growth_rate === undefined ? {} : { growthRate: h.growth_rate }),
});

const bounded = (h: Hyper) => ({
  learningRate: h.lr,
  weightDecay: h.weight_decay,
  lowerBound: h.lb,
  adaptLowerBound: h.use_fstar,
});

/** By the file's name. */
export const AUTHORS: Readonly<Record<string, Maker>> = {
  acprop: (h) =>
    acprop({
      learningRate: h.lr,
      beta1: h.betas[0],
      beta2: h.betas[1],
      epsilon: h.eps,
      epsilonRoot: h.eps,
      weightDecay: h.weight_decay,
      decoupledWeightDecay: h.weight_decouple,
    }),
  adahessian: (h) =>
    adahessian({
      learningRate: h.lr,
      beta1: h.betas[0],
      beta2: h.betas[1],
      epsilon: h.eps,
      hessianPower: h.hessian_power,
      weightDecay: h.weight_decay,
    }),
  dadapt_adagrad: (h) => dadaptAdagrad({ ...adapted(h), momentum: h.momentum, epsilon: h.eps }),
  dadapt_adam: (h) =>
    dadaptAdam({
      ...adapted(h),
      beta1: h.betas[0],
      beta2: h.betas[1],
      epsilon: h.eps,
      decoupledWeightDecay: h.decouple,
      biasCorrection: h.use_bias_correction,
    }),
  dadapt_sgd: (h) => dadaptSgd({ ...adapted(h), momentum: h.momentum }),
  galore: (h) =>
    galore({
      learningRate: h.lr,
      beta1: h.betas[0],
      beta2: h.betas[1],
      epsilon: h.eps,
      weightDecay: h.weight_decay,
      rank: h.rank,
      updateProjGap: h.update_proj_gap,
      scale: h.scale,
      projType: h.proj_type.replace("_", "-"),
    }),
  madgrad: (h) =>
    madgrad({
      learningRate: h.lr,
      momentum: h.momentum,
      epsilon: h.eps,
      weightDecay: h.weight_decay,
      decoupledWeightDecay: h.decouple_decay,
    }),
  mechanic: (h) => {
    const { lr: learningRate, momentum = 0 } = h.of_inner;
    const inner = h.inner === "Adam" ? adam({ learningRate }) : sgd({ learningRate, momentum });
    return mechanic(inner, {
      decay: h.s_decay,
      betas: h.betas,
      initialScale: h.s_init,
      epsilon: h.eps,
      storeDelta: h.store_delta,
    });
  },
  momo: (h) => momo({ ...bounded(h), beta: h.beta, biasCorrection: h.bias_correction }),
  momo_adam: (h) =>
    momoAdam({
      ...bounded(h),
      beta1: h.betas[0],
      beta2: h.betas[1],
      epsilon: h.eps,
      proximalDecay: h.divide,
    }),
  adabound: (h) =>
    adabound({
      learningRate: linear(h),
      beta1: h.betas[0],
      beta2: h.betas[1],
      finalLearningRate: h.final_lr,
      gamma: h.gamma,
      epsilon: h.eps,
      amsbound: h.amsbound,
    }),
  schedule_free_adamw: (h) =>
    scheduleFreeAdamw({ ...free(h), beta1: h.betas[0], beta2: h.betas[1], epsilon: h.eps }),
  schedule_free_sgd: (h) => scheduleFreeSgd({ ...free(h), beta1: h.momentum }),
  shampoo: ({ betas = [0.9, 1], precondition_frequency = 1, ...h }) =>
    shampoo({
      // It keeps the rate in float32.
      learningRate: Math.fround(1e-2),
      beta1: betas[0],
      beta2: betas[1],
      interval: precondition_frequency,
      ...(h.beta3 === undefined ? {} : { beta3: h.beta3 }),
      ...(h.root === undefined ? {} : { root: h.root }),
      ...(h.start_preconditioning_step === undefined ? {} : { start: h.start_preconditioning_step }),
      ...(h.graftingBeta2 === undefined ? {} : { graftingBeta2: h.graftingBeta2 }),
      weightDecay: h.weight_decay ?? 0,
      decoupledWeightDecay: h.weight_decay_type !== "L2",
      maxPreconditionerDim: h.max_preconditioner_dim ?? 1024,
      mergeDims: h.merge ?? true,
      biasCorrection: h.use_bias_correction ?? true,
      grafting: h.grafting ?? "none",
      momentum: h.momentum ?? 0,
      dampening: h.dampening ?? 0,
      nesterov: h.nesterov ?? false,
    }),
  soap: (h) =>
    soap({
      learningRate: h.lr,
      beta1: h.betas[0],
      beta2: h.betas[1],
      ...(h.shampoo_beta < 0 ? {} : { shampooBeta: h.shampoo_beta }),
      epsilon: h.eps,
      weightDecay: h.weight_decay,
      interval: h.precondition_frequency,
      maxPreconditionerDim: h.max_precond_dim,
      mergeDims: h.merge_dims,
      preconditionVectors: h.precondition_1d,
      normalizeSteps: h.normalize_grads,
      biasCorrection: h.correct_bias,
    }),
};
