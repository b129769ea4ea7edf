import type { Declarations } from "../../options/mod.ts";
import {
  atLeast0,
  decaying,
  DECOUPLED_OPTIONS,
  type DecoupledOptions,
  penalized,
  rate,
  share,
  shrunk,
} from "../common.ts";
import {
  add,
  div,
  equal,
  type Expr,
  mul,
  perParameter,
  pow,
  type RuleInputs,
  square,
  type StepInfo,
  sub,
  where,
} from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions, valueAt } from "../scheduled.ts";

type At = RuleInputs["at"];

/** Options of {@linkcode madgrad}. */
export interface MadgradOptions extends DecoupledOptions {
  /** Share of the parameter that is kept at each update, `mu`: in [0, 1), or a schedule. 0.9 by default. */
  momentum?: Hyperparameter;
  /** Added to the cube root, and to every rate but 0: at least 0, or a schedule. 1e-6 by default. */
  epsilon?: Hyperparameter;
}

export const MADGRAD_OPTIONS = {
  ...DECOUPLED_OPTIONS,
  learningRate: rate(1e-2),
  momentum: share(0.9),
  epsilon: atLeast0(1e-6),
} satisfies Declarations<MadgradOptions>;

/**
 * MADGRAD: dual averaging from the start, over the cube root of the sum of squared gradients, with momentum.
 *
 * ```text
 * l = (eta + epsilon) sqrt(t)
 * s = s + l g;    v = v + l g^2
 * z = w_0 - s / (cbrt(v) + epsilon)        w_0 where the denominator is 0
 * u = (1 - mu) (z - w)
 * ```
 *
 * Without momentum the start `w_0` is not kept but computed from `w`, as the authors' package does; a decoupled weight
 * decay then moves it.
 *
 * State: `s`, `v` and `start` of the parameter's shape: 12 bytes a float32 parameter; without momentum `s` and `v`: 8 bytes.
 * Default rate 1e-2.
 *
 * Elsewhere: PyTorch has none; the authors' package `madgrad`: the same. Optax `contrib.madgrad`: the same, except that it
 * adds epsilon to a rate of 0 too, and always keeps the start.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { madgrad } from "./madgrad.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = madgrad({ learningRate: 1, momentum: 0.5, epsilon: 0 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(8) }, opt.init(params), params);
 * // s = 8, the cube root of 64 is 4, and half of the way is gone.
 * assertAlmostEquals(updates.w[0]!, -1, 1e-12);
 * ```
 *
 * @see Defazio, Jelassi: Adaptivity without compromise: A momentumized, adaptive, dual averaged gradient method for
 * stochastic optimization, 2021, Algorithm 1.
 */
export function madgrad(options: MadgradOptions = {}): Optimizer {
  const o = ruleOptions("madgrad", options, MADGRAD_OPTIONS);
  const { momentum, epsilon } = o;
  const rateOf = ({ t, learningRate }: StepInfo) =>
    learningRate === 0 ? 0 : learningRate + valueAt(epsilon, t);
  const sums = (slots: Record<"g" | "w" | "s" | "v", Expr>, at: At, name: string) => {
    const g = penalized(slots.g, slots.w, { ...o, at, name });
    const weight = at("weight", (step) => rateOf(step) * Math.sqrt(step.t));
    return { s: add(slots.s, mul(weight, g)), v: add(slots.v, mul(weight, square(g))) };
  };
  const quotient = (s: Expr, v: Expr, at: At) => {
    const root = pow(v, 1 / 3);
    if (epsilon !== 0) return div(s, add(root, inStep(at, "epsilon", epsilon)));
    const none = equal(root, 0);
    return where(none, 0, div(s, where(none, 1, root)));
  };
  // The decay is scaled by the rate that epsilon was added to.
  const stable = (at: At): At => (name, f, clock) =>
    at(name, (s) => f({ ...s, learningRate: rateOf(s) }), clock);
  const plain = perParameter({ s: 0, v: 0 }, (slots, at, name) => {
    const { s, v } = sums(slots, at, name);
    const u = sub(quotient(slots.s, slots.v, at), quotient(s, v, at));
    return { u: shrunk(u, slots.w, { ...o, at: stable(at), name }), s, v };
  });
  const averaged = perParameter({ s: 0, v: 0, start: "param" }, (slots, at, name) => {
    const { w, start } = slots;
    const { s, v } = sums(slots, at, name);
    const ahead = sub(sub(start, quotient(s, v, at)), w);
    const u = mul(inStep(at, "1 - momentum", momentum, (mu) => 1 - mu), ahead);
    return { u: shrunk(u, w, { ...o, at: stable(at), name }), s, v, start };
  });
  const rule = decaying(momentum === 0 ? plain : averaged, o);
  return optimizer({ name: "madgrad", learningRate: o.learningRate, rule, hyperparameters: o });
}
