/**
 * The declarations of all options, by function.
 *
 * @module
 */
import type { Declaration, NumberOption } from "../../options/mod.ts";
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
import { SIGN_SGD_OPTIONS, SIGNUM_OPTIONS } from "../rules/sign_sgd.ts";
import { SM3_OPTIONS } from "../rules/sm3.ts";
import { SOPHIA_OPTIONS } from "../rules/sophia.ts";
import { SWATS_OPTIONS } from "../rules/swats.ts";
import { YOGI_OPTIONS } from "../rules/yogi.ts";
import { APPLY_IF_FINITE_OPTIONS } from "../transforms/apply_if_finite.ts";
import { AVERAGED_OPTIONS } from "../transforms/averaged.ts";
import { ADAPTIVE_GRAD_CLIP_OPTIONS, CLIP_OPTIONS } from "../transforms/clip.ts";
import { EMA_OPTIONS } from "../transforms/ema.ts";
import { FREEZE_OPTIONS } from "../transforms/freeze.ts";
import { GRADIENT_NOISE_OPTIONS } from "../transforms/gradient_noise.ts";
import { LOOKAHEAD_OPTIONS } from "../transforms/lookahead.ts";
import { MASKED_OPTIONS } from "../transforms/masked.ts";
import { MULTI_STEPS_OPTIONS } from "../transforms/multi_steps.ts";
import { SAM_OPTIONS } from "../transforms/sam.ts";
import { SCALE_BY_LEARNING_RATE_OPTIONS, SCALE_OPTIONS } from "../transforms/scale.ts";
import {
  SCHEDULE_FREE_ADAMW_OPTIONS,
  SCHEDULE_FREE_OPTIONS,
  SCHEDULE_FREE_SGD_OPTIONS,
} from "../transforms/schedule_free.ts";
import { TRACE_OPTIONS } from "../transforms/trace.ts";
import { WEIGHT_DECAY_OPTIONS } from "../transforms/weight_decay.ts";
import { OPTIMIZER_FAMILIES } from "./families.ts";
import { around, SEARCH } from "./search.ts";

/** The name of a function in {@linkcode OPTIMIZER_FAMILIES}. */
export type OptimizerName = {
  [F in keyof typeof OPTIMIZER_FAMILIES]: keyof typeof OPTIMIZER_FAMILIES[F];
}[keyof typeof OPTIMIZER_FAMILIES];

/** The declarations as the functions check their options by them. */
const DECLARED: Readonly<Record<OptimizerName, Readonly<Record<string, Declaration>>>> = {
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
  sophia: SOPHIA_OPTIONS,
  yogi: YOGI_OPTIONS,
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
  applyIfFinite: APPLY_IF_FINITE_OPTIONS,
  averaged: AVERAGED_OPTIONS,
  injectHyperparams: {},
  lookahead: LOOKAHEAD_OPTIONS,
  multiSteps: MULTI_STEPS_OPTIONS,
  freeze: FREEZE_OPTIONS,
  masked: MASKED_OPTIONS,
  partition: PARTITION_OPTIONS,
  sam: SAM_OPTIONS,
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
};

/** Returns whether a text is the name of a function in {@linkcode OPTIMIZER_FAMILIES}. */
export function isOptimizerName(name: string): name is OptimizerName {
  return Object.hasOwn(DECLARED, name);
}

/**
 * Returns the declarations of a function's options, by name: kinds, ranges, defaults, whether they may be schedules, and
 * where to search for them. The functions check their options by the same. Of functions that take a number before their
 * options, such as `clip`, that number comes first. Rules around a rule take that rule besides.
 *
 * @example
 * ```ts
 * import { declarationsOf } from "./declarations.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(declarationsOf("adam").beta1, {
 *   kind: "number",
 *   range: "in [0, 1)",
 *   default: 0.9,
 *   schedule: true,
 *   search: { low: 0.5, high: 0.98, scale: "one-minus-log" },
 * });
 * assertEquals(declarationsOf("clip"), {
 *   limit: { kind: "number", range: "a finite number above 0", schedule: true, required: true },
 * });
 * ```
 */
export function declarationsOf(name: OptimizerName): Readonly<Record<string, Declaration>> {
  return Object.fromEntries(
    Object.entries(DECLARED[name]).map(([option, declared]) => {
      const search = declared.kind === "number" ? searchOf(name, option, declared) : undefined;
      return [option, search === undefined ? declared : { ...declared, search }];
    }),
  );
}

/** The rates of the table by function, for those that have one. */
const RATES = Object.fromEntries(
  Object.values(OPTIMIZER_FAMILIES).flatMap((family) =>
    Object.entries(family).flatMap(([name, { rate }]: [string, { rate?: number }]) =>
      rate === undefined ? [] : [[name, rate]]
    )
  ),
);

function searchOf(name: OptimizerName, option: string, declared: NumberOption) {
  const published = SEARCH[name]?.[option] ?? declared.search;
  if (published !== undefined || option !== "learningRate") return published;
  const center = RATES[name] ?? declared.default;
  return center === undefined ? undefined : around(center);
}
