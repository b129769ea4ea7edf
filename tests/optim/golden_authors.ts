/**
 * The library's optimizers under the hyper-parameters of their authors' packages.
 *
 * @module
 */
import { adabound } from "../../optim/rules/adabound.ts";
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

/** By the file's name. */
export const AUTHORS: Readonly<Record<string, Maker>> = {
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
};
