import { choice, type Declarations, type Filled, fixed } from "../../options/mod.ts";
import type { StaticShape } from "../../onnx/tensor/mod.ts";
import {
  above0,
  atLeast0,
  COMMON_OPTIONS,
  type CommonOptions,
  decaying,
  decays,
  penalized,
  share,
} from "../common.ts";
import {
  add,
  type Expr,
  matmul,
  mul,
  perParameter,
  type RuleInputs,
  type SlotOf,
  sub,
  transpose,
} from "../language/mod.ts";
import { modeOf, nextLeading } from "../matrices/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions, valueAt } from "../scheduled.ts";
import { adamMoments, adamStep } from "./moments.ts";

/** The sides on which gradients are projected; see {@linkcode galore}. */
export type ProjType = "std" | "reverse-std" | "left" | "right" | "full";

/** Options of {@linkcode galore}. */
export interface GaloreOptions extends CommonOptions {
  /** Share of the running average of gradients that is kept: in [0, 1), or a schedule. 0.9 by default. */
  beta1?: Hyperparameter;
  /** Share of the running average of squares that is kept: in [0, 1), or a schedule. 0.999 by default. */
  beta2?: Hyperparameter;
  /** Keeps the quotient finite: at least 0, or a schedule. 1e-6 by default. */
  epsilon?: Hyperparameter;
  /** Decoupled weight decay: at least 0, or a schedule. 0 by default. */
  weightDecay?: Hyperparameter;
  /** The number of singular vectors that a gradient is projected onto, at most: at least 1. 128 by default. */
  rank?: number;
  /** Updates from one refresh of the vectors to the next: an integer of at least 1. 200 by default. */
  updateProjGap?: number;
  /** Factor on the step of a matrix: above 0, or a schedule. 0.25 by default. */
  scale?: Hyperparameter;
  /** The sides on which gradients are projected. `"std"` by default. */
  projType?: ProjType;
  /** The form; see {@linkcode galore}. `"authors"` by default. */
  form?: "authors" | "optax";
}

export const GALORE_OPTIONS = {
  ...COMMON_OPTIONS,
  beta1: share(0.9),
  beta2: share(0.999),
  epsilon: atLeast0(1e-6),
  rank: fixed("an integer of at least 1", 128),
  updateProjGap: fixed("an integer of at least 1", 200),
  scale: above0(0.25),
  projType: choice(["std", "reverse-std", "left", "right", "full"], "std"),
  form: choice(["authors", "optax"], "authors"),
} satisfies Declarations<GaloreOptions>;

/**
 * GaLore: Adam on gradients of matrices projected onto their leading singular vectors.
 *
 * ```text
 * every updateProjGap updates, from the first on:   U, V = leading singular vectors of g, rank columns
 * r = g V           "right";  U' g  "left";  U' g V  "full"
 * m = beta1 m + (1 - beta1) r;  v = beta2 v + (1 - beta2) r^2
 * s = sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + epsilon)
 * u = -eta scale s V'            likewise for U;  then w = (1 - eta weightDecay) w
 * ```
 *
 * "std" projects the shorter side, and the right one of a square; "reverse-std" the other. Moments stay as they are at a
 * refresh, so each new vector points to the side of that which it replaces. Parameters other than matrices, such as biases,
 * get Adam's step, without `scale`; `asMatrices(galore())` projects kernels. In Optax's form, epsilon is added to the root of
 * the corrected moment, and the decay is that of the parameter before the step.
 *
 * The vectors are found in the program, at refreshes alone, as eigenvectors of `g' g` or `g g'`. Those of a side beyond 128
 * are approximate: 8 steps of orthogonal iteration.
 *
 * State: `m` and `v` of the projected shape, and the vectors, `left` or `right`, of `rank` columns: 10 bytes a float32
 * parameter of a matrix of 256 x 128 with the default rank, 1.25 with rank 16; 8 of other parameters. Default rate 1e-3.
 *
 * Elsewhere: PyTorch has none; the authors' `galore-torch`, `GaLoreAdamW`: the same up to the signs of vectors from the
 * second refresh on, which the SVD chooses there, and for sides up to 128; it projects the parameters of groups with a
 * `rank`. Optax `contrib.galore` is `form: "optax"` with `projType: "reverse-std"`, `scale: 1` and epsilon 1e-8; it
 * projects the left side of a square, as "reverse-std" does.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { galore } from "./galore.ts";
 * import { tensor } from "../../onnx/mod.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = galore({ learningRate: 0.1, rank: 1, scale: 1, epsilon: 0 });
 * const params = { w: tensor(new Float64Array(4), [2, 2]) };
 * // The gradient (1, 0)' (3, 4): a step of the rate along its right vector.
 * const grads = { w: tensor(Float64Array.of(3, 4, 3, 4), [2, 2]) };
 * const [updates] = opt.update(grads, opt.init(params), params);
 * assertAlmostEquals(Number(updates.w.data[0]), -0.1 * 3 / 5, 1e-12);
 * assertAlmostEquals(Number(updates.w.data[1]), -0.1 * 4 / 5, 1e-12);
 * ```
 *
 * @see Zhao, Zhang, Chen, Wang, Anandkumar, Tian: GaLore: Memory-efficient LLM training by gradient low-rank projection,
 * 2024, Algorithm 2.
 */
