import { checkForm, choice, type Declarations, type Filled, fixed, flag } from "../../options/mod.ts";
import {
  above0,
  atLeast0,
  COMMON_OPTIONS,
  type CommonOptions,
  decaying,
  decays,
  penalized,
  penalty,
  rate,
  share,
  tuned,
} from "../common.ts";
import {
  add,
  type Arg,
  div,
  type Expr,
  max,
  mean,
  mul,
  neg,
  perParameter,
  type RuleInputs,
  type SlotOf,
  sqrt,
  square,
  type StepInfo,
} from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions, valueAt } from "../scheduled.ts";
import { average } from "./moments.ts";

/** Options of {@linkcode adafactor}. */
export interface AdafactorOptions extends CommonOptions {
  /** The form; see {@linkcode adafactor}. `"pytorch"` by default. */
  form?: "pytorch" | "optax";
  /** The power by which the decay of the second moment approaches 1, `c`: above 0, or a schedule. 0.8 by default. */
  decayPower?: Hyperparameter;
  /**
   * PyTorch: the least root of the second moment, 1.1920928955078125e-7 by default, the resolution of float32. Optax: added
   * to the squares, 1e-30 by default. At least 0, or a schedule.
   */
  epsilon?: Hyperparameter;
  /** The least root mean square that a parameter counts with: at least 0, or a schedule. 1e-3 by default. */
  minScale?: Hyperparameter;
  /** The greatest root mean square of an update before its rate, `d`: above 0, or a schedule; `Infinity` for no limit. 1 by default. */
  clipThreshold?: Hyperparameter;
  /** Optax: whether steps are in proportion to the parameter. `true` by default. */
  scaleByParameter?: boolean;
  /** Optax: the least size of the second largest dimension for a parameter to be factored: at least 1. 128 by default. */
  minDimSizeToFactor?: number;
  /** Optax: share of a running average of updates that is kept: in [0, 1), or a schedule. 0 by default: no average. */
  momentum?: Hyperparameter;
}

export const ADAFACTOR_OPTIONS = {
  ...COMMON_OPTIONS,
  learningRate: rate(1e-2),
  form: choice(["pytorch", "optax"], "pytorch"),
  decayPower: above0(0.8),
  epsilon: { kind: "number", range: "a finite number of at least 0", schedule: true },
  minScale: atLeast0(1e-3),
  clipThreshold: tuned("a number above 0", 1),
  scaleByParameter: flag(true),
  minDimSizeToFactor: fixed("an integer of at least 1", 128),
  momentum: share(0),
} satisfies Declarations<AdafactorOptions>;

/**
 * Adafactor: Adam without momentum, the second moment of a matrix kept as its row and column means.
 *
 * ```text
 * b = 1 - t^-c;  row = b row + (1 - b) mean(g g over columns);  col alike;  v = row col / mean(row)
 * vectors:  v = b v + (1 - b) g g
 * d = g / sqrt(v);  d = d / max(1, rms(d) / clipThreshold)
 * pytorch:  u = -max(minScale, rms(w)) min(eta, 1 / sqrt(t)) d - eta weightDecay w;  v at least epsilon^2
 * optax:    u = -max(minScale, rms(w)) eta d - weightDecay w;  epsilon added to g g
 * ```
 *
 * PyTorch factors the last two dimensions of every tensor of two or more, Optax the two largest where both are of at least
 * `minDimSizeToFactor`. Both papers' relative steps are `learningRate: 1` with a schedule in Optax's form.
 *
 * State: `row` and `col`, or `v` of the parameter's shape where it is not factored: about 0 bytes a float32 parameter of a
 * matrix, 4 of a vector. Default rate 1e-2.
 *
 * Elsewhere: PyTorch `Adafactor`: the same. Optax `adafactor` is `form: "optax"`.
 *
 * @throws {RangeError} when an option is out of its range, or one of the other form's.
 *
 * @example
 * ```ts
 * import { adafactor } from "./adafactor.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = adafactor({ learningRate: 0.1 });
 * const params = { w: Float64Array.of(3, -3) };
 * const [updates] = opt.update({ w: Float64Array.of(7, -7) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -0.1 * 3, 1e-12);
 * ```
 *
 * @see Shazeer, Stern: Adafactor: Adaptive learning rates with sublinear memory cost, 2018, Algorithms 4 and 5.
 */
