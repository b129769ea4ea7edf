import { type Declarations, fixed, flag, SEED } from "../../options/mod.ts";
import { above0, atLeast0 } from "../common.ts";
import {
  add,
  dot,
  each,
  type ExampleInputs,
  type Expr,
  type Exprs,
  mul,
  norm,
  type Rule,
  sqrt,
} from "../language/mod.ts";
import { type Transform, transform } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions, valueAt } from "../scheduled.ts";
import { CLIP_OPTIONS, shrunkTo } from "./clip.ts";

/** Returns the rule that passes on the mean of what replaces each example's gradients. */
function meanOf(eachExample: (inputs: ExampleInputs) => Exprs): Rule {
  return { slots: () => ({}), update: ({ grads }) => ({ updates: grads, state: {} }), eachExample };
}

/** Clips the gradients of one example together. */
function clippedTogether({ grads, at }: ExampleInputs, limit: Hyperparameter): Record<string, Expr> {
  const most = inStep(at, "limit", limit);
  const size = sqrt(dot(grads, grads));
  return each(Object.keys(grads), (p) => shrunkTo(grads[p]!, { size, limit: most }));
}

/**
 * Clips the gradients of each example to a Euclidean norm over all parameters, and takes their mean.
 *
 * ```text
 * u = 1/N sum over examples i of  g_i min(1, limit / ||all g_i||)
 * ```
 *
 * It takes the gradients of single examples, so it is the first link of a chain. `fit` and `trainingProgram` compute them:
 * they run the model on each example of a batch by itself, which takes longer than a batch does. On the host `update` takes
 * gradients with the examples along a first axis, as `exampleGradientModel` computes them. Models with batch
 * normalization in training form have no such gradients, and are refused.
 *
 * State: none.
 *
 * Elsewhere: Optax `per_example_global_norm_clip` returns the sum, and how many were clipped.
 *
 * @param limit above 0, or a schedule
 * @throws {RangeError} when the limit is not above 0.
 *
 * @example
 * ```ts
 * import { perExampleGlobalNormClip } from "./per_example.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = perExampleGlobalNormClip(5);
 * const params = { w: Float64Array.of(0, 0) };
 * const grads = { w: Float64Array.of(6, 8, 1, 0) }; // two examples
 * const [updates] = opt.update(grads, opt.init(params), params);
 * assertEquals(updates.w, Float64Array.of((3 + 1) / 2, (4 + 0) / 2));
 * ```
 *
 * @see Abadi et al.: Deep learning with differential privacy, 2016, Algorithm 1. Optax `per_example_global_norm_clip`.
 */
export function perExampleGlobalNormClip(limit: Hyperparameter): Transform {
  const { limit: value } = ruleOptions("perExampleGlobalNormClip", { limit }, CLIP_OPTIONS);
  return transform({
    name: "perExampleGlobalNormClip",
    hyperparameters: { limit: value },
    rule: meanOf((inputs) => clippedTogether(inputs, value)),
  });
}

/** Options of {@linkcode perExampleLayerNormClip}. */
export interface PerExampleLayerNormClipOptions {
  /**
   * Whether all parameters have the same limit; else each has one by the root of its share of all elements. `true` by
   * default.
   */
  uniform?: boolean;
}

export const PER_EXAMPLE_LAYER_NORM_CLIP_OPTIONS = {
  ...CLIP_OPTIONS,
  uniform: flag(true),
} satisfies Declarations<PerExampleLayerNormClipOptions & { limit: Hyperparameter }>;

/**
 * Clips each example's gradient of each parameter to a Euclidean norm of its own, and takes their mean.
 *
 * ```text
 * c_p = limit / sqrt(K)                 K parameters (tensors)
 * c_p = limit sqrt(D_p / D)             without uniform: D_p of D elements
 * u_p = 1/N sum over examples i of  g_ip min(1, c_p / ||g_ip||)
 * ```
 *
 * The norm of all gradients of an example together is then at most `limit`. See {@linkcode perExampleGlobalNormClip} for
 * where the gradients of single examples come from.
 *
 * State: none.
 *
 * Elsewhere: Optax `per_example_layer_norm_clip` returns the sums, and how many were clipped.
 *
 * @param limit above 0, or a schedule
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { perExampleLayerNormClip } from "./per_example.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = perExampleLayerNormClip(Math.sqrt(2));
 * const params = { a: Float64Array.of(0), b: Float64Array.of(0) };
 * const grads = { a: Float64Array.of(5, 0), b: Float64Array.of(0.5, 0.5) }; // two examples
 * const [updates] = opt.update(grads, opt.init(params), params);
 * assertAlmostEquals(updates.a[0]!, 1 / 2, 1e-12);
 * assertAlmostEquals(updates.b[0]!, 1 / 2, 1e-12);
 * ```
 *
 * @see McMahan et al.: Learning differentially private recurrent language models, 2018, section 3.1. Optax
 * `per_example_layer_norm_clip`.
 */
