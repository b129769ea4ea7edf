import type { Declarations } from "../../options/mod.ts";
import { atLeast0, rate, share } from "../common.ts";
import {
  add,
  div,
  equal,
  type Expr,
  maximum,
  min,
  mul,
  perParameter,
  type SlotOf,
  sqrt,
  square,
  sum,
  where,
} from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, type LearningRate, ruleOptions } from "../scheduled.ts";
import { average } from "./moments.ts";

/** Options of {@linkcode sm3}. */
export interface Sm3Options {
  /** The learning rate: a finite number of at least 0, or a schedule. 0.1 by default. */
  learningRate?: LearningRate;
  /** Share of the running average of steps that is kept: in [0, 1), or a schedule. 0.9 by default. */
  momentum?: Hyperparameter;
  /** Added under the root: at least 0, or a schedule. 1e-8 by default. */
  epsilon?: Hyperparameter;
}

export const SM3_OPTIONS = {
  learningRate: rate(0.1),
  momentum: share(0.9),
  epsilon: atLeast0(1e-8),
} satisfies Declarations<Sm3Options>;

/** The most dimensions a parameter may have. */
const MAX_RANK = 8;

/**
 * SM3: Adagrad in little memory: one accumulator for each row, each column, and so on, instead of one for each element.
 *
 * ```text
 * v = min over the axes a of mu_a, + g g              mu_a: one number an index of axis a
 * mu_a = max of v over the other axes
 * m = beta m + (1 - beta) g / sqrt(v + epsilon)       0 where v = 0
 * u = -eta m
 * ```
 *
 * This is the paper's SM3-II. Vectors and scalars have one accumulator an element: Adagrad.
 *
 * State: `m` of the parameter's shape and `mu0`, `mu1`, …, one for each axis: little above 4 bytes a float32 parameter.
 * Default rate 0.1.
 *
 * Elsewhere: PyTorch has none. Optax `sm3`: the same; it takes no scalars.
 *
 * @throws {RangeError} when an option is out of its range, or a parameter has more than 8 dimensions.
 *
 * @example
 * ```ts
 * import { sm3 } from "./sm3.ts";
 * import { tensor } from "../../onnx/mod.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = sm3();
 * const params = { w: tensor(new Float32Array(6), [2, 3]) };
 * assertEquals(Object.entries(opt.init(params).slots).map(([n, t]) => [n, t.shape]), [
 *   ["m/w", [2, 3]],
 *   ["mu0/w", [2, 1]],
 *   ["mu1/w", [1, 3]],
 * ]);
 * ```
 *
 * @see Anil, Gupta, Koren, Singer: Memory efficient adaptive optimization, 2019, Algorithm SM3-II.
 */
export function sm3(options: Sm3Options = {}): Optimizer {
  const o = ruleOptions("sm3", options, SM3_OPTIONS);
  const slots: Record<string, SlotOf> = { m: 0 };
  for (let axis = 0; axis < MAX_RANK; axis++) slots[`mu${axis}`] = accumulator(axis);
  const rule = perParameter(slots, (inputs, at) => {
    const g = inputs.g!;
    const axes = Array.from({ length: Math.max(1, g.shape.length) }, (_, axis) => axis);
    const before = axes.map((axis) => inputs[`mu${axis}`]!).reduce((a, b) => min(a, b));
    const v = add(before, square(g));
    const step = where(equal(v, 0), 0, div(g, sqrt(add(v, inStep(at, "epsilon", o.epsilon)))));
    const m = average(inputs.m!, step, o.momentum, { at, name: "momentum" });
    const next = axes.map((axis) => [`mu${axis}`, greatest(v, axis)] as const);
    return { u: mul(at("rate", (s) => -s.learningRate), m), m, ...Object.fromEntries(next) } as never;
  });
  return optimizer({ name: "sm3", learningRate: o.learningRate, rule, hyperparameters: o });
}

function accumulator(axis: number): SlotOf {
  return {
    init: 0,
    shape(shape) {
      if (shape.length > MAX_RANK) {
        throw new RangeError(`sm3 takes parameters of at most ${MAX_RANK} dimensions, got ${shape.length}`);
      }
      if (shape.length < 2) return axis === 0 ? shape : null;
      return axis < shape.length ? shape.map((d, i) => (i === axis ? d : 1)) : null;
    },
  };
}

/** Returns the greatest over all axes but one; 0 for an empty tensor, which has no greatest element. */
function greatest(v: Expr, axis: number): Expr {
  if (v.shape.length < 2) return v;
  const others = v.shape.flatMap((_, i) => (i === axis ? [] : [i]));
  return v.shape.includes(0) ? sum(v, others) : maximum(v, others);
}
