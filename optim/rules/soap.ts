import { type Declarations, type Filled, fixed, flag } from "../../options/mod.ts";
import { sizeOf, type StaticShape } from "../../onnx/tensor/mod.ts";
import {
  above0,
  atLeast0,
  COMMON_OPTIONS,
  type CommonOptions,
  decaying,
  decays,
  penalized,
  rate,
  share,
} from "../common.ts";
import {
  add,
  div,
  type Expr,
  mean,
  mul,
  type Rule,
  type RuleInputs,
  type Slot,
  sqrt,
  square,
  sub,
} from "../language/mod.ts";
import { type Mode, modeGram, modeOf, modeProduct, nextBasis, rebased, reordered } from "../matrices/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions, valueAt } from "../scheduled.ts";
import { average } from "./moments.ts";

/** Options of {@linkcode soap}. */
export interface SoapOptions extends CommonOptions {
  /** Share of the running average of gradients that is kept: in [0, 1), or a schedule. 0.95 by default. */
  beta1?: Hyperparameter;
  /** Share of the running average of squares that is kept: in [0, 1), or a schedule. 0.95 by default. */
  beta2?: Hyperparameter;
  /** Share of the averages of products of gradients that is kept: in [0, 1), or a schedule; that of squares by default. */
  shampooBeta?: Hyperparameter;
  /** Keeps the quotient finite: above 0, or a schedule. 1e-8 by default. */
  epsilon?: Hyperparameter;
  /** Decoupled weight decay: at least 0, or a schedule. 0.01 by default. */
  weightDecay?: Hyperparameter;
  /** Updates from one refresh of the bases to the next: an integer of at least 1. 10 by default. */
  interval?: number;
  /** The largest axis that has a basis: at least 1. 10000 by default. */
  maxPreconditionerDim?: number;
  /** Whether neighboring axes are merged while they stay within `maxPreconditionerDim`. `false` by default. */
  mergeDims?: boolean;
  /** Whether vectors have a basis, too. `false` by default. */
  preconditionVectors?: boolean;
  /** Whether the step of each parameter is divided by its root mean square. `false` by default. */
  normalizeSteps?: boolean;
  /** Whether moments are corrected for their start at 0. `true` by default. */
  biasCorrection?: boolean;
}

export const SOAP_OPTIONS = {
  ...COMMON_OPTIONS,
  learningRate: rate(3e-3),
  beta1: share(0.95),
  beta2: share(0.95),
  shampooBeta: { kind: "number", range: "in [0, 1)", schedule: true },
  epsilon: above0(1e-8),
  weightDecay: atLeast0(0.01),
  interval: fixed("an integer of at least 1", 10),
  maxPreconditionerDim: fixed("an integer of at least 1", 10000),
  mergeDims: flag(),
  preconditionVectors: flag(),
  normalizeSteps: flag(),
  biasCorrection: flag(true),
} satisfies Declarations<SoapOptions>;

/**
 * SOAP: Adam in the eigenbases of Shampoo's matrices.
 *
 * ```text
 * g' = g in the bases Q;  m = beta1 m + (1 - beta1) g';  v = beta2 v + (1 - beta2) g' g'
 * u = -eta m_hat / (sqrt(v_hat) + epsilon) brought back;  then w = (1 - eta weightDecay) w
 * G = shampooBeta G + (1 - shampooBeta) (g g over all other axes)             for each axis
 * update 1: no step, Q = eigenvectors of G;  each interval: Q = QR(G Q), columns sorted;  m goes along
 * ```
 *
 * The first update only gathers, and does not count for the moments. An axis of 1 or beyond `maxPreconditionerDim` has no
 * basis. The work at a refresh, a factorization of each `G`, is done in the program, at those updates alone. An axis beyond
 * 128 begins with 8 such iterations instead of all eigenvectors.
 *
 * State: `m` and `v` of the parameter's shape, and for each axis `gram0`, `basis0`, ... of its size squared: 28 bytes a
 * float32 parameter of a matrix of 256 x 128, 8 of a vector. Default rate 3e-3.
 *
 * Elsewhere: the authors' `SOAP`: the same but for axes beyond 128, and for directions that the first gradient leaves open,
 * where any basis is right; its `data_format` is "channels_first". PyTorch and Optax have none.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { soap } from "./soap.ts";
 * import { tensor } from "../../onnx/mod.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = soap({ learningRate: 0.1, weightDecay: 0, beta1: 0, beta2: 0 });
 * const params = { w: tensor(new Float64Array(4), [2, 2]) };
 * // The gradient of one direction: its step is a rank of one, of the length of the rate.
 * const grads = { w: tensor(Float64Array.of(3, 4, 6, 8), [2, 2]) };
 * const [none, state] = opt.update(grads, opt.init(params), params);
 * assertAlmostEquals(Number(none.w.data[0]), 0);
 * const [updates] = opt.update(grads, state, params);
 * assertAlmostEquals(Number(updates.w.data[0]), -0.1 * 3 / Math.hypot(3, 4, 6, 8), 1e-6);
 * ```
 *
 * @see Vyas, Morwani, Zhao, Kwun, Shapira, Brandfonbrener, Janson, Kakade: SOAP: Improving and stabilizing Shampoo using
 * Adam, 2024, Algorithm 3.
 */
