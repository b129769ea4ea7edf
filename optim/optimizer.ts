/**
 * Optimizers: update rules with their settings.
 *
 * @module
 */
import { checkOptions, type OptionNames } from "../options/mod.ts";
import { BoundRule } from "./host/mod.ts";
import { checkOption, type LearningRate, scheduled } from "./options.ts";
import { type Param, type Params, specOf } from "./params.ts";
import type { ParamSpec, Rule } from "./language/mod.ts";
import type { OptimizerState } from "./state.ts";
import type { Trace } from "./graph/mod.ts";

export type { Trace };

/** How an update on the host is told what gradients alone do not say. */
export interface UpdateOptions {
  /** A factor on the learning rate; 1 by default. */
  learningRateScale?: number;
  /** The loss at the parameters, for rules that need it, such as `polyak`. */
  value?: number;
  /** Estimates of the Hessian's diagonal, for rules that need them, such as `sophia`. */
  hessians?: Readonly<Record<string, Param>>;
  /** The number of examples that the gradients average over, for rules that weigh by it, such as `multiSteps`; 1 by default. */
  examples?: number;
  /** The running statistics after the step, for rules that average them: the same names that `init` was given. */
  buffers?: Readonly<Record<string, Param>>;
}

const UPDATE_OPTIONS = {
  learningRateScale: false,
  value: false,
  hessians: false,
  examples: false,
  buffers: false,
} satisfies OptionNames<UpdateOptions>;

/** How a step on the host is told more. */
export interface StepOptions extends UpdateOptions {
  /**
   * Whether the arrays of the parameters and of the state are given up: results are written over them where the rule lets
   * them be, so that a step allocates nothing. `false` by default.
   */
  donate?: boolean;
}

const STEP_OPTIONS = { ...UPDATE_OPTIONS, donate: "flag" } satisfies OptionNames<StepOptions>;

/** An update rule with its settings, after Optax's protocol: pure functions, nothing changed in place. */
export interface Optimizer {
  /** The rule's name, such as `"adam"`. */
  readonly name: string;
  /** The rule itself, its learning rate included: what `chain` and other combinators take. */
  readonly rule: Rule;
  /** The learning rate by the number of updates done, to be read; `null` for a rule without one, such as a transform. */
  readonly learningRate: ((count: number) => number) | null;
  /**
   * Returns the state before the first update.
   *
   * @param params the parameters
   * @param buffers running statistics of batch normalizations, for rules that average them; none by default
   * @throws {TypeError} when a parameter is no float32 or float64 tensor.
   */
  init(params: Readonly<Record<string, Param>>, buffers?: Readonly<Record<string, Param>>): OptimizerState;
  /**
   * One update on the host.
   *
   * @param grads the gradients, of the names, types and shapes of the parameters
   * @param params the parameters
   * @returns what to add to the parameters, and the new state, all in new arrays
   * @throws {TypeError} when names, types or shapes differ, the state belongs to another rule, or an option that the
   * rule needs is missing
   * @throws {RangeError} when a schedule returns a value out of its range (the message names both and the step), or an
   * option is unknown.
   */
  update<R extends Readonly<Record<string, Param>>>(
    grads: Readonly<Record<string, Param>>,
    state: OptimizerState,
    params: R,
    options?: UpdateOptions,
  ): [updates: { [K in keyof R]: R[K] }, state: OptimizerState];
  /**
   * One update on the host and its application in one: `applyUpdates(params, updates)` and the new state. It reads and writes
   * every number once, and does not round an update before it is added.
   *
   * @returns the new parameters and the new state, in new arrays but for `donate`
   * @throws {TypeError} as `update` does.
   */
  step<R extends Readonly<Record<string, Param>>>(
    grads: Readonly<Record<string, Param>>,
    state: OptimizerState,
    params: R,
    options?: StepOptions,
  ): [params: { [K in keyof R]: R[K] }, state: OptimizerState];
  /**
   * The parameters to evaluate at: averages where the rule keeps them (`averaged`, `asgd`, `lookahead`, the schedule-free
   * rules), else the parameters themselves.
   *
   * @param buffers the running statistics that `init` was given; none by default
   * @throws {TypeError} when the state does not belong to the parameters.
   */
  evaluationParams<R extends Readonly<Record<string, Param>>>(
    params: R,
    state: OptimizerState,
    buffers?: Readonly<Record<string, Param>>,
  ): { [K in keyof R]: R[K] };
  /**
   * Returns the running statistics of batch normalizations to evaluate with: averages if the rule keeps them
   * (`averaged` with `useBuffers`), else the given ones. For other averages of parameters they must be computed from
   * data, as `fit` does.
   *
   * @throws {TypeError} when the state does not belong to the parameters.
   */
  evaluationBuffers<R extends Readonly<Record<string, Param>>>(
    params: Readonly<Record<string, Param>>,
    state: OptimizerState,
    buffers: R,
  ): { [K in keyof R]: R[K] };
  /**
   * Returns the rule for parameters of known types and shapes, to be written into a graph.
   *
   * @param buffers types and shapes of the running statistics, for rules that average them; none by default
   */
  trace(
    specs: Readonly<Record<string, ParamSpec>>,
    buffers?: Readonly<Record<string, ParamSpec>>,
  ): Trace;
}

