import { type Declarations, fixed, OTHER, SEED } from "../../options/mod.ts";
import { atLeast0 } from "../common.ts";
import { add, mul, perParameter } from "../language/mod.ts";
import { type Transform, transform } from "../optimizer.ts";
import { type Hyperparameter, ruleOptions, valueAt } from "../scheduled.ts";

/** Options of {@linkcode gradientNoise}. */
export interface GradientNoiseOptions {
  /** Variance of the noise at the first update: at least 0, or a schedule. 0.01 by default. */
  variance?: Hyperparameter;
  /** Power of the number of the update that divides the variance: at least 0, or a schedule. 0.55 by default. */
  decay?: Hyperparameter;
  /** Seed: an integer from 0 to 2^53 - 1. 0 by default. */
  seed?: number;
  /** @deprecated Use {@linkcode GradientNoiseOptions.variance}. */
  eta?: Hyperparameter;
  /** @deprecated Use {@linkcode GradientNoiseOptions.decay}. */
  gamma?: Hyperparameter;
}

export const GRADIENT_NOISE_OPTIONS = {
  variance: atLeast0(0.01),
  decay: atLeast0(0.55),
  seed: fixed(SEED, 0),
  eta: OTHER,
  gamma: OTHER,
} satisfies Declarations<GradientNoiseOptions>;

/**
 * Adds Gaussian noise to the gradients, less from update to update.
 *
 * ```text
 * u = g + sqrt(variance / t^decay) e           e standard normal, drawn again at each update; t counts from 1
 * ```
 *
 * The noise depends on the seed, the parameter's name, the update and the element alone, not on chunks or devices. The host
 * draws it, so a program reads as many numbers a step as there are parameters.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { gradientNoise } from "./gradient_noise.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = gradientNoise({ variance: 4 });
 * const params = { w: new Float64Array(10_000) };
 * const [updates] = opt.update({ w: new Float64Array(10_000) }, opt.init(params), params);
 * assertAlmostEquals(Math.sqrt(updates.w.reduce((a, b) => a + b * b, 0) / 10_000), 2, 0.05);
 * ```
 *
 * @see Neelakantan et al.: Adding gradient noise improves learning for very deep networks, 2015, equation 1. Optax `add_noise`.
 */
export function gradientNoise(options: GradientNoiseOptions = {}): Transform {
  const given = renamedOptions(options);
  const { seed, variance, decay } = ruleOptions("gradientNoise", given, GRADIENT_NOISE_OPTIONS);
  const own = perParameter({}, ({ g }) => ({ u: g }));
  return transform({
    name: "gradientNoise",
    hyperparameters: { seed, variance, decay },
    rule: {
      ...own,
      update({ grads, at, normal }) {
        const deviation = at(
          "deviation",
          ({ t }) => Math.sqrt(valueAt(variance, t) / t ** valueAt(decay, t)),
        );
        const noisy = Object.entries(grads).map(([p, g]) => {
          const noise = normal(p, { shape: g.shape, seed });
          return [p, add(g, mul(deviation, noise))];
        });
        return { updates: Object.fromEntries(noisy), state: {} };
      },
    },
  });
}

/** Returns the options under their present names. @throws {RangeError} if one is given under both. */
function renamedOptions(options: GradientNoiseOptions): GradientNoiseOptions {
  const { eta, gamma, ...given } = options;
  for (const [name, former, value] of [["variance", "eta", eta], ["decay", "gamma", gamma]] as const) {
    if (value === undefined) continue;
    if (given[name] !== undefined) {
      throw new RangeError(
        `gradientNoise: ${former} is the former name of ${name}: give ${name} alone`,
      );
    }
    given[name] = value;
  }
  return given;
}
