/**
 * Links that project the parameters onto a set: the last of a chain, after the learning rate.
 *
 * A link changes the update so that the parameter lands in the set: `u = P(w + g) - w`. The sum `w + u` is rounded once more,
 * so it can miss the set by one unit in the last place. All parameters make one vector; `masked` chooses some of them.
 *
 * @module
 */
import { type Declarations, needed } from "../../options/mod.ts";
import { above0 } from "../common.ts";
import {
  abs,
  add,
  type Arg,
  div,
  dot,
  each,
  type Expr,
  type Exprs,
  greater,
  max,
  min,
  mul,
  neg,
  perParameter,
  type RuleInputs,
  sign,
  sqrt,
  sub,
  total,
  where,
} from "../language/mod.ts";
import { type Transform, transform } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions } from "../scheduled.ts";

/** Options of the projections onto a ball, a sphere or a simplex. */
export interface ProjectionOptions {
  /** The radius of the ball or sphere, or the sum of the simplex: above 0, or a schedule. 1 by default. */
  scale?: Hyperparameter;
}

export const PROJECTION_OPTIONS = { scale: above0(1) } satisfies Declarations<ProjectionOptions>;

/** Returns the link that projects by a function of all parameters after the update. */
function projection(
  name: string,
  options: ProjectionOptions,
  project: (x: Exprs, scale: Arg) => Exprs,
): Transform {
  const { scale } = ruleOptions(name, options, PROJECTION_OPTIONS);
  const update = ({ grads, params, at }: RuleInputs) => {
    const names = Object.keys(params);
    const projected = project(each(names, (p) => add(params[p]!, grads[p]!)), inStep(at, "scale", scale));
    return { updates: each(names, (p) => sub(projected[p]!, params[p]!)), state: {} };
  };
  return transform({ name, rule: { slots: () => ({}), update }, hyperparameters: { scale } });
}

/**
 * Keeps the parameters at 0 or above.
 *
 * ```text
 * u = -w where w + g < 0, else g
 * ```
 *
 * State: none.
 *
 * Elsewhere: Optax `keep_params_nonnegative`: the same; `projections.projection_non_negative` gives the same parameters.
 *
 * @example
 * ```ts
 * import { keepParamsNonnegative } from "./projections.ts";
 * import { chain } from "./chain.ts";
 * import { sgd } from "../rules/sgd.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = chain(sgd({ learningRate: 1 }), keepParamsNonnegative());
 * const params = { w: Float64Array.of(1, 1) };
 * const [updates] = opt.update({ w: Float64Array.of(3, 0.5) }, opt.init(params), params);
 * assertEquals(updates.w, Float64Array.of(-1, -0.5));
 * ```
 *
 * @see Optax `keep_params_nonnegative`.
 */
export function keepParamsNonnegative(): Transform {
  const rule = perParameter({}, ({ g, w }) => ({ u: where(greater(0, add(w, g)), neg(w), g) }));
  return transform({ name: "keepParamsNonnegative", rule });
}

/** Options of {@linkcode projectionBox}. */
export interface ProjectionBoxOptions {
  /** The least value of each element: a finite number. */
  lower: number;
  /** The greatest value: a finite number of at least the least. */
  upper: number;
}

export const PROJECTION_BOX_OPTIONS = {
  lower: needed("a finite number"),
  upper: needed("a finite number"),
} satisfies Declarations<ProjectionBoxOptions>;

/**
 * Projects each element of the parameters onto an interval.
 *
 * ```text
 * u = max(min(w + g, upper), lower) - w
 * ```
 *
 * State: none.
 *
 * Elsewhere: Optax `projections.projection_box`, with numbers as limits; also its `projection_hypercube`, from 0, and its
 * `projection_linf_ball`, from minus the radius.
 *
 * @throws {RangeError} when a limit is out of its range.
 *
 * @example
 * ```ts
 * import { projectionBox } from "./projections.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = projectionBox({ lower: -1, upper: 1 });
 * const params = { w: Float64Array.of(0.5, 0.5) };
 * const [updates] = opt.update({ w: Float64Array.of(3, 0.25) }, opt.init(params), params);
 * assertEquals(updates.w, Float64Array.of(0.5, 0.25));
 * ```
 *
 * @see Optax `projections.projection_box`.
 */
