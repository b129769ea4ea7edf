import { checkNumber, type Declarations, OTHER } from "../../options/mod.ts";
import { COMMON_OPTIONS, type CommonOptions, decaying, penalized } from "../common.ts";
import { add, mul, perParameter, type SlotOf } from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { ruleOptions } from "../scheduled.ts";

/** Options of {@linkcode aggmo}. */
export interface AggmoOptions extends CommonOptions {
  /** Share of each velocity that is kept: one or more numbers in [0, 1). 0, 0.9 and 0.99 by default. */
  betas?: readonly number[];
}

export const AGGMO_OPTIONS = {
  ...COMMON_OPTIONS,
  betas: OTHER,
} satisfies Declarations<AggmoOptions>;

/**
 * Aggregated momentum: the mean of velocities with several dampings, so that the slow ones may be fast without oscillation.
 *
 * ```text
 * v_i = beta_i v_i + g
 * u = -eta mean of v_i
 * ```
 *
 * State: one velocity `v0`, `v1`, … of the parameter's shape for each beta that is not 0: 8 bytes a float32 parameter by
 * default. Default rate 1e-3.
 *
 * Elsewhere: neither PyTorch nor Optax has it; the authors' implementation is the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { aggmo } from "./aggmo.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = aggmo({ learningRate: 1, betas: [0, 0.5] });
 * const params = { w: Float64Array.of(0) };
 * const [, state] = opt.update({ w: Float64Array.of(1) }, opt.init(params), params);
 * const [updates] = opt.update({ w: Float64Array.of(1) }, state, params);
 * assertAlmostEquals(updates.w[0]!, -(1 + 1.5) / 2, 1e-12);
 * ```
 *
 * @see Lucas, Sun, Zemel, Grosse: Aggregated momentum: Stability through passive damping, 2019, equation 4.
 */
export function aggmo(options: AggmoOptions = {}): Optimizer {
  const { betas = [0, 0.9, 0.99], ...o } = ruleOptions("aggmo", options, AGGMO_OPTIONS);
  if (betas.length === 0) throw new RangeError("betas must hold one or more numbers, got none");
  betas.forEach((beta, i) => checkNumber(`betas[${i}]`, beta, "in [0, 1)"));
  // A velocity that keeps nothing is the gradient itself.
  const slots = Object.fromEntries(
    betas.flatMap((beta, i): [string, SlotOf][] => (beta > 0 ? [[`v${i}`, 0]] : [])),
  );
  const rule = perParameter(slots, (inputs, at, name) => {
    const g = penalized(inputs.g!, inputs.w!, { ...o, at, name });
    const next = betas.map((beta, i) => (beta > 0 ? add(mul(beta, inputs[`v${i}`]!), g) : g));
    const rate = at("rate", (s) => -s.learningRate / betas.length);
    const kept = Object.fromEntries(next.flatMap((v, i) => (betas[i]! > 0 ? [[`v${i}`, v]] : [])));
    return { ...kept, u: mul(rate, next.reduce((a, b) => add(a, b))) };
  });
  return optimizer({
    name: "aggmo",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: { ...o, betas },
  });
}
