import { checkNumber, type Declarations, type Filled, open, OTHER } from "../../options/mod.ts";
import {
  above0,
  atLeast0,
  COMMON_OPTIONS,
  type CommonOptions,
  decaying,
  penalized,
  rate,
} from "../common.ts";
import {
  add,
  asSlot,
  div,
  dot,
  each,
  max,
  mul,
  type Rule,
  type RuleInputs,
  slot,
  slotsOf,
  sqrt,
  sub,
  where,
} from "../language/mod.ts";
import { type Optimizer, optimizer } from "../optimizer.ts";
import { type Hyperparameter, inStep, ruleOptions, valueAt } from "../scheduled.ts";

/** Options of {@linkcode dog}. */
export interface DogOptions extends CommonOptions {
  /**
   * The first step: a share of one plus the parameters' norm; a distance; or a rate. `{ heuristic: 1e-6 }` by default. Each
   * above 0.
   */
  firstStep?: { heuristic: number } | { distance: number } | { learningRate: number };
  /** Added to the sum of squared norms: at least 0, or a schedule. 1e-8 by default. */
  epsilon?: Hyperparameter;
}

export const DOG_OPTIONS = {
  ...COMMON_OPTIONS,
  learningRate: rate(1),
  firstStep: OTHER,
  epsilon: atLeast0(1e-8),
} satisfies Declarations<DogOptions>;

/**
 * DoG: SGD whose rate is the greatest distance from the start over the root of the sum of squared gradients.
 *
 * ```text
 * r = max(r, ||w - w_0||)               at first r = heuristic (1 + ||w_0||)
 * G = G + ||g||^2
 * u = -eta r / sqrt(G + epsilon) g
 * ```
 *
 * The norms are taken over all parameters together. No rate to tune: `learningRate` is a factor, 1 by default.
 *
 * State: `start` of the parameter's shape, and two scalars: 4 bytes a float32 parameter. Default rate 1.
 *
 * Elsewhere: PyTorch has none. Optax `contrib.dog`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { dog } from "./dog.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = dog({ firstStep: { distance: 0.1 } });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(7) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -0.1, 1e-8);
 * ```
 *
 * @see Ivgi, Hinder, Carmon: DoG is SGD's best friend: A parameter-free dynamic step size schedule, 2023, equation 1.
 */
