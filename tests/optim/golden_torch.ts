/**
 * The library's optimizers under PyTorch's hyper-parameters.
 *
 * @module
 */
import { adadelta } from "../../optim/rules/adadelta.ts";
import { adafactor } from "../../optim/rules/adafactor.ts";
import { adagrad } from "../../optim/rules/adagrad.ts";
import { adam } from "../../optim/rules/adam.ts";
import { adamax } from "../../optim/rules/adamax.ts";
import { adamw } from "../../optim/rules/adamw.ts";
import { amsgrad } from "../../optim/rules/amsgrad.ts";
import { asgd } from "../../optim/rules/asgd.ts";
import { muon } from "../../optim/rules/muon.ts";
import { nadam } from "../../optim/rules/nadam.ts";
import { radam } from "../../optim/rules/radam.ts";
import { rmsprop } from "../../optim/rules/rmsprop.ts";
import { rprop } from "../../optim/rules/rprop.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import type { Hyper, Maker } from "./golden.ts";

const common = (h: Hyper) => ({
  learningRate: h.lr,
  ...(h.weight_decay === undefined ? {} : { weightDecay: h.weight_decay }),
  ...(h.maximize === undefined ? {} : { maximize: h.maximize }),
  ...(h.eps === undefined ? {} : { epsilon: h.eps }),
  ...(h.decoupled_weight_decay === undefined ? {} : { decoupledWeightDecay: h.decoupled_weight_decay }),
});
const moments = (h: Hyper) => ({ ...common(h), beta1: h.betas[0], beta2: h.betas[1] });

/** By PyTorch's name. */
export const TORCH: Readonly<Record<string, Maker>> = {
  adadelta: (h) => adadelta({ ...common(h), decay: h.rho }),
  adafactor: (h) => {
    const [epsilon, minScale] = h.eps;
    return adafactor({
      learningRate: h.lr,
      decayPower: -h.beta2_decay,
      // PyTorch's default is the machine epsilon of the parameter's type, float64 in the trajectories.
      epsilon: epsilon ?? 2 ** -52,
      minScale,
      clipThreshold: h.d,
      weightDecay: h.weight_decay,
      maximize: h.maximize,
    });
  },
  adagrad: (h) =>
    adagrad({ ...common(h), lrDecay: h.lr_decay, initialAccumulator: h.initial_accumulator_value }),
  adam: (h) => (h.amsgrad ? amsgrad(moments(h)) : adam(moments(h))),
  adamax: (h) => adamax(moments(h)),
  adamw: (h) => adamw({ ...moments(h), amsgrad: h.amsgrad }),
  asgd: (h) => asgd({ ...common(h), lambda: h.lambd, alpha: h.alpha, t0: h.t0 }),
  muon: (h) =>
    muon({
      learningRate: h.lr,
      weightDecay: h.weight_decay,
      momentum: h.momentum,
      nesterov: h.nesterov,
      coefficients: h.ns_coefficients,
      steps: h.ns_steps,
      epsilon: h.eps,
      ...(h.adjust_lr_fn === "match_rms_adamw" ? { adjust: "match-rms-adamw" } : {}),
    }),
  nadam: (h) => nadam({ ...moments(h), momentumDecay: h.momentum_decay }),
  radam: (h) => radam(moments(h)),
  rmsprop: (h) => rmsprop({ ...common(h), decay: h.alpha, momentum: h.momentum, centered: h.centered }),
  rprop: (h) =>
    rprop({
      learningRate: h.lr,
      etaMinus: h.etas[0],
      etaPlus: h.etas[1],
      minStep: h.step_sizes[0],
      maxStep: h.step_sizes[1],
      maximize: h.maximize,
    }),
  sgd: (h) => sgd({ ...common(h), momentum: h.momentum, dampening: h.dampening, nesterov: h.nesterov }),
};
