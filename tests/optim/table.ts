/**
 * Every optimizer and transform, with what the contract needs to know of it.
 *
 * @module
 */
import { adabelief } from "../../optim/rules/adabelief.ts";
import { adabound } from "../../optim/rules/adabound.ts";
import { adadelta } from "../../optim/rules/adadelta.ts";
import { adafactor } from "../../optim/rules/adafactor.ts";
import { adagrad } from "../../optim/rules/adagrad.ts";
import { adam } from "../../optim/rules/adam.ts";
import { adamax } from "../../optim/rules/adamax.ts";
import { adamw } from "../../optim/rules/adamw.ts";
import { adan } from "../../optim/rules/adan.ts";
import { ademamix } from "../../optim/rules/ademamix.ts";
import { adopt } from "../../optim/rules/adopt.ts";
import { aggmo } from "../../optim/rules/aggmo.ts";
import { amsgrad } from "../../optim/rules/amsgrad.ts";
import { asgd } from "../../optim/rules/asgd.ts";
import { dog, dowg } from "../../optim/rules/dog.ts";
import { fromage } from "../../optim/rules/fromage.ts";
import { lamb } from "../../optim/rules/lamb.ts";
import { lars } from "../../optim/rules/lars.ts";
import { lion } from "../../optim/rules/lion.ts";
import { momentum } from "../../optim/rules/momentum.ts";
import { muon } from "../../optim/rules/muon.ts";
import { nadam, nadamw } from "../../optim/rules/nadam.ts";
import { nesterov } from "../../optim/rules/nesterov.ts";
import { novograd } from "../../optim/rules/novograd.ts";
import { polyak } from "../../optim/rules/polyak.ts";
import { prodigy } from "../../optim/rules/prodigy.ts";
import { qhadam } from "../../optim/rules/qhadam.ts";
import { radam } from "../../optim/rules/radam.ts";
import { rmsprop } from "../../optim/rules/rmsprop.ts";
import { rprop } from "../../optim/rules/rprop.ts";
import { gradientDescent, sgd } from "../../optim/rules/sgd.ts";
import { signSgd, signum } from "../../optim/rules/sign_sgd.ts";
import { sm3 } from "../../optim/rules/sm3.ts";
import { sophia } from "../../optim/rules/sophia.ts";
import { swats } from "../../optim/rules/swats.ts";
import { yogi } from "../../optim/rules/yogi.ts";
import type { Optimizer } from "../../optim/optimizer.ts";
import { applyIfFinite } from "../../optim/transforms/apply_if_finite.ts";
import { averaged } from "../../optim/transforms/averaged.ts";
import { centralize } from "../../optim/transforms/centralize.ts";
import { chain } from "../../optim/transforms/chain.ts";
import {
  adaptiveGradClip,
  clip,
  clipByBlockRms,
  clipByGlobalNorm,
  clipByNorm,
} from "../../optim/transforms/clip.ts";
import { ema } from "../../optim/transforms/ema.ts";
import { gradientNoise } from "../../optim/transforms/gradient_noise.ts";
import { injectHyperparams } from "../../optim/transforms/inject_hyperparams.ts";
import { lookahead } from "../../optim/transforms/lookahead.ts";
import { multiSteps } from "../../optim/transforms/multi_steps.ts";
import { freeze, masked, partition } from "../../optim/transforms/partition.ts";
import { sam } from "../../optim/transforms/sam.ts";
import { scale, scaleByLearningRate } from "../../optim/transforms/scale.ts";
import { scheduleFree, scheduleFreeAdamw, scheduleFreeSgd } from "../../optim/transforms/schedule_free.ts";
import { trace } from "../../optim/transforms/trace.ts";
import { addDecayedWeights, decoupledWeightDecay } from "../../optim/transforms/weight_decay.ts";
import type { Reach } from "../../tools/reach.ts";
import * as adaptive from "./papers/adaptive.ts";
import { ETA as learningRate, type Paper } from "./papers/base.ts";
import * as elements from "./papers/elements.ts";
import * as tensors from "./papers/tensors.ts";
import * as around from "./papers/transforms.ts";
import * as whole from "./papers/whole.ts";

/** An optimizer under contract. */
export interface Row {
  readonly make: () => Optimizer;
  readonly paper: Paper;
  /** How far a NaN in a gradient reaches: `"element"` unless said otherwise. */
  readonly nan?: Reach;
  /**
   * How far a graph may be from the host, relative to the parameter: 2e-5 and 1e-11, but where a rule enlarges roundings, as
   * differences of nearly equal numbers and the iteration of `muon` do.
   */
  readonly bounds?: { readonly float32?: number; readonly float64?: number };
}

