import { choice, type Declarations, flag } from "../../options/mod.ts";
import { above0, type CommonOptions, penalized, tuned } from "../common.ts";
import { equal, greater, max, min, mul, neg, perParameter, sign, where } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions } from "../scheduled.ts";

/** Options of {@linkcode rprop}. */
export interface RpropOptions extends Pick<CommonOptions, "maximize"> {
  /** The initial step size of every element: a finite number of at least 0. 1e-2 by default. No schedule. */
  learningRate?: number;
  /** Factor on the step size when the gradient has changed its sign: in (0, 1), or a schedule. 0.5 by default. */
  etaMinus?: Hyperparameter;
  /** Factor on it when the gradient has kept its sign: above 1, or a schedule. 1.2 by default. */
  etaPlus?: Hyperparameter;
  /** The least step size: above 0, or a schedule. 1e-6 by default. */
  minStep?: Hyperparameter;
  /** The greatest step size: at least the least, or a schedule. 50 by default. */
  maxStep?: Hyperparameter;
  /** The form; see {@linkcode rprop}. `"pytorch"` by default. */
  form?: "pytorch" | "optax";
}

export const RPROP_OPTIONS = {
  // The first step size is a value of the state: it cannot change from step to step.
  learningRate: {
    kind: "number",
    range: "a finite number of at least 0",
    default: 1e-2,
    schedule: false,
  },
  maximize: flag(),
  etaMinus: tuned("in (0, 1)", 0.5),
  etaPlus: tuned("a finite number above 1", 1.2),
  minStep: above0(1e-6),
  maxStep: above0(50),
  form: choice(["pytorch", "optax"], "pytorch"),
} satisfies Declarations<RpropOptions>;

/**
 * Rprop: steps by the signs of the gradients alone, each element with its own step size; for full batches.
 *
 * ```text
 * s = s etaPlus where g g_before > 0, s etaMinus where < 0;  kept within [minStep, maxStep]
 * u = -sign(g) s;  where the sign has changed u = 0, and g counts as 0 for the next update
 * ```
 *
 * Optax's form gives each update one call late (the first is 0), and leaves `s` alone where `g g_before = 0`, where PyTorch
 * still brings it within its limits.
 *
 * State: `s` and `p` (the gradient before) of the parameter's shape: 8 bytes a float32 parameter. Default first step 1e-2.
 *
 * Elsewhere: PyTorch `Rprop`: the same. Optax `rprop` is `form: "optax"`.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { rprop } from "./rprop.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = rprop({ learningRate: 0.1 });
 * const params = { w: Float64Array.of(0) };
 * const [, state] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * const [updates] = opt.update({ w: Float64Array.of(5) }, state, params);
 * assertAlmostEquals(updates.w[0]!, -0.12, 1e-12);
 * ```
 *
 * @see Riedmiller, Braun: A direct adaptive method for faster backpropagation learning: The RPROP algorithm, 1993.
 */
export function rprop(options: RpropOptions = {}): Optimizer {
  const o = ruleOptions("rprop", options, RPROP_OPTIONS);
  const { form, minStep, maxStep, maximize } = o;
  if (typeof maxStep === "number" && typeof minStep === "number" && maxStep < minStep) {
    throw new RangeError(`maxStep must be at least minStep, got ${maxStep}`);
  }
  const rule = perParameter({ s: o.learningRate, p: 0 }, (slots, at, name) => {
    const g = penalized(slots.g, slots.w, { weightDecay: 0, maximize, at, name });
    const product = sign(mul(g, slots.p));
    const turned = greater(0, product);
    const [plus, minus] = [inStep(at, "etaPlus", o.etaPlus), inStep(at, "etaMinus", o.etaMinus)];
    const factor = where(greater(product, 0), plus, where(turned, minus, 1));
    const most = min(mul(slots.s, factor), inStep(at, "maxStep", maxStep));
    const limited = max(most, inStep(at, "minStep", minStep));
    if (form === "pytorch") {
      const counted = where(turned, 0, g);
      return { u: neg(mul(sign(counted), limited)), s: limited, p: counted };
    }
    const s = where(equal(product, 0), slots.s, limited);
    return { u: neg(where(turned, 0, slots.p)), s, p: where(turned, 0, mul(s, sign(g))) };
  });
  return optimizer({ name: "rprop", rule, hyperparameters: o });
}