export function projectionBox(options: ProjectionBoxOptions): Transform {
  const { lower, upper } = ruleOptions("projectionBox", options, PROJECTION_BOX_OPTIONS);
  if (upper < lower) throw new RangeError(`upper must be at least lower, got ${upper}`);
  const rule = perParameter({}, ({ g, w }) => ({ u: sub(max(min(add(w, g), upper), lower), w) }));
  return transform({ name: "projectionBox", rule, hyperparameters: { lower, upper } });
}

/**
 * Projects the parameters onto a ball of the Euclidean norm.
 *
 * ```text
 * x = w + g;  u = x min(1, scale / ||all x||) - w
 * ```
 *
 * State: none.
 *
 * Elsewhere: Optax `projections.projection_l2_ball`: the same.
 *
 * @throws {RangeError} when the option is out of its range.
 *
 * @example
 * ```ts
 * import { projectionL2Ball } from "./projections.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = projectionL2Ball();
 * const params = { w: Float64Array.of(0, 0) };
 * const [updates] = opt.update({ w: Float64Array.of(3, 4) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 0.6, 1e-12);
 * ```
 *
 * @see Optax `projections.projection_l2_ball`.
 */
export function projectionL2Ball(options: ProjectionOptions = {}): Transform {
  return projection("projectionL2Ball", options, (x, scale) => {
    const factor = div(scale, sqrt(max(dot(x, x), mul(scale, scale))));
    return each(Object.keys(x), (p) => mul(factor, x[p]!));
  });
}

/**
 * Projects the parameters onto a sphere of the Euclidean norm.
 *
 * ```text
 * x = w + g;  u = x scale / ||all x|| - w
 * ```
 *
 * State: none.
 *
 * Elsewhere: Optax `projections.projection_l2_sphere`: the same.
 *
 * @throws {RangeError} when the option is out of its range.
 *
 * @example
 * ```ts
 * import { projectionL2Sphere } from "./projections.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = projectionL2Sphere({ scale: 10 });
 * const params = { w: Float64Array.of(0, 0) };
 * const [updates] = opt.update({ w: Float64Array.of(3, 4) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 6, 1e-12);
 * ```
 *
 * @see Optax `projections.projection_l2_sphere`.
 */
export function projectionL2Sphere(options: ProjectionOptions = {}): Transform {
  return projection("projectionL2Sphere", options, (x, scale) => {
    const factor = div(scale, sqrt(dot(x, x)));
    return each(Object.keys(x), (p) => mul(factor, x[p]!));
  });
}

/**
 * Returns the parameters less a threshold, and at least 0, so that they add up to `scale`: the projection onto a simplex.
 *
 * The threshold is where a convex function of straight pieces, the sum of what is above it, is `scale`. Newton's method from
 * below finds it without a sort: each step takes the threshold of the elements above the one before. The product of the
 * function's excess and its slope falls by 4 at least with each step, so that the steps below reach float64's resolution, and
 * mostly stay where they are after a few.
 */
function ontoSimplex(x: Exprs, scale: Arg): Exprs {
  const tensors = Object.values(x);
  const elements = tensors.reduce((n, { shape }) => n + shape.reduce((a, b) => a * b, 1), 0);
  let threshold = div(sub(total(tensors), scale), elements);
  for (let step = 0; step < 28 + Math.ceil(Math.log2(Math.max(1, elements))); step++) {
    const above = tensors.map((v) => greater(v, threshold));
    const sums = total(tensors.map((v, i) => mul(above[i]!, v)));
    threshold = div(sub(sums, scale), max(total(above), 1));
  }
  return each(Object.keys(x), (p) => max(sub(x[p]!, threshold), 0));
}

