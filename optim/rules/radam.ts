import { choice, type Declarations } from "../../options/mod.ts";
import { decaying, penalized, shrunk, tuned } from "../common.ts";
import { div, type Expr, mul, perParameter, where } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, ruleOptions, valueAt } from "../scheduled.ts";
import { adamMoments, adamRoot, MOMENT_OPTIONS, type MomentOptions, type StepSettings } from "./moments.ts";

/** Options of {@linkcode radam}. */
export interface RadamOptions extends MomentOptions {
  /** The form; see {@linkcode radam}. `"pytorch"` by default. */
  form?: "pytorch" | "optax";
  /** Above which `rho` the adaptive step is taken: a finite number of at least 4, or a schedule. 5 by default. */
  threshold?: Hyperparameter;
}

export const RADAM_OPTIONS = {
  ...MOMENT_OPTIONS,
  form: choice(["pytorch", "optax"], "pytorch"),
  threshold: tuned("a finite number of at least 4", 5),
} satisfies Declarations<RadamOptions>;

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
  const o = ruleOptions("radam", options, RADAM_OPTIONS);
  const pytorch = o.form === "pytorch";
  const rule = perParameter({ m: 0, v: 0 }, (slots, at, name) => {
    const settings = { ...o, epsilonPlacement: pytorch ? "scaled" : "outside", at, name } as const;
    const { w } = slots;
    const moments = adamMoments(penalized(slots.g, w, settings), slots, settings);
    return { u: shrunk(rectified(moments, { ...settings, inclusive: !pytorch }), w, settings), ...moments };
  });
  return optimizer({
    name: "radam",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}

interface Rectification extends StepSettings {
  readonly threshold: Hyperparameter;
  readonly inclusive: boolean;
}

function rectified({ m, v }: { m: Expr; v: Expr }, settings: Rectification): Expr {
  const { beta1, beta2, at, threshold, inclusive } = settings;
  const limit = (t: number) => 2 / (1 - valueAt(beta2, t)) - 1;
  const length = (t: number) => {
    const power = valueAt(beta2, t) ** t;
    return limit(t) - 2 * t * power / (1 - power);
  };
  const adapts = (t: number) =>
    inclusive ? length(t) >= valueAt(threshold, t) : length(t) > valueAt(threshold, t);
  const plain = at("plain", (s) => -s.learningRate / (1 - valueAt(beta1, s.t) ** s.t));
  const adaptive = at("adaptive", ({ t, learningRate }) => {
    if (!adapts(t)) return 0;
    const [rho, longest] = [length(t), limit(t)];
    const r = Math.sqrt((rho - 4) * (rho - 2) * longest / ((longest - 4) * (longest - 2) * rho));
    return -learningRate / (1 - valueAt(beta1, t) ** t) * r * Math.sqrt(1 - valueAt(beta2, t) ** t);
  });
  const quotient = div(mul(adaptive, m), adamRoot(v, settings));
  return where(at("adapts", ({ t }) => (adapts(t) ? 1 : 0)), quotient, mul(plain, m));
}
