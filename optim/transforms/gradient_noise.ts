import { checkNumber, checkOptions, type OptionNames } from "../../options/mod.ts";
import { add, mul, perParameter } from "../language/mod.ts";
import { type Transform, transform } from "../optimizer.ts";

/** Options of {@linkcode gradientNoise}. */
export interface GradientNoiseOptions {
  /** Variance of the noise at the start: at least 0. 0.01 by default. */
  eta?: number;
  /** Power of its decay: at least 0. 0.55 by default. */
  gamma?: number;
  /** Seed: an integer from 0 to 2^53 - 1. 0 by default. */
  seed?: number;
}

const GRADIENT_NOISE_OPTIONS = { eta: false, gamma: false, seed: false } satisfies OptionNames<
  GradientNoiseOptions
>;

/**
 * Annealed Gaussian noise on the gradients.
 *
 * ```text
 * u = g + sqrt(eta / t^gamma) e           e standard normal, drawn anew at each update; t counts from 1
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
 * const opt = gradientNoise({ eta: 4 });
 * const params = { w: new Float64Array(10_000) };
 * const [updates] = opt.update({ w: new Float64Array(10_000) }, opt.init(params), params);
 * assertAlmostEquals(Math.sqrt(updates.w.reduce((a, b) => a + b * b, 0) / 10_000), 2, 0.05);
 * ```
 *
 * @see Neelakantan et al.: Adding gradient noise improves learning for very deep networks, 2015, equation 1. Optax `add_noise`.
 */
export function gradientNoise(options: GradientNoiseOptions = {}): Transform {
  checkOptions("gradientNoise", options, GRADIENT_NOISE_OPTIONS);
  const { eta = 0.01, gamma = 0.55, seed = 0 } = options;
  checkNumber("eta", eta, "a finite number of at least 0");
  checkNumber("gamma", gamma, "a finite number of at least 0");
  checkNumber("seed", seed, "an integer of at least 0");
  const own = perParameter({}, ({ g }) => ({ u: g }));
  return transform({
    name: "gradientNoise",
    rule: {
      ...own,
      update({ grads, at, normal }) {
        const deviation = at("deviation", ({ t }) => Math.sqrt(eta / t ** gamma));
        const noisy = Object.entries(grads).map(([p, g]) => {
          const noise = normal(p, { shape: g.shape, seed });
          return [p, add(g, mul(deviation, noise))];
        });
        return { updates: Object.fromEntries(noisy), state: {} };
      },
    },
  });
}