/**
 * Projects the parameters onto the simplex: at least 0, and of the sum `scale`.
 *
 * ```text
 * x = w + g;  u = max(x - theta, 0) - w         theta: where all of them add up to scale
 * ```
 *
 * The threshold `theta` is found by Newton's method in place of a sort, in about 28 passes and one more for each doubling of the
 * number of elements: meant for weights of a mixture, not for whole networks.
 *
 * State: none.
 *
 * Elsewhere: Optax `projections.projection_simplex`: the same, by a sort.
 *
 * @throws {RangeError} when the option is out of its range.
 *
 * @example
 * ```ts
 * import { projectionSimplex } from "./projections.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = projectionSimplex();
 * const params = { w: Float64Array.of(0, 0, 0) };
 * const [updates] = opt.update({ w: Float64Array.of(2, 1.5, -1) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 0.75, 1e-12);
 * assertAlmostEquals(updates.w[1]!, 0.25, 1e-12);
 * ```
 *
 * @see Held, Wolfe, Crowder: Validation of subgradient optimization, 1974; Duchi et al.: Efficient projections onto the
 * l1-ball for learning in high dimensions, 2008. Optax `projections.projection_simplex`.
 */
export function projectionSimplex(options: ProjectionOptions = {}): Transform {
  return projection("projectionSimplex", options, ontoSimplex);
}

/** Returns the parameters with their signs, the magnitudes on a simplex. */
function ontoL1Sphere(x: Exprs, scale: Arg): Exprs {
  const names = Object.keys(x);
  const sizes = ontoSimplex(each(names, (p) => abs(x[p]!)), scale);
  return each(names, (p) => mul(sign(x[p]!), sizes[p]!));
}

/**
 * Projects the parameters onto a sphere of the sum of magnitudes.
 *
 * ```text
 * x = w + g;  u = sign(x) max(|x| - theta, 0) - w         theta: where the magnitudes add up to scale
 * ```
 *
 * The threshold is that of {@linkcode projectionSimplex}, at the same cost.
 *
 * State: none.
 *
 * Elsewhere: Optax `projections.projection_l1_sphere`: the same.
 *
 * @throws {RangeError} when the option is out of its range.
 *
 * @example
 * ```ts
 * import { projectionL1Sphere } from "./projections.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = projectionL1Sphere();
 * const params = { w: Float64Array.of(0, 0) };
 * const [updates] = opt.update({ w: Float64Array.of(0.25, -0.25) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[1]!, -0.5, 1e-12);
 * ```
 *
 * @see Duchi, Shalev-Shwartz, Singer, Chandra: Efficient projections onto the l1-ball for learning in high dimensions, 2008.
 * Optax `projections.projection_l1_sphere`.
 */
export function projectionL1Sphere(options: ProjectionOptions = {}): Transform {
  return projection("projectionL1Sphere", options, ontoL1Sphere);
}

/**
 * Projects the parameters onto a ball of the sum of magnitudes, which makes the small ones 0.
 *
 * ```text
 * x = w + g;  u = x - w within the ball, else as projectionL1Sphere
 * ```
 *
 * The threshold is that of {@linkcode projectionSimplex}, at the same cost.
 *
 * State: none.
 *
 * Elsewhere: Optax `projections.projection_l1_ball`: the same.
 *
 * @throws {RangeError} when the option is out of its range.
 *
 * @example
 * ```ts
 * import { projectionL1Ball } from "./projections.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = projectionL1Ball();
 * const params = { w: Float64Array.of(0, 0) };
 * const [updates] = opt.update({ w: Float64Array.of(2, -0.5) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, 1, 1e-12);
 * ```
 *
 * @see Duchi, Shalev-Shwartz, Singer, Chandra: Efficient projections onto the l1-ball for learning in high dimensions, 2008.
 * Optax `projections.projection_l1_ball`.
 */
export function projectionL1Ball(options: ProjectionOptions = {}): Transform {
  return projection("projectionL1Ball", options, (x, scale) => {
    const names = Object.keys(x);
    const outside = greater(total(names.map((p): Expr => abs(x[p]!))), scale);
    const sphere = ontoL1Sphere(x, scale);
    return each(names, (p) => where(outside, sphere[p]!, x[p]!));
  });
}
