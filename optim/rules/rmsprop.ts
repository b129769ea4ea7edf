import { choice, type Declarations, type Filled, fixed, flag } from "../../options/mod.ts";
import {
  above0,
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
  type Expr,
  max,
  mul,
  neg,
  perParameter,
  type RuleInputs,
  sqrt,
  square,
  type StepInfo,
  sub,
} from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions, valueAt } from "../scheduled.ts";
import { average } from "./moments.ts";

/** Options of {@linkcode rmsprop}. */
export interface RmspropOptions extends DecoupledOptions {
  /** Share of the running average of squares that is kept, `alpha`: in [0, 1), or a schedule. 0.99 by default; the lecture has 0.9. */
  decay?: Hyperparameter;
  /** Keeps the quotient finite: above 0, or a schedule. 1e-8 by default. */
  epsilon?: Hyperparameter;
  /** The place of epsilon: outside the root (PyTorch) or inside it (lecture, Optax, tfjs). `"outside"` by default. */
  epsilonPlacement?: "outside" | "inside";
  /** Whether to divide by an estimate of the deviation instead of the root mean square. `false` by default. */
  centered?: boolean;
  /** Share of a buffer of steps that is kept, `mu`: in [0, 1), or a schedule. 0 by default: no buffer. */
  momentum?: Hyperparameter;
  /**
   * The content of the buffer: steps before the rate (PyTorch) or after it (Optax, TensorFlow). `"before"` by
   * default.
   */
  momentumPlacement?: "before" | "after";
  /** Whether to look ahead along the buffer, as Optax can; needs momentum. `false` by default. */
  nesterov?: boolean;
  /** Whether to correct the averages for their start, as Optax can. `false` by default. */
  biasCorrection?: boolean;
  /** The first value of the running average of squares: at least 0. 0 by default. */
  initialScale?: number;
}

export const RMSPROP_OPTIONS = {
  ...DECOUPLED_OPTIONS,
  learningRate: rate(1e-2),
  decay: share(0.99),
  epsilon: above0(1e-8),
  epsilonPlacement: choice(["outside", "inside"], "outside"),
  centered: flag(),
  momentum: share(0),
  momentumPlacement: choice(["before", "after"], "before"),
  nesterov: flag(),
  biasCorrection: flag(),
  initialScale: fixed("a finite number of at least 0", 0),
} satisfies Declarations<RmspropOptions>;

/**
 * RMSProp: Adagrad with a running average instead of the sum, so that the rate does not die.
 *
 * ```text
 * v = alpha v + (1 - alpha) g g
 * centered:   a = alpha a + (1 - alpha) g;  v' = max(v - a a, 0), which rounding could take below 0;  else v' = v
 * s = g / (sqrt(v') + epsilon)             inside: g / sqrt(v' + epsilon)
 * u = -eta s
 * momentum:  b = mu b + s;  u = -eta b     after the rate: b = mu b + eta s;  u = -b
 * ```
 *
 * State: `v`, centered also `a`, with momentum also `b`, each of the parameter's shape: 4 to 12 bytes a float32 parameter.
 * Default rate 1e-2, as in PyTorch.
 *
 * Elsewhere: PyTorch `RMSprop`: the same. Optax `rmsprop`: decay 0.9, epsilon inside, momentum after the rate.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { rmsprop } from "./rmsprop.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = rmsprop({ learningRate: 1, decay: 0.75 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -2, 1e-6);
 * ```
 *
 * @see Tieleman, Hinton: Lecture 6.5 of Neural networks for machine learning, 2012; Graves, 2013, eqs. 38 to 41.
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  const o = ruleOptions("rmsprop", options, RMSPROP_OPTIONS);
  if (o.nesterov && o.momentum === 0) throw new RangeError("nesterov needs momentum above 0, got 0");
  const slots = {
    v: o.initialScale,
    ...(o.centered ? { a: 0 } : {}),
    ...(o.momentum !== 0 ? { b: 0 } : {}),
  } as Record<"v" | "a" | "b", number>;
  const rule = perParameter(slots, ({ g, w, v, a, b }, at, name) => {
    const settings = { ...o, at, name };
    const { scaled, state } = normalized(penalized(g, w, settings), { v, a }, settings);
    const moved = o.momentum === 0 ? { u: mul(at("rate", negativeRate), scaled) } : move(scaled, b, settings);
    const u = shrunk(moved.u, w, settings);
    return { ...state, ...moved, u } as Record<"u" | "v" | "a" | "b", Expr>;
  });
  return optimizer({
    name: "rmsprop",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}

const negativeRate = (s: StepInfo) => -s.learningRate;

type InStep = Filled<RmspropOptions, typeof RMSPROP_OPTIONS> & { readonly at: RuleInputs["at"] };

/** Returns the gradient divided by its root mean square, or by its deviation. */
function normalized(d: Expr, { v, a }: { v: Expr; a: Expr }, settings: InStep) {
  const { decay, epsilonPlacement, centered, biasCorrection, at } = settings;
  const corrected = (x: Expr) =>
    biasCorrection ? mul(at("correction", ({ t }) => 1 / (1 - valueAt(decay, t) ** t)), x) : x;
  const next = average(v, square(d), decay, { at, name: "keep" });
  const center = centered ? average(a, d, decay, { at, name: "keep" }) : null;
  const spread = center === null ? corrected(next) : max(sub(corrected(next), square(corrected(center))), 0);
  const epsilon = inStep(at, "epsilon", settings.epsilon);
  const root = epsilonPlacement === "outside" ? add(sqrt(spread), epsilon) : sqrt(add(spread, epsilon));
  return { scaled: div(d, root), state: { v: next, ...(center === null ? {} : { a: center }) } };
}

/** Returns the step through the buffer of steps. */
function move(step: Expr, b: Expr, { momentum, momentumPlacement, nesterov, at }: InStep) {
  const after = momentumPlacement === "after";
  const mu = inStep(at, "momentum", momentum);
  const entering = after ? mul(at("rate", (s) => s.learningRate), step) : step;
  const next = add(mul(mu, b), entering);
  const out = nesterov ? add(entering, mul(mu, next)) : next;
  return { u: after ? neg(out) : mul(at("rate", negativeRate), out), b: next };
}
