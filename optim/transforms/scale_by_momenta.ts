/**
 * The directions of rules with several momenta as links of a chain.
 *
 * Each is made of the rule itself by `direction`, without its rate, its decay and its sign: `scaleByLearningRate` after it
 * descends, and other links can stand between.
 *
 * @module
 */
import type { Declarations } from "../../options/mod.ts";
import type { Transform } from "../optimizer.ts";
import { adan, ADAN_OPTIONS, type AdanOptions } from "../rules/adan.ts";
import { ademamix, ADEMAMIX_OPTIONS, type AdemamixOptions } from "../rules/ademamix.ts";
import { adopt, ADOPT_OPTIONS, type AdoptOptions } from "../rules/adopt.ts";
import { galore, GALORE_OPTIONS, type GaloreOptions } from "../rules/galore.ts";
import { muon, MUON_OPTIONS, type MuonOptions } from "../rules/muon.ts";
import { sgd } from "../rules/sgd.ts";
import {
  SIMPLIFIED_ADEMAMIX_OPTIONS,
  simplifiedAdemamix,
  type SimplifiedAdemamixOptions,
} from "../rules/simplified_ademamix.ts";
import { type DescentOption, direction, directionOptions } from "./direction.ts";

/** Options of {@linkcode scaleByAdan}. */
export type ScaleByAdanOptions = Omit<AdanOptions, DescentOption>;

export const SCALE_BY_ADAN_OPTIONS = directionOptions(ADAN_OPTIONS) satisfies Declarations<
  ScaleByAdanOptions
>;

/**
 * Replaces the gradients by Adan's direction: the momentum and a momentum of differences over a root mean square.
 *
 * ```text
 * u = (m_hat + b v_hat) / (sqrt(n_hat) + epsilon)         b by the form, as in adan
 * ```
 *
 * State: `m`, `v`, `n` and the gradient before, `p`, of the parameter's shape: 16 bytes a float32 parameter.
 *
 * Elsewhere: Optax `scale_by_adan` is `form: "optax"`.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByAdan } from "./scale_by_momenta.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleByAdan();
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(5) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 1, 1e-5);
 * ```
 *
 * @see Xie, Zhou, Li, Lin, Yan: Adan: Adaptive Nesterov momentum algorithm for faster optimizing deep models, 2022,
 * Algorithm 1. Optax `scale_by_adan`.
 */
export function scaleByAdan(options: ScaleByAdanOptions = {}): Transform {
  return direction("scaleByAdan", options, {
    declared: SCALE_BY_ADAN_OPTIONS,
    rule: (o) => adan({ ...o, learningRate: 1 }),
  });
}

/** Options of {@linkcode scaleByAdemamix}. */
export type ScaleByAdemamixOptions = Omit<AdemamixOptions, DescentOption>;

export const SCALE_BY_ADEMAMIX_OPTIONS = directionOptions(ADEMAMIX_OPTIONS) satisfies Declarations<
  ScaleByAdemamixOptions
>;

/**
 * Replaces the gradients by AdEMAMix's direction: a fast and a slow momentum over the root mean square.
 *
 * ```text
 * u = (m_hat + alpha s) / (sqrt(v_hat) + epsilon)
 * ```
 *
 * State: `m`, `s` and `v` of the parameter's shape: 12 bytes a float32 parameter.
 *
 * Elsewhere: Optax `contrib.scale_by_ademamix`: the same; its default alpha is 6.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByAdemamix } from "./scale_by_momenta.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleByAdemamix({ alpha: 0 });
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(5) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 1, 1e-5);
 * ```
 *
 * @see Pagliardini, Ablin, Grangier: The AdEMAMix optimizer: Better, faster, older, 2024, Algorithm 1. Optax
 * `contrib.scale_by_ademamix`.
 */
export function scaleByAdemamix(options: ScaleByAdemamixOptions = {}): Transform {
  return direction("scaleByAdemamix", options, {
    declared: SCALE_BY_ADEMAMIX_OPTIONS,
    rule: (o) => ademamix({ ...o, learningRate: 1 }),
  });
}

/** Options of {@linkcode scaleByAdopt}. */
export type ScaleByAdoptOptions = Omit<AdoptOptions, DescentOption>;

export const SCALE_BY_ADOPT_OPTIONS = directionOptions(ADOPT_OPTIONS) satisfies Declarations<
  ScaleByAdoptOptions
>;

/**
 * Replaces the gradients by ADOPT's direction: a momentum of gradients over the second moment before them; 0 at the
 * first update.
 *
 * ```text
 * m = beta1 m + (1 - beta1) clip(g / max(sqrt(v), epsilon));  v = beta2 v + (1 - beta2) g g;  u = m
 * ```
 *
 * State: `m` and `v` of the parameter's shape: 8 bytes a float32 parameter.
 *
 * Elsewhere: Optax `contrib.scale_by_adopt`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByAdopt } from "./scale_by_momenta.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleByAdopt();
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(5) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 0, 1e-5);
 * ```
 *
 * @see Taniguchi et al.: ADOPT: Modified Adam can converge with any beta2 with the optimal rate, 2024, Algorithm 2.
 * Optax `contrib.scale_by_adopt`.
 */
export function scaleByAdopt(options: ScaleByAdoptOptions = {}): Transform {
  return direction("scaleByAdopt", options, {
    declared: SCALE_BY_ADOPT_OPTIONS,
    rule: (o) => adopt({ ...o, learningRate: 1 }),
  });
}

