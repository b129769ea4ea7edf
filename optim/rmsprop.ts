import { checkCommon, type CommonOptions, penalized } from "./common.ts";
import { add, div, type Expr, max, mul, neg, sqrt, square, sub } from "./expr.ts";
import { type Optimizer, optimizer } from "./optimizer.ts";
import { checkChoice, checkOption } from "./options.ts";
import { perParameter, type RuleInputs } from "./rule.ts";

/** Options of {@linkcode rmsprop}. */
export interface RmspropOptions extends CommonOptions {
  /** Share of the running average of squares that is kept, `alpha`: in [0, 1). 0.99 by default; the lecture has 0.9. */
  decay?: number;
  /** Keeps the quotient finite: above 0. 1e-8 by default. */
  epsilon?: number;
  /** Whether epsilon is added to the root (PyTorch) or under it (lecture, Optax, tfjs). `"outside"` by default. */
  epsilonPlacement?: "outside" | "inside";
  /** Whether to divide by an estimate of the deviation instead of the root mean square. `false` by default. */
  centered?: boolean;
  /** Share of a buffer of steps that is kept, `mu`: in [0, 1). 0 by default: no buffer. */
  momentum?: number;
  /** Whether the buffer holds steps before the rate (PyTorch) or after it (Optax, TensorFlow). `"before"` by default. */
  momentumPlacement?: "before" | "after";
  /** What the running average of squares starts at: at least 0. 0 by default. */
  initialScale?: number;
}

/**
 * RMSProp: Adagrad with a running average in place of the sum, so that the rate does not die.
 *
 * ```text
 * v = alpha v + (1 - alpha) g g
 * centred:   a = alpha a + (1 - alpha) g;  v' = max(v - a a, 0), which rounding could take below 0;  else v' = v
 * s = g / (sqrt(v') + epsilon)             inside: g / sqrt(v' + epsilon)
 * u = -eta s
 * momentum:  b = mu b + s;  u = -eta b     after the rate: b = mu b + eta s;  u = -b
 * ```
 *
 * State: `v`, centred also `a`, with momentum also `b`, each of the parameter's shape: 4 to 12 bytes a float32 parameter.
 * Default rate 1e-2, as in PyTorch.
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
  const { learningRate = 1e-2, centered = false, momentum = 0, initialScale = 0 } = options;
  const settings = checked(options);
  const slots = {
    v: initialScale,
    ...(centered ? { a: 0 } : {}),
    ...(momentum > 0 ? { b: 0 } : {}),
  } as Record<"v" | "a" | "b", number>;
  const rule = perParameter(slots, ({ g, w, v, a, b }, at) => {
    const d = penalized(g, w, options);
    const { scaled, state } = normalized(d, { v, a }, settings);
    if (momentum === 0) return { ...state, u: mul(at("rate", (s) => -s.learningRate), scaled) } as Result;
    return { ...state, ...moved(scaled, b, { ...settings, at }) } as Result;
  });
  return optimizer({ name: "rmsprop", learningRate, rule });
}

type Result = Record<"u" | "v" | "a" | "b", Expr>;
type Settings = Required<Omit<RmspropOptions, keyof CommonOptions | "initialScale">>;

function checked(options: RmspropOptions): Settings {
  const { decay = 0.99, epsilon = 1e-8, epsilonPlacement = "outside", centered = false } = options;
  const { momentum = 0, momentumPlacement = "before", initialScale = 0 } = options;
  checkCommon(options);
  checkOption("decay", decay, "in [0, 1)");
  checkOption("epsilon", epsilon, "a finite number above 0");
  checkOption("momentum", momentum, "in [0, 1)");
  checkOption("initialScale", initialScale, "a finite number of at least 0");
  checkChoice("epsilonPlacement", epsilonPlacement, ["outside", "inside"]);
  checkChoice("momentumPlacement", momentumPlacement, ["before", "after"]);
  return { decay, epsilon, epsilonPlacement, centered, momentum, momentumPlacement };
}

/** The gradient divided by its root mean square, or by its deviation. */
function normalized(
  d: Expr,
  { v, a }: { v: Expr; a: Expr },
  { decay, epsilon, epsilonPlacement, centered }: Settings,
) {
  const next = add(mul(decay, v), mul(1 - decay, square(d)));
  const center = centered ? add(mul(decay, a), mul(1 - decay, d)) : null;
  const spread = center === null ? next : max(sub(next, square(center)), 0);
  const root = epsilonPlacement === "outside" ? add(sqrt(spread), epsilon) : sqrt(add(spread, epsilon));
  return { scaled: div(d, root), state: { v: next, ...(center === null ? {} : { a: center }) } };
}

function moved(
  step: Expr,
  b: Expr,
  { momentum, momentumPlacement, at }: Settings & { at: RuleInputs["at"] },
) {
  if (momentumPlacement === "after") {
    const next = add(mul(momentum, b), mul(at("rate", (s) => s.learningRate), step));
    return { u: neg(next), b: next };
  }
  const next = add(mul(momentum, b), step);
  return { u: mul(at("rate", (s) => -s.learningRate), next), b: next };
}
