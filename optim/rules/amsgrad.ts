import { choice, type Declarations } from "../../options/mod.ts";
import { decaying, penalized, shrunk } from "../common.ts";
import { add, div, equal, type Expr, max, mul, perParameter, sqrt, where } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { inStep, ruleOptions, valueAt } from "../scheduled.ts";
import type { AdamOptions } from "./adam.ts";
import { adamMoments, adamStep, keptBy, MOMENT_OPTIONS } from "./moments.ts";

/** Options of {@linkcode amsgrad}. */
export interface AmsgradOptions extends Omit<AdamOptions, "epsilonPlacement"> {
  /** The form; see {@linkcode amsgrad}. `"pytorch"` by default. */
  variant?: "pytorch" | "optax" | "paper";
}

export const AMSGRAD_OPTIONS = {
  ...MOMENT_OPTIONS,
  // 1e-8 by default; 0 in the paper's form.
  epsilon: { kind: "number", range: "a finite number of at least 0", schedule: true },
  variant: choice(["pytorch", "optax", "paper"], "pytorch"),
} satisfies Declarations<AmsgradOptions>;

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
 * State: `m`, `v` and `x` of the parameter's shape, PyTorch's as sums like Adam's, or as averages `mAverage`, `vAverage` and
 * `xAverage` where a decay is a schedule: 12 bytes a float32 parameter. Default rate 1e-3.
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
  const given = ruleOptions("amsgrad", options, AMSGRAD_OPTIONS);
  const { variant, epsilon = variant === "paper" ? 0 : 1e-8, beta1, beta2, epsilonRoot } = given;
  const kept = variant === "pytorch" ? keptBy(given) : "averages";
  const o = { ...given, epsilon, kept } as const;
  const averages = variant === "pytorch" && kept === "averages";
  const [M, V, X] = averages ? ["mAverage", "vAverage", "xAverage"] : ["m", "v", "x"];
  const rule = perParameter({ [M]: 0, [V]: 0, [X]: 0 }, (slots, at, name) => {
    const settings = { ...o, at, name };
    const [w, x] = [slots.w!, slots[X]!];
    const root = (x: Expr) =>
      add(sqrt(add(x, inStep(at, "epsilonRoot", epsilonRoot))), inStep(at, "epsilon", epsilon));
    const { m, v } = adamMoments(penalized(slots.g!, w, settings), { m: slots[M]!, v: slots[V]! }, settings);
    const result = (x: Expr, u: Expr) => ({ u: shrunk(u, w, settings), [M]: m, [V]: v, [X]: x });
    if (variant === "pytorch") {
      const greatest = max(x, v);
      return result(greatest, adamStep(m, greatest, settings));
    }
    if (variant === "optax") {
      const correction = at("correction", ({ t }) => 1 / (1 - valueAt(beta2, t) ** t));
      const greatest = max(x, mul(correction, v));
      const rate = at("rate", (s) => -s.learningRate / (1 - valueAt(beta1, s.t) ** s.t));
      return result(greatest, div(mul(rate, m), root(greatest)));
    }
    const greatest = max(x, v);
    const step = mul(at("rate", (s) => -s.learningRate), m);
    const below = root(greatest);
    const positive = epsilon !== 0 || epsilonRoot !== 0;
    return result(greatest, div(step, positive ? below : where(equal(below, 0), 1, below)));
  });
  return optimizer({
    name: "amsgrad",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