/** Options of {@linkcode scaleByMuon}. */
export type ScaleByMuonOptions = Omit<MuonOptions, DescentOption | "others">;

const { others: _, ...OWN } = directionOptions(MUON_OPTIONS);
export const SCALE_BY_MUON_OPTIONS = OWN satisfies Declarations<ScaleByMuonOptions>;

/**
 * Replaces the gradients by Muon's direction: a momentum whose matrices are made orthogonal; other tensors pass
 * unchanged.
 *
 * ```text
 * u = a orthogonal(m)         a and the momentum by the form, as in muon
 * ```
 *
 * `chain(scaleByMuon(), scaleByLearningRate(rate))` descends along the gradient where a parameter is no matrix.
 *
 * State: `m` of a matrix's shape: 4 bytes a float32 parameter; none of others.
 *
 * Elsewhere: Optax `contrib.scale_by_muon` is `form: "optax"` without the factor `a`, for matrices.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByMuon } from "./scale_by_momenta.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleByMuon();
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(5) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 5, 1e-5);
 * ```
 *
 * @see Jordan et al.: Muon: An optimizer for hidden layers in neural networks, 2024. Optax `contrib.scale_by_muon`.
 */
export function scaleByMuon(options: ScaleByMuonOptions = {}): Transform {
  return direction("scaleByMuon", options, {
    declared: SCALE_BY_MUON_OPTIONS,
    rule: (o) => muon({ ...o, learningRate: 1, weightDecay: 0, others: sgd({ learningRate: 1 }) }),
  });
}

/** Options of {@linkcode scaleBySimplifiedAdemamix}. */
export type ScaleBySimplifiedAdemamixOptions = Omit<SimplifiedAdemamixOptions, DescentOption>;

export const SCALE_BY_SIMPLIFIED_ADEMAMIX_OPTIONS = directionOptions(
  SIMPLIFIED_ADEMAMIX_OPTIONS,
) satisfies Declarations<ScaleBySimplifiedAdemamixOptions>;

/**
 * Replaces the gradients by simplified AdEMAMix's direction: a sum of gradients, and the gradient beside it, over the root
 * mean square.
 *
 * ```text
 * m = beta1 m + g;  u = (m + alpha g) / (sqrt(v_hat) + epsilon)
 * ```
 *
 * State: `m` and `v` of the parameter's shape: 8 bytes a float32 parameter.
 *
 * Elsewhere: Optax `contrib.scale_by_simplified_ademamix`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleBySimplifiedAdemamix } from "./scale_by_momenta.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleBySimplifiedAdemamix({ alpha: 2 });
 * const params = { w: Float64Array.of(1) };
 * const [updates] = opt.update({ w: Float64Array.of(5) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 1 + 2, 1e-5);
 * ```
 *
 * @see Morwani, Vyas, Zhang, Kakade: Connections between schedule-free optimizers, AdEMAMix, and accelerated SGD variants,
 * 2025. Optax `contrib.scale_by_simplified_ademamix`.
 */
export function scaleBySimplifiedAdemamix(options: ScaleBySimplifiedAdemamixOptions = {}): Transform {
  return direction("scaleBySimplifiedAdemamix", options, {
    declared: SCALE_BY_SIMPLIFIED_ADEMAMIX_OPTIONS,
    rule: (o) => simplifiedAdemamix({ ...o, learningRate: 1 }),
  });
}

/** Options of {@linkcode scaleByGalore}. */
export type ScaleByGaloreOptions = Omit<GaloreOptions, DescentOption>;

export const SCALE_BY_GALORE_OPTIONS = directionOptions(GALORE_OPTIONS) satisfies Declarations<
  ScaleByGaloreOptions
>;

/**
 * Replaces the gradients by GaLore's direction: that of Adam on gradients projected onto their leading singular vectors.
 *
 * ```text
 * u = scale s V'         s and V as in galore; Adam's direction for parameters that are no matrices
 * ```
 *
 * State: as of `galore`: `m` and `v` of the projected shape, and the vectors.
 *
 * Elsewhere: Optax `contrib.scale_by_galore` is `form: "optax"` with `projType: "reverse-std"`, `scale: 1` and epsilon 1e-8,
 * up to the signs of vectors from the second refresh on; it takes another rule than Adam inside.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { scaleByGalore } from "./scale_by_momenta.ts";
 * import { tensor } from "../../onnx/mod.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = scaleByGalore({ rank: 1, scale: 1, epsilon: 0 });
 * const params = { w: tensor(new Float64Array(4), [2, 2]) };
 * const grads = { w: tensor(Float64Array.of(3, 4, 3, 4), [2, 2]) };
 * const [updates] = opt.update(grads, opt.init(params), params);
 * assertAlmostEquals(Number(updates.w.data[0]), 3 / 5, 1e-12);
 * ```
 *
 * @see Zhao, Zhang, Chen, Wang, Anandkumar, Tian: GaLore: Memory-efficient LLM training by gradient low-rank projection,
 * 2024, Algorithm 2. Optax `contrib.scale_by_galore`.
 */
export function scaleByGalore(options: ScaleByGaloreOptions = {}): Transform {
  return direction("scaleByGalore", options, {
    declared: SCALE_BY_GALORE_OPTIONS,
    rule: (o) => galore({ ...o, learningRate: 1 }),
  });
}
