import { checkChoice, checkNumber, checkOptions, type OptionNames } from "../../options/mod.ts";
import { type CommonOptions, penalized } from "../common.ts";
import { equal, greater, max, min, mul, neg, perParameter, sign, where } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";

/** Options of {@linkcode rprop}. */
export interface RpropOptions extends Pick<CommonOptions, "maximize"> {
  /** The initial step size of every element: a finite number of at least 0. 1e-2 by default. No schedule. */
  learningRate?: number;
  /** Factor on the step size when the gradient has changed its sign: in (0, 1). 0.5 by default. */
  etaMinus?: number;
  /** Factor on it when the gradient has kept its sign: above 1. 1.2 by default. */
  etaPlus?: number;
  /** The least step size: above 0. 1e-6 by default. */
  minStep?: number;
  /** The greatest step size: at least the least. 50 by default. */
  maxStep?: number;
  /** The form; see {@linkcode rprop}. `"pytorch"` by default. */
  form?: "pytorch" | "optax";
}

const RPROP_OPTIONS = {
  learningRate: false,
  maximize: "flag",
  etaMinus: false,
  etaPlus: false,
  minStep: false,
  maxStep: false,
  form: false,
} satisfies OptionNames<RpropOptions>;

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
  checkOptions("rprop", options, RPROP_OPTIONS);
  const { learningRate: start = 1e-2, etaMinus = 0.5, etaPlus = 1.2, minStep = 1e-6, maxStep = 50 } = options;
  const { form = "pytorch" } = options;
  checkNumber("learningRate", start, "a finite number of at least 0");
  checkNumber("etaMinus", etaMinus, "in (0, 1)");
  checkNumber("etaPlus", etaPlus, "a finite number above 1");
  checkNumber("minStep", minStep, "a finite number above 0");
  checkNumber("maxStep", maxStep, "a finite number above 0");
  if (maxStep < minStep) throw new RangeError(`maxStep must be at least minStep, got ${maxStep}`);
  checkChoice("form", form, ["pytorch", "optax"]);
  const rule = perParameter({ s: start, p: 0 }, (slots) => {
    const g = penalized(slots.g, slots.w, options);
    const product = sign(mul(g, slots.p));
    const turned = greater(0, product);
    const factor = where(greater(product, 0), etaPlus, where(turned, etaMinus, 1));
    const limited = max(min(mul(slots.s, factor), maxStep), minStep);
    if (form === "pytorch") {
      const counted = where(turned, 0, g);
      return { u: neg(mul(sign(counted), limited)), s: limited, p: counted };
    }
    const s = where(equal(product, 0), slots.s, limited);
    return { u: neg(where(turned, 0, slots.p)), s, p: where(turned, 0, mul(s, sign(g))) };
  });
  return optimizer({ name: "rprop", rule });
}
