import { checkNumber, checkOptions, type OptionNames, SEED } from "../../options/mod.ts";
import { add, mul, perParameter } from "../language/mod.ts";
import { type Transform, transform } from "../optimizer.ts";

/** Options of {@linkcode gradientNoise}. */
export interface GradientNoiseOptions {
  /** Variance of the noise at the first update: at least 0. 0.01 by default. */
  variance?: number;
  /** Power of the number of the update that divides the variance: at least 0. 0.55 by default. */
  decay?: number;
  /** Seed: an integer from 0 to 2^53 - 1. 0 by default. */
  seed?: number;
  /** @deprecated Use {@linkcode GradientNoiseOptions.variance}. */
  eta?: number;
  /** @deprecated Use {@linkcode GradientNoiseOptions.decay}. */
  gamma?: number;
}

const GRADIENT_NOISE_OPTIONS = {
  variance: false,
  decay: false,
  seed: false,
  eta: false,
  gamma: false,
} satisfies OptionNames<GradientNoiseOptions>;

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
  checkOptions("gradientNoise", options, GRADIENT_NOISE_OPTIONS);
  const { seed = 0 } = options;
  const variance = either(options, "variance", "eta") ?? 0.01;
  const decay = either(options, "decay", "gamma") ?? 0.55;
  checkNumber("variance", variance, "a finite number of at least 0");
  checkNumber("decay", decay, "a finite number of at least 0");
  checkNumber("seed", seed, SEED);
  const own = perParameter({}, ({ g }) => ({ u: g }));
  return transform({
    name: "gradientNoise",
    rule: {
      ...own,
      update({ grads, at, normal }) {
        const deviation = at("deviation", ({ t }) => Math.sqrt(variance / t ** decay));
        const noisy = Object.entries(grads).map(([p, g]) => {
          const noise = normal(p, { shape: g.shape, seed });
          return [p, add(g, mul(deviation, noise))];
        });
        return { updates: Object.fromEntries(noisy), state: {} };
      },
    },
  });
}

/** Returns an option that may be given under its former name. @throws {RangeError} if both are given. */
function either<T extends object, K extends keyof T>(options: T, name: K, former: K): T[K] | undefined {
  if (options[name] !== undefined && options[former] !== undefined) {
    throw new RangeError(
      `gradientNoise: ${String(former)} is the former name of ${String(name)}: give ${String(name)} alone`,
    );
  }
  return options[name] ?? options[former];
}