/** What an optimizer is made of. */
export interface OptimizerParts {
  /** The rule's name. */
  name: string;
  /** The rule. */
  rule: Rule;
  /** What the rule's coefficients are told: a finite number of at least 0, or a schedule. 1 by default. */
  learningRate?: LearningRate;
  /** For rules around another: the optimizer whose learning rate is to be read as this one's. */
  like?: Pick<Optimizer, "learningRate"> | null;
}

const PARTS = { name: true, rule: true, learningRate: false, like: false } satisfies OptionNames<
  OptimizerParts
>;

/**
 * An optimizer from a rule: all that a rule of one's own needs.
 *
 * @throws {RangeError} for a bad learning rate.
 *
 * @example
 * ```ts
 * import { optimizer } from "./optimizer.ts";
 * import { perParameter } from "./language/rule.ts";
 * import { mul, tanh } from "./language/expr.ts";
 * import { assertEquals } from "@std/assert";
 * const soft = optimizer({
 *   name: "soft",
 *   learningRate: 0.5,
 *   rule: perParameter({}, ({ g }, at) => ({ u: mul(at("rate", (s) => -s.learningRate), tanh(g)) })),
 * });
 * const params = { w: Float64Array.of(0) };
 * assertEquals(soft.update({ w: Float64Array.of(1e9) }, soft.init(params), params)[0].w[0], -0.5);
 * ```
 */
export function optimizer(parts: OptimizerParts): Optimizer {
  checkOptions("optimizer", parts, PARTS);
  const { name, rule, learningRate, like = null } = parts;
  if (typeof rule?.slots !== "function" || typeof rule.update !== "function") {
    throw new TypeError(
      `optimizer: the rule of ${name} must have the functions slots and update, as perParameter gives`,
    );
  }
  if (learningRate === undefined) return new RuleOptimizer(name, rule, like?.learningRate ?? null);
  const rate = scheduled(`${name}: learningRate`, learningRate, "a finite number of at least 0");
  return new RuleOptimizer(name, atRate(rule, rate), rate);
}

/** Returns the same optimizer under another name; each accepts the other's states. */
export function renamed(name: string, opt: Optimizer): Optimizer {
  return new RuleOptimizer(name, opt.rule, opt.learningRate, kindOf(opt));
}

/** Returns the kind of rule that an optimizer's states belong to: its name, or that of the optimizer that it renames. */
export function kindOf(opt: Optimizer): string {
  return opt instanceof RuleOptimizer ? opt.kind : opt.name;
}

/**
 * Checks that a value is an optimizer.
 *
 * @param what the function and its argument, for the message
 * @throws {TypeError} saying what it is instead, and how to make one.
 */
export function checkOptimizer(what: string, value: unknown): asserts value is Optimizer {
  const given = value as Partial<Optimizer> | null | undefined;
  if (typeof given?.trace === "function" && typeof given.rule?.update === "function") return;
  const got = Array.isArray(value)
    ? "an array"
    : typeof value === "function"
    ? `the function ${value.name || "without a name"}: call it, ${value.name}()`
    : typeof value === "string"
    ? `"${value}"`
    : typeof value === "object" && value !== null
    ? `an object of ${Object.keys(value).join(", ") || "nothing"}`
    : String(value);
  throw new TypeError(`${what} must be an optimizer, such as adam(), got ${got}`);
}

