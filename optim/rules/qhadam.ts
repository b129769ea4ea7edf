import { checkNumber, checkOptions, type OptionNames } from "../../options/mod.ts";
import { decaying, penalized, shrunk } from "../common.ts";
import { add, div, mul, perParameter, sqrt, square } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { adamMoments, adamSettings, MOMENT_OPTIONS, type MomentOptions } from "./moments.ts";

/** Options of {@linkcode qhadam}. */
export interface QhadamOptions extends Omit<MomentOptions, "epsilonRoot"> {
  /** Share of the running average in the direction: in [0, 1]. 0.7 by default. */
  nu1?: number;
  /** Share of the running average under the root: in [0, 1]. 1 by default. */
  nu2?: number;
  /** Share of the running average of gradients that is kept: in [0, 1). 0.995 by default. */
  beta1?: number;
}

const { epsilonRoot: _, ...INHERITED } = MOMENT_OPTIONS;
const QHADAM_OPTIONS = { ...INHERITED, nu1: false, nu2: false } satisfies OptionNames<QhadamOptions>;

/**
 * QHAdam: Adam with each moment a mixture of its running average and the current gradient.
 *
 * ```text
 * m, v as in Adam
 * u = -eta ((1 - nu1) g + nu1 m_hat) / (sqrt((1 - nu2) g g + nu2 v_hat) + epsilon)
 * ```
 *
 * The defaults are the paper's advice, nu = (0.7, 1) and beta = (0.995, 0.999).
 *
 * State: `m` and `v` of the parameter's shape: 8 bytes a float32 parameter. Default rate 1e-3.
 *
 * Elsewhere: neither PyTorch nor Optax has it; the authors' `qhoptim` is the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { qhadam } from "./qhadam.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = qhadam({ learningRate: 0.1, nu2: 0.5 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(4) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -0.1, 1e-8);
 * ```
 *
 * @see Ma, Yarats: Quasi-hyperbolic momentum and Adam for deep learning, 2019, equation 11.
 */
export function qhadam(options: QhadamOptions = {}): Optimizer {
  checkOptions("qhadam", options, QHADAM_OPTIONS);
  const { learningRate = 1e-3, nu1 = 0.7, nu2 = 1, beta1 = 0.995 } = options;
  checkNumber("nu1", nu1, "in [0, 1]");
  checkNumber("nu2", nu2, "in [0, 1]");
  const { beta2, epsilon, ...rest } = adamSettings({ ...options, beta1 });
  const rule = perParameter({ m: 0, v: 0 }, (slots, at, name) => {
    const { w } = slots;
    const g = penalized(slots.g, w, { ...options, name });
    const { m, v } = adamMoments(g, slots, { ...rest, beta2, epsilon });
    const first = add(mul(1 - nu1, g), mul(at("m", ({ t }) => nu1 / (1 - beta1 ** t)), m));
    const second = mul(at("v", ({ t }) => nu2 / (1 - beta2 ** t)), v);
    const root = sqrt(nu2 === 1 ? second : add(mul(1 - nu2, square(g)), second));
    const u = div(mul(at("rate", (s) => -s.learningRate), first), add(root, epsilon));
    return { u: shrunk(u, w, { ...options, name, at }), m, v };
  });
  return optimizer({ name: "qhadam", learningRate, rule: decaying(rule, options) });
}