export function galore(options: GaloreOptions = {}): Optimizer {
  const o = ruleOptions("galore", options, GALORE_OPTIONS);
  const rule = perParameter(slotsOf(o), (slots, at, name) => {
    const { w } = slots;
    const g = penalized(slots.g, w, { ...o, weightDecay: 0, at, name });
    const due = at("due", ({ t }) => ((t - 1) % o.updateProjGap === 0 ? 1 : 0));
    const vectors = (side: "left" | "right", axis: number) =>
      slots[side] && nextLeading(g, { mode: modeOf(g.shape, axis), before: slots[side], due });
    // A parameter has no slot for a side that is not projected.
    const [left, right] = [vectors("left", 0), vectors("right", 1)] as (Expr | undefined)[];
    const settings = { ...o, epsilonPlacement: o.form === "authors" ? "scaled" : "outside", at } as const;
    const moments = adamMoments(projected(g, left, right), slots, settings);
    const step = adamStep(moments.m, moments.v, settings);
    const back = projected(step, left && transpose(left), right && transpose(right));
    const u = left || right ? mul(inStep(at, "scale", o.scale), back) : back;
    return { u: decayed(u, w, { o, at, name }), ...moments, left, right } as Record<"u" | keyof Slots, Expr>;
  });
  return optimizer({
    name: "galore",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}

type Settings = Filled<GaloreOptions, typeof GALORE_OPTIONS>;
type Slots = Readonly<Record<"m" | "v" | "left" | "right", SlotOf>>;

/** Returns the columns of vectors on each side of a shape; `null` where it is not projected. */
function sidesOf(shape: StaticShape, { rank, projType }: Settings): { left?: number; right?: number } {
  if (shape.length !== 2) return {};
  const [rows, columns] = shape as [number, number];
  const most = Math.min(rank, rows, columns);
  if (most === 0) return {};
  if (projType === "full") return { left: most, right: most };
  const right = projType === "right" || (projType !== "left" && (rows >= columns) === (projType === "std"));
  return right ? { right: most } : { left: most };
}

function slotsOf(o: Settings): Slots {
  const moment: SlotOf = {
    init: 0,
    shape: (shape) => {
      const { left, right } = sidesOf(shape, o);
      return left || right ? [left ?? shape[0]!, right ?? shape[1]!] : shape;
    },
  };
  const vectors = (side: "left" | "right", axis: number): SlotOf => ({
    init: 0,
    shape: (shape) => {
      const columns = sidesOf(shape, o)[side];
      return columns === undefined ? null : [shape[axis]!, columns];
    },
  });
  return { m: moment, v: moment, left: vectors("left", 0), right: vectors("right", 1) };
}

/** Returns `left' x right`, with the sides that there are. */
function projected(x: Expr, left?: Expr, right?: Expr): Expr {
  const half = left ? matmul(transpose(left), x) : x;
  return right ? matmul(half, right) : half;
}

/** Shrinks the parameter: the authors after its step, Optax as it was before. */
function decayed(
  u: Expr,
  w: Expr,
  { o, at, name }: { o: Settings; at: RuleInputs["at"]; name: string },
): Expr {
  if (!decays({ ...o, name })) return u;
  const lost = at("decay", (s) => s.learningRate * valueAt(o.weightDecay, s.t));
  return sub(u, mul(lost, o.form === "authors" ? add(w, u) : w));
}
