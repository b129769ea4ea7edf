import { choice, type Declarations, type Filled, fixed, flag, open } from "../../options/mod.ts";
import type { StaticShape } from "../../onnx/tensor/mod.ts";
import {
  atLeast0,
  decaying,
  decays,
  DECOUPLED_OPTIONS,
  type DecoupledOptions,
  penalized,
  penalty,
  rate,
  share,
  tuned,
} from "../common.ts";
import {
  add,
  div,
  type Expr,
  mul,
  norm,
  type Rule,
  type RuleInputs,
  type Slot,
  sqrt,
  square,
  where,
} from "../language/mod.ts";
import {
  type Block,
  blockOf,
  blocksOf,
  joined,
  type Mode,
  modeGram,
  modeOf,
  modeProduct,
  nextRoot,
} from "../matrices/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions, valueAt } from "../scheduled.ts";
import { average } from "./moments.ts";

/** Options of {@linkcode shampoo}. */
export interface ShampooOptions extends DecoupledOptions {
  /** Share of the running average of gradients that is kept: in [0, 1), or a schedule; 0 for none. 0.9 by default. */
  beta1?: Hyperparameter;
  /** Share of the matrices that is kept: in [0, 1], or a schedule. 1 by default: sums, as in AdaGrad. */
  beta2?: Hyperparameter;
  /** Share of the average in the gradient that a step takes: in [0, 1), or a schedule; `beta1` by default. */
  beta3?: Hyperparameter;
  /** The least ridge of a matrix before its root: at least 0. 1e-12 by default. */
  epsilon?: number;
  /** The ridge as a share of the matrix's infinity norm, which bounds its eigenvalues: at least 0. 1e-5 by default. */
  relativeEpsilon?: number;
  /** The root that is inverted: an integer of at least 1; twice the number of a block's axes by default. */
  root?: number;
  /** Updates from one computation of the roots to the next: an integer of at least 1. 10 by default. */
  interval?: number;
  /** The first update that has roots: an integer of at least 1; `interval` by default. */
  start?: number;
  /** The largest size of a block along each axis; larger axes are cut: at least 1. 1024 by default. */
  maxPreconditionerDim?: number;
  /** Whether neighboring axes are merged while they stay within `maxPreconditionerDim`. `true` by default. */
  mergeDims?: boolean;
  /** Whether averages are corrected for their start at 0. `true` by default. */
  biasCorrection?: boolean;
  /** The rule whose step gives each block the length of its step. `"none"` by default. */
  grafting?: "none" | "sgd" | "adagrad" | "rmsprop" | "adam";
  /** Share of the squares that is kept for grafting: in [0, 1), or a schedule; of RMSProp 0.99, of Adam 0.999 by default. */
  graftingBeta2?: Hyperparameter;
  /** Keeps the quotient of the grafted step finite: at least 0, or a schedule. 1e-10 by default. */
  graftingEpsilon?: Hyperparameter;
  /** Share of the buffer of steps that is kept: in [0, 1), or a schedule. 0 by default: no buffer. */
  momentum?: Hyperparameter;
  /** Share of a step that does not enter the buffer: in [0, 1], or a schedule. 0 by default. */
  dampening?: Hyperparameter;
  /** Whether to look ahead along the buffer. `false` by default. */
  nesterov?: boolean;
}

export const SHAMPOO_OPTIONS = {
  ...DECOUPLED_OPTIONS,
  learningRate: rate(1e-2),
  decoupledWeightDecay: flag(true),
  beta1: share(0.9),
  beta2: tuned("in [0, 1]", 1),
  beta3: { kind: "number", range: "in [0, 1)", schedule: true },
  epsilon: fixed("a finite number of at least 0", 1e-12),
  relativeEpsilon: fixed("a finite number of at least 0", 1e-5),
  root: open("an integer of at least 1"),
  interval: fixed("an integer of at least 1", 10),
  start: open("an integer of at least 1"),
  maxPreconditionerDim: fixed("an integer of at least 1", 1024),
  mergeDims: flag(true),
  biasCorrection: flag(true),
  grafting: choice(["none", "sgd", "adagrad", "rmsprop", "adam"], "none"),
  graftingBeta2: { kind: "number", range: "in [0, 1)", schedule: true },
  graftingEpsilon: atLeast0(1e-10),
  momentum: share(0),
  dampening: tuned("in [0, 1]", 0),
  nesterov: flag(),
} satisfies Declarations<ShampooOptions>;

