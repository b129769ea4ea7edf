import { checkChoice, checkNumber, checkOptions, type OptionNames } from "../../options/mod.ts";
import {
  checkCommon,
  decaying,
  DECOUPLED_OPTIONS,
  type DecoupledOptions,
  penalized,
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
import { average } from "./moments.ts";

/** Options of {@linkcode rmsprop}. */
export interface RmspropOptions extends DecoupledOptions {
  /** Share of the running average of squares that is kept, `alpha`: in [0, 1). 0.99 by default; the lecture has 0.9. */
  decay?: number;
  /** Keeps the quotient finite: above 0. 1e-8 by default. */
  epsilon?: number;
  /** The place of epsilon: outside the root (PyTorch) or inside it (lecture, Optax, tfjs). `"outside"` by default. */
  epsilonPlacement?: "outside" | "inside";
  /** Whether to divide by an estimate of the deviation instead of the root mean square. `false` by default. */
  centered?: boolean;
  /** Share of a buffer of steps that is kept, `mu`: in [0, 1). 0 by default: no buffer. */
  momentum?: number;
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

const RMSPROP_OPTIONS = {
  ...DECOUPLED_OPTIONS,
  decay: false,
  epsilon: false,
  epsilonPlacement: false,
  centered: "flag",
  momentum: false,
  momentumPlacement: false,
  nesterov: "flag",
  biasCorrection: "flag",
  initialScale: false,
} satisfies OptionNames<RmspropOptions>;

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
  checkOptions("rmsprop", options, RMSPROP_OPTIONS);
  const { learningRate = 1e-2, centered = false, momentum = 0, initialScale = 0 } = options;
  const settings = checked(options);
  const slots = {
    v: initialScale,
    ...(centered ? { a: 0 } : {}),
    ...(momentum > 0 ? { b: 0 } : {}),
  } as Record<"v" | "a" | "b", number>;
  const rule = perParameter(slots, ({ g, w, v, a, b }, at, name) => {
    const d = penalized(g, w, { ...options, name });
    const { scaled, state } = normalized(d, { v, a }, { ...settings, at });
    const moved = momentum === 0
      ? { u: mul(at("rate", negativeRate), scaled) }
      : move(scaled, b, { ...settings, at });
    const u = shrunk(moved.u, w, { ...options, name, at });
    return { ...state, ...moved, u } as Record<"u" | "v" | "a" | "b", Expr>;
  });
  return optimizer({ name: "rmsprop", learningRate, rule: decaying(rule, options) });
}

const negativeRate = (s: StepInfo) => -s.learningRate;

type Settings = Required<Omit<RmspropOptions, keyof DecoupledOptions | "initialScale">>;

function checked(options: RmspropOptions): Settings {
  const { decay = 0.99, epsilon = 1e-8, epsilonPlacement = "outside", centered = false } = options;
  const { momentum = 0, momentumPlacement = "before", nesterov = false, initialScale = 0 } = options;
  const { biasCorrection = false } = options;
  checkCommon(options);
  checkNumber("decay", decay, "in [0, 1)");
  checkNumber("epsilon", epsilon, "a finite number above 0");
  checkNumber("momentum", momentum, "in [0, 1)");
  checkNumber("initialScale", initialScale, "a finite number of at least 0");
  checkChoice("epsilonPlacement", epsilonPlacement, ["outside", "inside"]);
  checkChoice("momentumPlacement", momentumPlacement, ["before", "after"]);
  if (nesterov && momentum === 0) throw new RangeError("nesterov needs momentum above 0, got 0");
  return {
    decay,
    epsilon,
    epsilonPlacement,
    centered,
    momentum,
    momentumPlacement,
    nesterov,
    biasCorrection,
  };
}

type InStep = Settings & { at: RuleInputs["at"] };

/** Returns the gradient divided by its root mean square, or by its deviation. */
function normalized(d: Expr, { v, a }: { v: Expr; a: Expr }, settings: InStep) {
  const { decay, epsilon, epsilonPlacement, centered, biasCorrection, at } = settings;
  const corrected = (x: Expr) =>
    biasCorrection ? mul(at("correction", ({ t }) => 1 / (1 - decay ** t)), x) : x;
  const next = average(v, square(d), decay);
  const center = centered ? average(a, d, decay) : null;
  const spread = center === null ? corrected(next) : max(sub(corrected(next), square(corrected(center))), 0);
  const root = epsilonPlacement === "outside" ? add(sqrt(spread), epsilon) : sqrt(add(spread, epsilon));
  return { scaled: div(d, root), state: { v: next, ...(center === null ? {} : { a: center }) } };
}

/** Returns the step through the buffer of steps. */
function move(step: Expr, b: Expr, { momentum, momentumPlacement, nesterov, at }: InStep) {
  const after = momentumPlacement === "after";
  const entering = after ? mul(at("rate", (s) => s.learningRate), step) : step;
  const next = add(mul(momentum, b), entering);
  const out = nesterov ? add(entering, mul(momentum, next)) : next;
  return { u: after ? neg(out) : mul(at("rate", negativeRate), out), b: next };
}