export function perExampleLayerNormClip(
  limit: Hyperparameter,
  options: PerExampleLayerNormClipOptions = {},
): Transform {
  const o = ruleOptions(
    "perExampleLayerNormClip",
    { ...options, limit },
    PER_EXAMPLE_LAYER_NORM_CLIP_OPTIONS,
  );
  return transform({
    name: "perExampleLayerNormClip",
    hyperparameters: o,
    rule: meanOf(({ grads, at }) => {
      const names = Object.keys(grads);
      const sizes = names.map((p) => grads[p]!.shape.reduce((a, b) => a * b, 1));
      const all = sizes.reduce((a, b) => a + b, 0);
      const most = inStep(at, "limit", o.limit);
      return Object.fromEntries(names.map((p, i) => {
        const share = Math.sqrt(o.uniform ? 1 / names.length : sizes[i]! / all);
        return [p, shrunkTo(grads[p]!, { size: norm(grads[p]!), limit: mul(most, share) })];
      }));
    }),
  });
}

/** Options of {@linkcode differentiallyPrivate}. */
export interface DifferentiallyPrivateOptions {
  /** The largest norm of an example's gradients together: above 0, or a schedule. 1 by default. */
  l2NormClip?: Hyperparameter;
  /** The standard deviation of the noise in units of `l2NormClip`: at least 0, or a schedule. 1 by default. */
  noiseMultiplier?: Hyperparameter;
  /** Seed of the noise: an integer from 0 to 2^53 - 1. 0 by default. */
  seed?: number;
}

export const DIFFERENTIALLY_PRIVATE_OPTIONS = {
  l2NormClip: above0(1),
  noiseMultiplier: atLeast0(1),
  seed: fixed(SEED, 0),
} satisfies Declarations<DifferentiallyPrivateOptions>;

/**
 * Clips the gradients of each example, and adds Gaussian noise to their sum: the gradient of differentially private SGD.
 *
 * ```text
 * u = 1/N (sum over examples i of  g_i min(1, C / ||all g_i||)  +  C sigma e)        C: l2NormClip, sigma: noiseMultiplier
 * ```
 *
 * `e` is standard normal, drawn again at each update. It depends on the seed, the parameter's name, the update and the
 * element alone, not on chunks or devices. See {@linkcode perExampleGlobalNormClip} for where the gradients of single
 * examples come from, and {@linkcode dpSgd} for what is not done: privacy is not accounted for.
 *
 * State: none.
 *
 * Elsewhere: Optax `contrib.differentially_private_aggregate`: the same with other random numbers. opacus `DPOptimizer`:
 * clips by `C / (||g|| + 1e-6)`, and divides by the expected size of a batch.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { differentiallyPrivate } from "./per_example.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = differentiallyPrivate({ l2NormClip: 1, noiseMultiplier: 0 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(7, 0.5) }, opt.init(params), params);
 * assertEquals(updates.w, Float64Array.of((1 + 0.5) / 2));
 * ```
 *
 * @see Abadi et al.: Deep learning with differential privacy, 2016, Algorithm 1.
 */
export function differentiallyPrivate(options: DifferentiallyPrivateOptions = {}): Transform {
  const { l2NormClip, noiseMultiplier, seed } = ruleOptions(
    "differentiallyPrivate",
    options,
    DIFFERENTIALLY_PRIVATE_OPTIONS,
  );
  return transform({
    name: "differentiallyPrivate",
    hyperparameters: { l2NormClip, noiseMultiplier, seed },
    rule: {
      slots: () => ({}),
      eachExample: (inputs) => clippedTogether(inputs, l2NormClip),
      update({ grads, at, normal }) {
        if (noiseMultiplier === 0) return { updates: grads, state: {} };
        const deviation = at(
          "deviation",
          ({ t, examples }) => valueAt(l2NormClip, t) * valueAt(noiseMultiplier, t) / examples,
        );
        return {
          updates: each(Object.keys(grads), (p) => {
            const g = grads[p]!;
            return add(g, mul(deviation, normal(p, { shape: g.shape, seed })));
          }),
          state: {},
        };
      },
    },
  });
}