export function soap(options: SoapOptions = {}): Optimizer {
  const o = ruleOptions("soap", options, SOAP_OPTIONS);
  const rule: Rule = {
    slots: (params) =>
      Object.fromEntries(
        Object.entries(params).flatMap(([name, { shape }]) => slotsFor(name, shape, o)),
      ),
    update({ grads, params, state, at }) {
      const updates: Record<string, Expr> = {};
      const next: Record<string, Expr> = {};
      for (const [name, w] of Object.entries(params)) {
        const g = penalized(grads[name]!, w, { ...o, weightDecay: 0, at, name });
        const { u, slots } = updateOf({ g, w, name, state, at }, o);
        updates[name] = u;
        for (const [slot, value] of Object.entries(slots)) next[`${slot}/${name}`] = value;
      }
      return { updates, state: next };
    },
  };
  return optimizer({
    name: "soap",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}

type Settings = Filled<SoapOptions, typeof SOAP_OPTIONS>;

/** Returns the axes that have a basis. */
function modesOf(shape: StaticShape, o: Settings): Mode[] {
  if (sizeOf(shape) === 0 || (shape.length === 1 && !o.preconditionVectors)) return [];
  const merged = o.mergeDims && shape.length > 1 ? mergedShape(shape, o.maxPreconditionerDim) : shape;
  return merged.flatMap((d, axis) => d === 1 || d > o.maxPreconditionerDim ? [] : [modeOf(merged, axis)]);
}

/** Merges neighboring axes, from the first on, while their product is at most the limit. */
function mergedShape(shape: StaticShape, most: number): number[] {
  const merged: number[] = [];
  let size = 1;
  for (const d of shape) {
    if (size * d <= most) size *= d;
    else if (size > 1) {
      merged.push(size);
      size = d;
    } else {
      merged.push(d);
    }
  }
  return size > 1 || merged.length === 0 ? [...merged, size] : merged;
}

function slotsFor(name: string, shape: StaticShape, o: Settings): [string, Slot][] {
  const square = modesOf(shape, o).flatMap(({ size }, k): [string, Slot][] =>
    ["gram", "basis"].map((slot) => [`${slot}${k}/${name}`, { shape: [size, size], init: 0 }])
  );
  return [[`m/${name}`, { shape, init: 0 }], [`v/${name}`, { shape, init: 0 }], ...square];
}

interface Inputs extends Pick<RuleInputs, "state" | "at"> {
  readonly g: Expr;
  readonly w: Expr;
  readonly name: string;
}

/** Returns the update of a parameter and its new slots, by their names. */
function updateOf({ g, w, name, state, at }: Inputs, o: Settings): { u: Expr; slots: Record<string, Expr> } {
  const first = at("first", ({ t }) => (t === 1 ? 1 : 0));
  const due = at("due", ({ t }) => ((t - 1) % o.interval === 0 ? 1 : 0));
  const refresh = at("refresh", ({ t }) => (t > 1 && (t - 1) % o.interval === 0 ? 1 : 0));
  const shampooBeta = o.shampooBeta ?? o.beta2;
  const axes = modesOf(w.shape, o).map((mode, k) => {
    const before = state[`gram${k}/${name}`]!;
    const gram = average(before, modeGram(g, mode), shampooBeta, { at, name: "shampooBeta" });
    const basis = state[`basis${k}/${name}`]!;
    const axis = { mode, gram, basis };
    return { ...axis, next: nextBasis(axis, { first, due }) };
  });
  const rotated = axes.reduce((x, { mode, basis }) => modeProduct(x, basis, mode), g);
  const m = gathered(state[`m/${name}`]!, rotated, o.beta1, { at, name: "beta1" });
  const v = gathered(state[`v/${name}`]!, square(rotated), o.beta2, { at, name: "beta2" });
  const step = div(m, add(sqrt(v), inStep(at, "epsilon", o.epsilon)));
  const back = axes.reduce((x, { mode, basis }) => modeProduct(x, basis, mode, true), step);
  const direction = o.normalizeSteps ? div(back, add(sqrt(mean(square(back))), 1e-30)) : back;
  const u = mul(at("rate", (s) => -s.learningRate * correctionAt(s.t, o)), direction);
  const slots = { m: rebased(m, axes, refresh), v: reordered(v, axes, refresh) };
  const matrices = axes.flatMap(({ gram, next }, k) => [[`gram${k}`, gram], [`basis${k}`, next]]);
  return { u: decayed(u, w, { o, at, name }), slots: { ...slots, ...Object.fromEntries(matrices) } };
}

/** Returns a running average that begins at the second update. */
function gathered(
  before: Expr,
  x: Expr,
  beta: Hyperparameter,
  { at, name }: { at: RuleInputs["at"]; name: string },
): Expr {
  const rest = at(`1 - ${name}`, ({ t }) => (t === 1 ? 0 : 1 - valueAt(beta, t)));
  return add(mul(inStep(at, name, beta), before), mul(rest, x));
}

/** Returns the factor on the rate: 0 at the first update, which takes no step. */
function correctionAt(t: number, { beta1, beta2, biasCorrection }: Settings): number {
  if (t === 1) return 0;
  if (!biasCorrection) return 1;
  return Math.sqrt(1 - valueAt(beta2, t) ** (t - 1)) / (1 - valueAt(beta1, t) ** (t - 1));
}

/** Shrinks the parameter after its step, as the authors do: `(1 - eta weightDecay) (w + u)`. */
function decayed(
  u: Expr,
  w: Expr,
  { o, at, name }: { o: Settings; at: RuleInputs["at"]; name: string },
): Expr {
  if (!decays({ ...o, name })) return u;
  const lost = at("decay", (s) => s.t === 1 ? 0 : s.learningRate * valueAt(o.weightDecay, s.t));
  return sub(u, mul(lost, add(w, u)));
}
