import { checkChoice, checkOptions, type OptionNames } from "../../options/mod.ts";
import { decaying, penalized, shrunk } from "../common.ts";
import { add, div, equal, type Expr, max, mul, perParameter, sqrt, where } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import type { AdamOptions } from "./adam.ts";
import { adamMoments, adamSettings, adamStep, MOMENT_OPTIONS } from "./moments.ts";

/** Options of {@linkcode amsgrad}. */
export interface AmsgradOptions extends Omit<AdamOptions, "epsilonPlacement"> {
  /** The form; see {@linkcode amsgrad}. `"pytorch"` by default. */
  variant?: "pytorch" | "optax" | "paper";
}

const AMSGRAD_OPTIONS = { ...MOMENT_OPTIONS, variant: false } satisfies OptionNames<AmsgradOptions>;

/**
 * AMSGrad: Adam whose second moment never falls, which mends its proof of convergence.
 *
 * ```text
 * m, v as in Adam
 * pytorch:  x = max(x, v);      u = -eta m_hat / (sqrt(x / (1 - beta2^t)) + epsilon)
 * optax:    x = max(x, v_hat);  u = -eta m_hat / (sqrt(x) + epsilon)
 * paper:    x = max(x, v);      u = -eta m / (sqrt(x) + epsilon)       no bias correction; epsilon 0 by default
 * ```
 *
 * In the paper's form with epsilon 0, an element whose gradient was always zero has the update 0.
 *
 * State: `m`, `v` and `x` of the parameter's shape, PyTorch's as sums like Adam's: 12 bytes a float32 parameter. Default rate 1e-3.
 *
 * Elsewhere: PyTorch `Adam(amsgrad=True)` is the default here; Optax `amsgrad` is `variant: "optax"`.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { amsgrad } from "./amsgrad.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = amsgrad({ learningRate: 1, beta1: 0, beta2: 0.75, variant: "paper" });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -2, 1e-12);
 * ```
 *
 * @see Reddi, Kale, Kumar: On the convergence of Adam and beyond, 2018, Algorithm 2.
 */
export function amsgrad(options: AmsgradOptions = {}): Optimizer {
  checkOptions("amsgrad", options, AMSGRAD_OPTIONS);
  const { learningRate = 1e-3, variant = "pytorch" } = options;
  checkChoice("variant", variant, ["pytorch", "optax", "paper"]);
  const { epsilon: given = variant === "paper" ? 0 : 1e-8 } = options;
  const settings = {
    ...adamSettings({ ...options, epsilon: given }),
    kept: variant === "pytorch" ? "sums" : "averages",
  } as const;
  const { beta1, beta2, epsilon, epsilonRoot } = settings;
  const root = (x: Expr) => add(sqrt(add(x, epsilonRoot)), epsilon);
  const rule = perParameter({ m: 0, v: 0, x: 0 }, ({ g, w, m, v, x }, at, name) => {
    const penalty = penalized(g, w, { ...options, name });
    const moments = adamMoments(penalty, { m, v }, settings);
    const result = (x: Expr, u: Expr) => ({ ...moments, x, u: shrunk(u, w, { ...options, name, at }) });
    if (variant === "pytorch") {
      const greatest = max(x, moments.v);
      return result(greatest, adamStep(moments.m, greatest, { ...settings, at }));
    }
    if (variant === "optax") {
      const greatest = max(x, mul(at("correction", ({ t }) => 1 / (1 - beta2 ** t)), moments.v));
      const rate = at("rate", (s) => -s.learningRate / (1 - beta1 ** s.t));
      return result(greatest, div(mul(rate, moments.m), root(greatest)));
    }
    const greatest = max(x, moments.v);
    const step = mul(at("rate", (s) => -s.learningRate), moments.m);
    const below = root(greatest);
    return result(
      greatest,
      div(step, epsilon + epsilonRoot > 0 ? below : where(equal(below, 0), 1, below)),
    );
  });
  return optimizer({ name: "amsgrad", learningRate, rule: decaying(rule, options) });
}