/**
 * Shampoo: the gradient times an inverse root of a matrix for each of its axes.
 *
 * ```text
 * G = beta2 G + (1 - beta2) (g g over all other axes)          for each axis; beta2 = 1: G = G + (g g)
 * R = (G_hat + max(relativeEpsilon |G_hat|, epsilon) I)^(-1 / root)             at start, then each interval
 * m = beta1 m + (1 - beta1) g
 * d = m_hat times R along each axis;  with grafting d = d |f| / (|d| + 1e-16), f the other rule's step for m_hat
 * u = -eta (d + weightDecay w);  with momentum the usual buffer of d + weightDecay w
 * ```
 *
 * Before `start`, `d` is the grafted rule's step, else `m_hat`. A vector has one axis, and so the root of a full matrix.
 * Axes are merged from the last one on, those of 1 left out; then axes beyond `maxPreconditionerDim` are cut into blocks of
 * their own. Roots are computed in the program, by coupled iterations that end when they converge; one that fails leaves the
 * root before, at first the identity. They cost about 50 products of each matrix: smaller blocks are much faster.
 *
 * State: `m` and for each block and axis `gram0`, `root0`, ... of its size squared; `v` of the parameter's shape with
 * grafting, `b` with momentum: 24 bytes a float32 parameter of a matrix of 256 x 128. Default rate 1e-2.
 *
 * Elsewhere: Meta's `DistributedShampoo` on one device with `CoupledHigherOrderConfig`: the same, but for its default
 * interval 1. PyTorch and Optax have none.
 *
 * @throws {RangeError} when an option is out of its range, or `start` is before the end of the first interval.
 *
 * @example
 * ```ts
 * import { shampoo } from "./shampoo.ts";
 * import { tensor } from "../../onnx/mod.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = shampoo({ learningRate: 1, interval: 1, relativeEpsilon: 0 });
 * const params = { w: tensor(new Float64Array(4), [2, 2]) };
 * const grads = { w: tensor(Float64Array.of(5, 0, 0, 0.1), [2, 2]) };
 * // Axes of one block are merged, here to a vector: let them stay, and the first step is orthogonal.
 * const matrix = shampoo({ learningRate: 1, interval: 1, relativeEpsilon: 0, mergeDims: false });
 * for (const [rule, step] of [[opt, 0.02], [matrix, 1]] as const) {
 *   const [updates] = rule.update(grads, rule.init(params), params);
 *   assertAlmostEquals(Number(updates.w.data[3]), -step, 1e-3);
 * }
 * ```
 *
 * @see Gupta, Koren, Singer: Shampoo: Preconditioned stochastic tensor optimization, 2018; Shi et al.: A distributed
 * data-parallel PyTorch implementation of the distributed Shampoo optimizer, 2023, for blocks and grafting.
 */