const mu = 0.9;
const momentous = () => sgd({ learningRate, momentum: mu });
const halving = (count: number) => learningRate / 2 ** count;
/** Rates by the number of the update: up to it, and down from it. */
const warmingUp = (t: number) => learningRate * Math.min(1, (t + 3) / 60);
const decaying = (t: number) => learningRate / (1 + t / 20);
const pass: Paper = around.scaled(() => 1);

/** What rules for some parameters name: one here, one of the models in programs. */
const chosen = (name: string) => name === "matrix" || name === "layers.0.weight";

/** By the function's name; what sets a row apart from others of the function stands behind it. */
export const TABLE: Readonly<Record<string, Row>> = {
  "gradientDescent()": { make: () => gradientDescent({ learningRate }), paper: elements.sgd({}) },
  "sgd()": { make: () => sgd({ learningRate }), paper: elements.sgd({}) },
  "sgd() with momentum": { make: momentous, paper: elements.sgd({ mu }) },
  "sgd() with dampening": {
    make: () => sgd({ learningRate, momentum: 0.8, dampening: 0.3 }),
    paper: elements.sgd({ mu: 0.8, tau: 0.3 }),
  },
  "sgd() with decay, maximizing": {
    make: () => sgd({ learningRate, weightDecay: 0.1, maximize: true }),
    paper: elements.sgd({ decay: 0.1, maximize: true }),
  },
  "momentum() of the lecture": { make: () => momentum({ learningRate }), paper: elements.lectureMomentum },
  "momentum() of PyTorch": {
    make: () => momentum({ learningRate, form: "pytorch" }),
    paper: elements.sgd({ mu }),
  },
  "nesterov()": { make: () => nesterov({ learningRate }), paper: elements.sgd({ mu, nesterov: true }) },
  "aggmo()": { make: () => aggmo({ learningRate }), paper: elements.aggmo },
  "asgd()": { make: () => asgd({ learningRate, t0: 2 }), paper: around.asgd },
  "signSgd()": { make: () => signSgd({ learningRate }), paper: elements.sign(0) },
  "signum()": { make: () => signum({ learningRate }), paper: elements.sign(0.9) },
  "lion()": { make: () => lion({ learningRate, weightDecay: 0.1 }), paper: elements.lion(0.1) },
  "rprop()": { make: () => rprop({ learningRate }), paper: elements.rprop },
  "muon()": {
    make: () => muon({ learningRate }),
    paper: tensors.muon(adaptive.adam()),
    nan: "tensor",
    bounds: { float32: 1e-3, float64: 1e-6 },
  },
  "adagrad()": { make: () => adagrad({ learningRate }), paper: elements.adagrad(false, 1e-10) },
  "adagrad() of the lecture": {
    make: () => adagrad({ learningRate, epsilon: 1e-8, epsilonPlacement: "inside" }),
    paper: elements.adagrad(true, 1e-8),
  },
  "adagrad() with decay": {
    make: () => adagrad({ learningRate, lrDecay: 0.1, initialAccumulator: 0.1 }),
    paper: elements.adagrad(false, 1e-10, { start: 0.1, lrDecay: 0.1 }),
  },
  "adadelta()": { make: () => adadelta(), paper: elements.adadelta },
  "rmsprop()": { make: () => rmsprop({ learningRate }), paper: elements.rmsprop({}) },
  "rmsprop() of the lecture": {
    make: () => rmsprop({ learningRate, decay: 0.9, epsilonPlacement: "inside" }),
    paper: elements.rmsprop({ alpha: 0.9, inside: true }),
  },
  "rmsprop() centered with momentum": {
    make: () => rmsprop({ learningRate, centered: true, momentum: 0.5 }),
    paper: elements.rmsprop({ centered: true, mu: 0.5 }),
  },
  "rmsprop() with momentum after the rate": {
    make: () => rmsprop({ learningRate, momentum: 0.5, momentumPlacement: "after" }),
    paper: elements.rmsprop({ mu: 0.5, after: true }),
  },
  "adam()": { make: () => adam({ learningRate }), paper: adaptive.adam() },
  "adam() of the lecture": {
    make: () => adam({ learningRate, epsilonPlacement: "inside" }),
    paper: adaptive.adam({ placement: "inside" }),
  },
  "adam() of TensorFlow": {
    make: () => adam({ learningRate, epsilonPlacement: "scaled" }),
    paper: adaptive.adam({ placement: "scaled" }),
  },
  "adam() with decay and other betas": {
    make: () => adam({ learningRate, beta1: 0.5, beta2: 0.9, weightDecay: 0.1 }),
    paper: adaptive.adam({ beta1: 0.5, beta2: 0.9, decay: 0.1 }),
  },
  "adamw()": {
    make: () => adamw({ learningRate, weightDecay: 0.1 }),
    paper: adaptive.adam({ decoupled: 0.1 }),
  },
  "amsgrad()": { make: () => amsgrad({ learningRate }), paper: adaptive.adam({ ams: "pytorch" }) },
  "amsgrad() of Optax": {
    make: () => amsgrad({ learningRate, variant: "optax" }),
    paper: adaptive.adam({ ams: "optax" }),
  },
  "amsgrad() of the paper": {
    make: () => amsgrad({ learningRate, variant: "paper" }),
    paper: adaptive.adam({ ams: "paper" }),
  },
  "adamax()": { make: () => adamax({ learningRate }), paper: adaptive.adamax },
  "nadam()": { make: () => nadam({ learningRate }), paper: adaptive.nadam(true) },
  "nadam() of Optax": {
    make: () => nadam({ learningRate, form: "optax" }),
    paper: adaptive.nadam(false),
  },
  "nadamw()": {
    make: () => nadamw({ learningRate, weightDecay: 0.1 }),
    paper: adaptive.nadam(true, 0.1),
  },
  "radam()": { make: () => radam({ learningRate }), paper: adaptive.radam },
  "adabelief()": {
    make: () => adabelief({ learningRate }),
    paper: adaptive.adabelief,
    bounds: { float32: 1e-3 },
  },
  "yogi()": { make: () => yogi({ learningRate }), paper: adaptive.yogi },
  "adabound()": { make: () => adabound({ learningRate }), paper: adaptive.adabound(false) },
  "adabound() never falling": {
    make: () => adabound({ learningRate, amsbound: true }),
    paper: adaptive.adabound(true),
  },
  "adan()": { make: () => adan({ learningRate }), paper: adaptive.adan },
  "ademamix()": { make: () => ademamix({ learningRate }), paper: adaptive.ademamix },
  "adopt()": { make: () => adopt({ learningRate }), paper: adaptive.adopt },
  "qhadam()": { make: () => qhadam({ learningRate }), paper: adaptive.qhadam },
  "sophia()": { make: () => sophia({ learningRate }), paper: tensors.sophia },
  "adafactor()": { make: () => adafactor({ learningRate }), paper: tensors.adafactor, nan: "tensor" },
  "sm3()": { make: () => sm3({ learningRate }), paper: tensors.sm3, nan: "tensor" },
  "lamb()": { make: () => lamb({ learningRate, weightDecay: 0.1 }), paper: tensors.lamb, nan: "tensor" },
  "lars()": { make: () => lars({ learningRate, weightDecay: 0.1 }), paper: tensors.lars, nan: "tensor" },
  "fromage()": { make: () => fromage({ learningRate }), paper: tensors.fromage, nan: "tensor" },
  "novograd()": {
    make: () => novograd({ learningRate, weightDecay: 0.1 }),
    paper: tensors.novograd,
    nan: "tensor",
  },
  "dog()": { make: () => dog(), paper: whole.dog, nan: "all" },
  "dowg()": { make: () => dowg(), paper: whole.dowg, nan: "all" },
  "polyak()": { make: () => polyak(), paper: whole.polyak },
  "prodigy()": { make: () => prodigy({ initialEstimate: 1e-2 }), paper: whole.prodigy, nan: "all" },
  "swats()": { make: () => swats({ learningRate }), paper: whole.swats(1e-9) },
  "swats() that switches": {
    make: () => swats({ learningRate, tolerance: 2e-3 }),
    paper: whole.swats(2e-3),
  },
  "swats() that switches within a warm-up": {
    make: () => swats({ learningRate: (count) => warmingUp(count + 1), tolerance: 2e-3 }),
    paper: whole.swats(2e-3, warmingUp),
  },
  "swats() that switches under a decay": {
    make: () => swats({ learningRate: (count) => decaying(count + 1), tolerance: 2e-3 }),
    paper: whole.swats(2e-3, decaying),
  },
  "scheduleFree()": {
    make: () => scheduleFree(sgd({ learningRate })),
    paper: around.scheduleFreeSgd,
  },
  "scheduleFreeSgd()": { make: () => scheduleFreeSgd({ learningRate }), paper: around.scheduleFreeSgd },
  "scheduleFreeAdamw()": {
    make: () => scheduleFreeAdamw({ learningRate, weightDecay: 0.1 }),
    paper: around.scheduleFreeAdamw,
  },
  "applyIfFinite()": { make: () => applyIfFinite(momentous()), paper: elements.sgd({ mu }), nan: "none" },
  "averaged()": {
    make: () => averaged(momentous(), { start: 3 }),
    paper: around.averaged({ from: 3 }),
  },
  "averaged() exponentially": {
    make: () => averaged(momentous(), { decay: 0.8 }),
    paper: around.averaged({ decay: 0.8 }),
  },
  "injectHyperparams()": { make: () => injectHyperparams(momentous()), paper: elements.sgd({ mu }) },
  "lookahead()": {
    make: () => lookahead(momentous(), { syncPeriod: 3, slowStepSize: 0.4 }),
    paper: around.lookahead,
  },
  "multiSteps()": { make: () => multiSteps(momentous(), { every: 3 }), paper: around.multiSteps },
  "sam()": { make: () => sam(momentous(), { rho: 0.1 }), paper: around.sam, nan: "all" },
  "partition()": {
    make: () => {
      const groups = { one: sgd({ learningRate }), other: adam({ learningRate }) };
      return partition(groups, (name) => (chosen(name) ? "one" : "other"));
    },
    paper: around.except("matrix", [elements.sgd({}), adaptive.adam()]),
  },
  "masked()": {
    make: () => masked(clip(0.5), chosen),
    paper: around.except("matrix", [around.clip, pass]),
  },
  "freeze()": {
    make: () => freeze(momentous(), chosen),
    paper: around.except("matrix", [around.scaled(() => 0), elements.sgd({ mu })]),
  },
  "chain()": {
    make: () => chain(clip(0.5), addDecayedWeights({ weightDecay: 0.1 }), sgd({ learningRate })),
    paper: around.chained,
  },
  "centralize()": { make: () => centralize(), paper: around.centralize, nan: "tensor" },
  "clip()": { make: () => clip(0.5), paper: around.clip },
  "clipByNorm()": { make: () => clipByNorm(0.5), paper: around.clipByNorm, nan: "tensor" },
  "clipByGlobalNorm()": { make: () => clipByGlobalNorm(0.5), paper: around.clipByGlobalNorm, nan: "all" },
  "clipByBlockRms()": { make: () => clipByBlockRms(0.5), paper: around.clipByBlockRms, nan: "tensor" },
  "adaptiveGradClip()": {
    make: () => adaptiveGradClip({ limit: 0.1 }),
    paper: around.adaptiveGradClip,
    nan: "tensor",
  },
  "ema()": { make: () => ema({ decay: 0.9 }), paper: around.ema },
  "gradientNoise()": { make: () => gradientNoise({ eta: 0.3, seed: 3 }), paper: around.gradientNoise },
  "scale()": { make: () => scale(-0.3), paper: around.scaled(() => -0.3) },
  "scaleByLearningRate()": {
    make: () => scaleByLearningRate(halving),
    paper: around.scaled((t) => -halving(t - 1)),
  },
  "trace()": { make: () => trace({ decay: 0.9, nesterov: true }), paper: around.trace },
  "addDecayedWeights()": {
    make: () => addDecayedWeights({ weightDecay: (count) => 1 / (2 + count) }),
    paper: around.decayed(1),
  },
  "decoupledWeightDecay()": {
    make: () => decoupledWeightDecay({ weightDecay: (count) => 1 / (2 + count) }),
    paper: around.decayed(-1),
  },
};

/** Functions of the rules' files that others share, and no optimizers. */
export const HELPERS: ReadonlySet<string> = new Set([
  "Nested",
  "anyEnds",
  "movedIf",
  "onlyIf",
  "refuseBackwardClocks",
  "adamMoments",
  "adamSums",
  "adamRoot",
  "adamSettings",
  "adamStep",
  "summedStep",
  "average",
  "orthogonalized",
  "select",
  "trustRatio",
]);
