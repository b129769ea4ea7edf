import { checkChoice, checkNumber, checkOptions, type OptionNames } from "../../options/mod.ts";
import { decaying, penalized, shrunk } from "../common.ts";
import { div, type Expr, mul, perParameter, type RuleInputs, where } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import {
  adamMoments,
  adamRoot,
  type AdamSettings,
  adamSettings,
  MOMENT_OPTIONS,
  type MomentOptions,
} from "./moments.ts";

/** Options of {@linkcode radam}. */
export interface RadamOptions extends MomentOptions {
  /** The form; see {@linkcode radam}. `"pytorch"` by default. */
  form?: "pytorch" | "optax";
  /** Above which `rho` the adaptive step is taken: a finite number of at least 4. 5 by default. */
  threshold?: number;
}

const RADAM_OPTIONS = { ...MOMENT_OPTIONS, form: false, threshold: false } satisfies OptionNames<
  RadamOptions
>;

/**
 * RAdam: Adam that ignores the second moment until its variance is bounded, which acts as a warm-up.
 *
 * ```text
 * m, v as in Adam;  rho_inf = 2 / (1 - beta2) - 1;  rho = rho_inf - 2 t beta2^t / (1 - beta2^t)
 * rho > 5:  r = sqrt((rho - 4)(rho - 2) rho_inf / ((rho_inf - 4)(rho_inf - 2) rho))
 *           pytorch:  u = -eta r m_hat sqrt(1 - beta2^t) / (sqrt(v) + epsilon)
 *           optax:    u = -eta r m_hat / (sqrt(v_hat) + epsilon)      already at rho = 5
 * else:     u = -eta m_hat
 * ```
 *
 * State: `m` and `v` of the parameter's shape: 8 bytes a float32 parameter. Default rate 1e-3.
 *
 * Elsewhere: PyTorch `RAdam`: the same. Optax `radam` is `form: "optax"`.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { radam } from "./radam.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = radam({ learningRate: 0.1 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -0.3, 1e-12);
 * ```
 *
 * @see Liu, Jiang, He, Chen, Liu, Gao, Han: On the variance of the adaptive learning rate and beyond, 2020, Algorithm 2.
 */
export function radam(options: RadamOptions = {}): Optimizer {
  checkOptions("radam", options, RADAM_OPTIONS);
  const { learningRate = 1e-3, form = "pytorch", threshold = 5 } = options;
  checkChoice("form", form, ["pytorch", "optax"]);
  checkNumber("threshold", threshold, "a finite number of at least 4");
  const settings = adamSettings({ ...options, epsilonPlacement: form === "pytorch" ? "scaled" : "outside" });
  const rule = perParameter({ m: 0, v: 0 }, (slots, at, name) => {
    const { w } = slots;
    const moments = adamMoments(penalized(slots.g, w, { ...options, name }), slots, settings);
    const u = rectified(moments, { ...settings, at, threshold, inclusive: form === "optax" });
    return { u: shrunk(u, w, { ...options, name, at }), ...moments };
  });
  return optimizer({ name: "radam", learningRate, rule: decaying(rule, options) });
}

interface Rectification extends AdamSettings {
  readonly at: RuleInputs["at"];
  readonly threshold: number;
  readonly inclusive: boolean;
}

function rectified({ m, v }: { m: Expr; v: Expr }, settings: Rectification): Expr {
  const { beta1, beta2, at, threshold, inclusive } = settings;
  const limit = 2 / (1 - beta2) - 1;
  const length = (t: number) => limit - 2 * t * beta2 ** t / (1 - beta2 ** t);
  const adapts = (t: number) => (inclusive ? length(t) >= threshold : length(t) > threshold);
  const plain = at("plain", (s) => -s.learningRate / (1 - beta1 ** s.t));
  const adaptive = at("adaptive", (s) => {
    const rho = length(s.t);
    if (!adapts(s.t)) return 0;
    const r = Math.sqrt((rho - 4) * (rho - 2) * limit / ((limit - 4) * (limit - 2) * rho));
    return -s.learningRate / (1 - beta1 ** s.t) * r * Math.sqrt(1 - beta2 ** s.t);
  });
  const quotient = div(mul(adaptive, m), adamRoot(v, settings));
  return where(at("adapts", ({ t }) => (adapts(t) ? 1 : 0)), quotient, mul(plain, m));
}