export function dog(options: DogOptions = {}): Optimizer {
  const o = ruleOptions("dog", options, DOG_OPTIONS);
  const { firstStep = { heuristic: 1e-6 } } = o;
  const { kind, value } = firstStepOf(firstStep);
  const rule: Rule = {
    slots: (params) => ({
      ...slotsOf(params, { start: "param" }),
      distance: { shape: [], init: kind === "distance" ? value : 0 },
      squares: { shape: [], init: 0 },
    }),
    update(inputs) {
      const { params, state, at } = inputs;
      const grads = penalizedAll(inputs, o);
      const start = slot(state, "start", params);
      const moved = each(Object.keys(params), (p) => sub(start[p]!, params[p]!));
      let distance = max(state.distance!, sqrt(dot(moved, moved)));
      if (kind === "heuristic") distance = max(distance, mul(value, add(1, sqrt(dot(start, start)))));
      const squares = add(state.squares!, dot(grads, grads));
      const own = div(distance, sqrt(add(squares, inStep(at, "epsilon", o.epsilon))));
      const first = at("first", ({ t }) => (t === 1 ? 1 : 0));
      const rate = mul(
        at("rate", (s) => -s.learningRate),
        kind === "learningRate" ? where(first, value, own) : own,
      );
      return {
        updates: each(Object.keys(params), (p) => mul(rate, grads[p]!)),
        state: { ...asSlot("start", start), distance, squares },
      };
    },
  };
  return optimizer({
    name: "dog",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}

const FIRST_STEPS = ["heuristic", "distance", "learningRate"];

/**
 * Returns the kind and number of `firstStep`.
 *
 * @throws {RangeError} unless it has one of the three kinds and a number above 0.
 */
function firstStepOf(firstStep: NonNullable<DogOptions["firstStep"]>): { kind: string; value: number } {
  const [first, ...others] = Object.entries<number>(firstStep ?? {});
  if (first === undefined || others.length > 0 || !FIRST_STEPS.includes(first[0])) {
    const forms = FIRST_STEPS.map((k) => `{ ${k}: … }`).join(", ");
    const got = firstStep instanceof Object ? `{ ${Object.keys(firstStep).join(", ")} }` : String(firstStep);
    throw new RangeError(`firstStep must be one of ${forms}, got ${got}`);
  }
  const [kind, value] = first;
  checkNumber(`firstStep.${kind}`, value, "a finite number above 0");
  return { kind, value };
}

function penalizedAll(
  { grads, params, at }: RuleInputs,
  options: Filled<CommonOptions, typeof COMMON_OPTIONS>,
) {
  return each(
    Object.keys(params),
    (name) => penalized(grads[name]!, params[name]!, { ...options, at, name }),
  );
}

/** Options of {@linkcode dowg}. */
export interface DowgOptions extends CommonOptions {
  /** The first estimate of the squared distance to the solution: above 0. `epsilon` by default. */
  squaredDistance?: number;
  /** Added to the root: above 0, or a schedule. 1e-4 by default. */
  epsilon?: Hyperparameter;
}

export const DOWG_OPTIONS = {
  ...COMMON_OPTIONS,
  learningRate: rate(1),
  squaredDistance: open("a finite number above 0"),
  epsilon: above0(1e-4),
} satisfies Declarations<DowgOptions>;

/**
 * DoWG: DoG with gradients weighted by the distance at which they were taken.
 *
 * ```text
 * r = max(r, ||w - w_0||^2)
 * G = G + r ||g||^2
 * u = -eta r / (sqrt(G) + epsilon) g
 * ```
 *
 * State: `start` of the parameter's shape, and two scalars: 4 bytes a float32 parameter. Default rate 1.
 *
 * Elsewhere: PyTorch has none. Optax `contrib.dowg`: the same.
 *
 * @throws {RangeError} when an option is out of its range.
 *
 * @example
 * ```ts
 * import { dowg } from "./dog.ts";
 * import { assertAlmostEquals } from "@std/assert";
 * const opt = dowg({ squaredDistance: 0.25, epsilon: 1e-12 });
 * const params = { w: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(7) }, opt.init(params), params);
 * assertAlmostEquals(updates.w[0]!, -0.5, 1e-8);
 * ```
 *
 * @see Khaled, Mishchenko, Jin: DoWG unleashed: An efficient universal parameter-free gradient descent method, 2023, Algorithm 1.
 */
export function dowg(options: DowgOptions = {}): Optimizer {
  const o = ruleOptions("dowg", options, DOWG_OPTIONS);
  const { squaredDistance = valueAt(o.epsilon, 1) } = o;
  const rule: Rule = {
    slots: (params) => ({
      ...slotsOf(params, { start: "param" }),
      distance: { shape: [], init: squaredDistance },
      squares: { shape: [], init: 0 },
    }),
    update(inputs) {
      const { params, state, at } = inputs;
      const grads = penalizedAll(inputs, o);
      const start = slot(state, "start", params);
      const moved = each(Object.keys(params), (p) => sub(start[p]!, params[p]!));
      const distance = max(state.distance!, dot(moved, moved));
      const squares = add(state.squares!, mul(distance, dot(grads, grads)));
      const rate = mul(
        at("rate", (s) => -s.learningRate),
        div(distance, add(sqrt(squares), inStep(at, "epsilon", o.epsilon))),
      );
      return {
        updates: each(Object.keys(params), (p) => mul(rate, grads[p]!)),
        state: { ...asSlot("start", start), distance, squares },
      };
    },
  };
  return optimizer({
    name: "dowg",
    learningRate: o.learningRate,
    rule: decaying(rule, o),
    hyperparameters: o,
  });
}