export function adafactor(options: AdafactorOptions = {}): Optimizer {
  const settings = checked(options);
  const { form, momentum, minScale, scaleByParameter, weightDecay, learningRate } = settings;
  const slots = { ...momentSlots(settings), ...(momentum !== 0 ? { m: 0 } : {}) } as Slots;
  const rule = perParameter(slots, (inputs, at, name) => {
    const { w } = inputs;
    const g = penalized(inputs.g, w, { ...settings, weightDecay: 0, at, name });
    const { d, state } = normalized(g, inputs, { ...settings, at });
    const scale = max(sqrt(mean(square(w))), inStep(at, "minScale", minScale));
    const decaying = decays({ ...settings, name });
    if (form === "pytorch") {
      const rate = at("rate", (s) => -Math.min(s.learningRate, 1 / Math.sqrt(s.t)));
      const step = mul(mul(rate, scale), d);
      const decay = (s: StepInfo) => -s.learningRate * valueAt(weightDecay, s.t);
      const u = decaying ? add(step, mul(at("decay", decay), w)) : step;
      return { u, ...state } as Record<"u" | keyof Slots, Expr>;
    }
    const rate = at("rate", (s) => s.learningRate);
    const step = mul(scaleByParameter ? mul(rate, scale) : rate, d);
    const m = momentum !== 0 ? average(inputs.m, step, momentum, { at, name: "momentum" }) : step;
    return { u: neg(decaying ? add(m, penalty(w, { weightDecay, at })) : m), ...state, m } as Record<
      "u" | keyof Slots,
      Expr
    >;
  });
  return optimizer({
    name: "adafactor",
    learningRate,
    rule: decaying(rule, settings),
    hyperparameters: settings,
  });
}

type Slots = Readonly<Record<"row" | "col" | "v" | "m", SlotOf>>;
type Settings = Filled<AdafactorOptions, typeof ADAFACTOR_OPTIONS> & { readonly epsilon: Hyperparameter };

function checked(options: AdafactorOptions): Settings {
  const o = ruleOptions("adafactor", options, ADAFACTOR_OPTIONS);
  const { form, epsilon = form === "pytorch" ? 2 ** -23 : 1e-30 } = o;
  checkForm("adafactor", {
    form,
    options,
    only: { optax: ["scaleByParameter", "minDimSizeToFactor", "momentum"] },
  });
  return { ...o, epsilon };
}

/** Returns the axes to average over, for the means of rows and of columns; `null` if a shape is not factored. */
function factoredAxes(shape: readonly number[], { form, minDimSizeToFactor }: Settings) {
  const rank = shape.length;
  if (rank < 2) return null;
  if (form === "pytorch") return { row: rank - 1, col: rank - 2 };
  const bySize = shape.map((_, i) => i).sort((a, b) => shape[a]! - shape[b]!);
  const [second, largest] = [bySize[rank - 2]!, bySize[rank - 1]!];
  return shape[second]! < minDimSizeToFactor ? null : { row: largest, col: second };
}

function momentSlots(settings: Settings): Pick<Slots, "row" | "col" | "v"> {
  const reduced = (which: "row" | "col"): SlotOf => ({
    init: 0,
    shape(shape) {
      const axes = factoredAxes(shape, settings);
      return axes && shape.map((d, i) => (i === axes[which] ? 1 : d));
    },
  });
  const whole = {
    init: 0,
    shape: (shape: readonly number[]) => (factoredAxes(shape, settings) ? null : shape),
  };
  return { row: reduced("row"), col: reduced("col"), v: whole };
}

/** Returns the gradient over the root of its second moment, clipped, and the new moments. */
function normalized(
  g: Expr,
  inputs: Readonly<Record<"row" | "col" | "v", Expr>>,
  settings: Settings & { at: RuleInputs["at"] },
) {
  const { form, decayPower, epsilon, clipThreshold, at } = settings;
  const kept = at("kept", ({ t }) => 1 - t ** -valueAt(decayPower, t));
  const fresh = at("fresh", ({ t }) => t ** -valueAt(decayPower, t));
  const mixed = (before: Expr, now: Expr) => add(mul(kept, before), mul(fresh, now));
  const added = inStep(at, "epsilon", epsilon);
  const squares = form === "optax" ? add(square(g), added) : square(g);
  const atLeast = (x: Expr, least: Arg) => (form === "optax" ? x : max(x, least));
  const axes = factoredAxes(g.shape, settings);
  let second: Expr;
  let state: Partial<Record<"row" | "col" | "v", Expr>>;
  if (axes === null) {
    second = mixed(inputs.v, squares);
    state = { v: second };
  } else {
    const row = mixed(inputs.row, mean(squares, [axes.row]));
    const col = mixed(inputs.col, mean(squares, [axes.col]));
    second = mul(div(row, atLeast(mean(row, [axes.col]), added)), col);
    state = { row, col };
  }
  const d = div(g, sqrt(atLeast(second, inStep(at, "epsilon^2", epsilon, (e) => e * e))));
  if (clipThreshold === Infinity) return { d, state };
  const limit = inStep(at, "clipThreshold", clipThreshold);
  return { d: div(d, max(1, div(sqrt(mean(square(d))), limit))), state };
}