export function shampoo(options: ShampooOptions = {}): Optimizer {
  const o = ruleOptions("shampoo", options, SHAMPOO_OPTIONS);
  const { interval, start = interval } = o;
  if (start < interval) {
    throw new RangeError(`shampoo: start must be at least interval, got ${start} and ${interval}`);
  }
  const rule: Rule = {
    slots: (params) =>
      Object.fromEntries(
        Object.entries(params).flatMap(([name, { shape }]) => slotsFor(name, shape, o)),
      ),
    update({ grads, params, state, at }) {
      const updates: Record<string, Expr> = {};
      const next: Record<string, Expr> = {};
      for (const [name, w] of Object.entries(params)) {
        const g = penalized(grads[name]!, w, { ...o, at, name });
        const { u, slots } = updateOf({ g, w, at, name, slot: (s) => state[`${s}/${name}`]! }, o);
        updates[name] = u;
        for (const [slot, value] of Object.entries(slots)) next[`${slot}/${name}`] = value;
      }
      return { updates, state: next };
    },
  };
  return optimizer({
    name: "shampoo",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}

type Settings = Filled<ShampooOptions, typeof SHAMPOO_OPTIONS>;
type Slots = Record<string, Expr>;

/** A block of a parameter with its axes. */
interface Part {
  readonly block: Block;
  readonly axes: readonly { readonly mode: Mode; readonly key: string }[];
  readonly order: number;
}

/** How a parameter is cut. */
interface Cut {
  /** Its shape with axes merged. */
  readonly shape: StaticShape;
  readonly parts: readonly Part[];
}

function cutOf(shape: StaticShape, { maxPreconditionerDim: most, mergeDims }: Settings): Cut {
  if (shape.includes(0)) return { shape, parts: [] };
  const merged = mergeDims ? mergedShape(shape, most) : shape;
  const blocks = blocksOf(merged, most);
  const prefix = (k: number) => (blocks.length === 1 ? "" : `${k}.`);
  const parts = blocks.map((block, k): Part => ({
    block,
    order: Math.max(1, merged.length),
    axes: merged.map((_, axis) => ({ mode: modeOf(block.sizes, axis), key: `${prefix(k)}${axis}` })),
  }));
  return { shape: merged, parts };
}

/** Merges neighboring axes, from the last one on, while their product is at most the limit; those of 1 are left out. */
function mergedShape(shape: StaticShape, most: number): number[] {
  const sizes = shape.filter((d) => d !== 1);
  const merged: number[] = [];
  for (const d of sizes.reverse()) {
    if (merged.length > 0 && merged[0]! * d <= most) merged[0]! *= d;
    else merged.unshift(d);
  }
  return merged.length === 0 ? [1] : merged;
}

function slotsFor(name: string, shape: StaticShape, o: Settings): [string, Slot][] {
  const plain = [
    ...(o.beta1 === 0 ? [] : ["m"]),
    ...(hasSquares(o) ? ["v"] : []),
    ...(o.momentum === 0 ? [] : ["b"]),
  ];
  const matrices = cutOf(shape, o).parts.flatMap(({ axes }) =>
    axes.flatMap(({ mode: { size }, key }) =>
      ["gram", "root"].map((slot) => [`${slot}${key}`, { shape: [size, size], init: 0 }] as const)
    )
  );
  return [...plain.map((slot) => [slot, { shape, init: 0 }] as const), ...matrices]
    .map(([slot, what]) => [`${slot}/${name}`, what]);
}

function hasSquares({ grafting }: Settings): boolean {
  return grafting === "adagrad" || grafting === "rmsprop" || grafting === "adam";
}

interface Inputs extends Pick<RuleInputs, "at"> {
  readonly g: Expr;
  readonly w: Expr;
  readonly name: string;
  readonly slot: (name: string) => Expr;
}

/** Returns the update of a parameter and its new slots, by their names. */
function updateOf(inputs: Inputs, o: Settings): { u: Expr; slots: Slots } {
  const { w, at, name } = inputs;
  const { taken, slots: first } = filtered(inputs, o);
  const { graft, slots: second } = grafted(inputs, taken, o);
  const { d, slots: third } = preconditioned(inputs, { taken, graft }, o);
  const shrinks = o.decoupledWeightDecay && decays({ ...o, name });
  const { step, slots: last } = buffered(inputs, shrinks ? add(d, penalty(w, { ...o, at })) : d, o);
  const u = mul(at("rate", (s) => -s.learningRate), step);
  return { u, slots: { ...first, ...second, ...third, ...last } };
}

/** Returns the gradient that a step takes: the average, corrected. */
function filtered({ g, at, slot }: Inputs, { beta1, beta3, biasCorrection }: Settings): {
  taken: Expr;
  slots: Slots;
} {
  if (beta1 === 0) return { taken: g, slots: {} };
  const m = average(slot("m"), g, beta1, { at, name: "beta1" });
  const ahead = beta3 === undefined ? m : average(slot("m"), g, beta3, { at, name: "beta3" });
  const correction = at(
    "correction",
    ({ t }) => 1 / (1 - valueAt(beta3 ?? beta1, t) * valueAt(beta1, t) ** (t - 1)),
  );
  return { taken: biasCorrection ? mul(correction, ahead) : ahead, slots: { m } };
}

/** Returns the step of the grafted rule for a gradient. */
function grafted({ g, at, slot }: Inputs, taken: Expr, o: Settings): { graft: Expr; slots: Slots } {
  if (!hasSquares(o)) return { graft: taken, slots: {} };
  const { grafting, graftingBeta2 = grafting === "adam" ? 0.999 : 0.99, graftingEpsilon } = o;
  const v = grafting === "adagrad"
    ? add(slot("v"), square(g))
    : average(slot("v"), square(g), graftingBeta2, { at, name: "graftingBeta2" });
  const correction = at("graftingCorrection", ({ t }) => 1 / (1 - valueAt(graftingBeta2, t) ** t));
  const second = grafting === "adam" ? mul(correction, v) : v;
  return {
    graft: div(taken, add(sqrt(second), inStep(at, "graftingEpsilon", graftingEpsilon))),
    slots: { v },
  };
}

/** Returns the direction: each block times its roots, of the length that grafting gives it. */
function preconditioned(
  { g, w, at, slot }: Inputs,
  { taken, graft }: { taken: Expr; graft: Expr },
  o: Settings,
): { d: Expr; slots: Slots } {
  const { interval, start = interval, grafting } = o;
  const cut = cutOf(w.shape, o);
  if (cut.parts.length === 0) return { d: graft, slots: {} };
  const slots: Slots = {};
  const whole = cut.parts.length === 1;
  const piece = (x: Expr, { block }: Part) => (whole ? x : blockOf(x, cut.shape, block));
  const when = at("roots", ({ t }) => ((t % interval === 0 && t > start) || t === start ? 1 : 0));
  const scale = at("scale", ({ t }) => scaleAt(t, o));
  const directions = cut.parts.map((part) => {
    const own = piece(g, part);
    const d = part.axes.reduce((x, { mode, key }) => {
      const gram = gathered(slot(`gram${key}`), modeGram(own, mode), { beta2: o.beta2, at });
      const settings = {
        p: o.root ?? 2 * part.order,
        epsilon: o.epsilon,
        relativeEpsilon: o.relativeEpsilon,
      };
      const root = nextRoot(slot(`root${key}`), { when, gram, scale }, settings);
      slots[`gram${key}`] = gram;
      slots[`root${key}`] = root;
      return modeProduct(x, root, mode);
    }, piece(taken, part));
    return grafting === "none" ? d : mul(div(norm(piece(graft, part)), add(norm(d), 1e-16)), d);
  });
  const d = whole
    ? directions[0]!
    : joined(directions, { cut: cut.shape, blocks: cut.parts.map((p) => p.block), shape: w.shape });
  const begun = at("begun", ({ t }) => (t < start ? 0 : 1));
  return { d: where(begun, d, graft), slots };
}

/** Returns a matrix with one more product: an average, or a sum where everything is kept. */
function gathered(
  before: Expr,
  x: Expr,
  { beta2, at }: { beta2: Hyperparameter; at: RuleInputs["at"] },
): Expr {
  if (beta2 === 1) return add(before, x);
  const fresh = inStep(at, "1 - beta2", beta2, (b) => (b === 1 ? 1 : 1 - b));
  return add(mul(inStep(at, "beta2", beta2), before), mul(fresh, x));
}

/** Returns the factor that corrects the matrices for their start at 0. */
function scaleAt(t: number, { beta2, biasCorrection }: Settings): number {
  const kept = valueAt(beta2, t);
  return biasCorrection && kept < 1 ? 1 / (1 - kept ** t) : 1;
}

/** Returns the step after momentum. */
function buffered({ at, slot }: Inputs, d: Expr, { momentum, dampening, nesterov }: Settings): {
  step: Expr;
  slots: Slots;
} {
  if (momentum === 0) return { step: d, slots: {} };
  const mu = inStep(at, "momentum", momentum);
  const fresh = mul(inStep(at, "1 - dampening", dampening, (x) => 1 - x), d);
  const b = add(mul(mu, slot("b")), fresh);
  return { step: nesterov ? add(fresh, mul(mu, b)) : b, slots: { b } };
}