/** The rule with its learning rate bound: what it is told from outside is a factor on it. */
function atRate(rule: Rule, rate: (count: number) => number): Rule {
  return {
    ...rule,
    update: (inputs) =>
      rule.update({
        ...inputs,
        at: (name, f, clock) =>
          inputs.at(name, (s) => f({ ...s, learningRate: rate(s.t - 1) * s.learningRateScale }), clock),
      }),
  };
}

function checkNumbers({ learningRateScale = 1, examples = 1 }: UpdateOptions): void {
  checkOption("learningRateScale", learningRateScale, "a finite number of at least 0");
  checkOption("examples", examples, "a finite number above 0");
}

class RuleOptimizer implements Optimizer {
  readonly #bound = new Map<string, BoundRule>();
  #last: BoundRule | null = null;

  constructor(
    readonly name: string,
    readonly rule: Rule,
    readonly learningRate: ((count: number) => number) | null,
    readonly kind: string = name,
  ) {}

  trace(
    specs: Readonly<Record<string, ParamSpec>>,
    buffers: Readonly<Record<string, ParamSpec>> = {},
  ): Trace {
    return this.#bind(specs, buffers).trace;
  }

  init(params: Readonly<Record<string, Param>>, buffers: Params = {}): OptimizerState {
    return this.#for(params, buffers).init(params, buffers);
  }

  update<R extends Readonly<Record<string, Param>>>(
    grads: Readonly<Record<string, Param>>,
    state: OptimizerState,
    params: R,
    options: UpdateOptions = {},
  ): [updates: { [K in keyof R]: R[K] }, state: OptimizerState] {
    checkOptions(`${this.name}: update`, options, UPDATE_OPTIONS);
    checkNumbers(options);
    const [updates, next] = this.#for(params, options.buffers).update({ grads, state, params }, options);
    return [updates as { [K in keyof R]: R[K] }, next];
  }

  step<R extends Readonly<Record<string, Param>>>(
    grads: Readonly<Record<string, Param>>,
    state: OptimizerState,
    params: R,
    options: StepOptions = {},
  ): [params: { [K in keyof R]: R[K] }, state: OptimizerState] {
    checkOptions(`${this.name}: step`, options, STEP_OPTIONS);
    checkNumbers(options);
    const [after, next] = this.#for(params, options.buffers).step({ grads, state, params }, options);
    return [after as { [K in keyof R]: R[K] }, next];
  }

  evaluationParams<R extends Readonly<Record<string, Param>>>(
    params: R,
    state: OptimizerState,
    buffers: Params = {},
  ): { [K in keyof R]: R[K] } {
    return this.#for(params, buffers).evaluationParams(params, state) as { [K in keyof R]: R[K] };
  }

  evaluationBuffers<R extends Readonly<Record<string, Param>>>(
    params: Readonly<Record<string, Param>>,
    state: OptimizerState,
    buffers: R,
  ): { [K in keyof R]: R[K] } {
    return this.#for(params, buffers).evaluationBuffers(buffers, state) as { [K in keyof R]: R[K] };
  }

  /** The rule for these parameters; as a rule those of the call before. */
  #for(params: Params, buffers: Params = {}): BoundRule {
    if (typeof params !== "object" || params === null) {
      throw new TypeError(
        `${this.name} needs the parameters, by name: init(params), update(grads, state, params), got ${
          String(params)
        }`,
      );
    }
    if (this.#last !== null && this.#last.fits(params, buffers)) return this.#last;
    const specs = (record: Params, what: string) =>
      Object.fromEntries(Object.entries(record).map(([n, p]) => [n, specOf(p, `${what}.${n}`)]));
    return this.#bind(specs(params, "params"), specs(buffers, "buffers"));
  }

  #bind(specs: Readonly<Record<string, ParamSpec>>, buffers: Readonly<Record<string, ParamSpec>>): BoundRule {
    const key = JSON.stringify(
      [specs, buffers].map((of) => Object.entries(of).map(([n, s]) => [n, s.dtype, s.shape])),
    );
    let bound = this.#bound.get(key);
    if (bound === undefined) {
      bound = new BoundRule(this, { params: specs, buffers });
      this.#bound.set(key, bound);
    }
    return this.#last = bound;
  }
}
