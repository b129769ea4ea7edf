/**
 * Optimisers: update rules with their settings.
 *
 * @module
 */
import { sizeOf, type Tensor, tensor } from "../onnx/mod.ts";
import { compileHost, type HostProgram } from "./host.ts";
import { checkLearningRate, type LearningRate } from "./options.ts";
import { checkMatches, elementsOf, inFormOf, type Param, specOf } from "./params.ts";
import type { ParamSpec, Rule } from "./rule.ts";
import type { OptimizerState } from "./state.ts";
import { type FullTrace, type Trace, traceRule } from "./trace.ts";

export type { Trace };

/** How an update on the host is told what gradients alone do not say. */
export interface UpdateOptions {
  /** A factor on the learning rate; 1 by default. */
  learningRateScale?: number;
  /** The loss at the parameters, for rules that need it, such as `polyak`. */
  value?: number;
  /** Estimates of the Hessian's diagonal, for rules that need them, such as `sophia`. */
  hessians?: Readonly<Record<string, Param>>;
}

/** An update rule with its settings, after Optax's protocol: pure functions, nothing changed in place. */
export interface Optimizer {
  /** The rule's name, such as `"adam"`. */
  readonly name: string;
  /** The rule itself, its learning rate included: what `chain` and other combinators take. */
  readonly rule: Rule;
  /** The learning rate by the number of updates done, to be read; `null` for a rule without one, such as a transform. */
  readonly learningRate: ((count: number) => number) | null;
  /** The state before the first update. @throws {TypeError} when a parameter is no float32 or float64 tensor. */
  init(params: Readonly<Record<string, Param>>): OptimizerState;
  /**
   * One update on the host.
   *
   * @param grads the gradients, of the names, types and shapes of the parameters
   * @param params the parameters
   * @returns what to add to the parameters, and the new state, all in new arrays
   * @throws {TypeError} when names, types or shapes differ, or the rule needs what the options lack.
   */
  update<R extends Readonly<Record<string, Param>>>(
    grads: Readonly<Record<string, Param>>,
    state: OptimizerState,
    params: R,
    options?: UpdateOptions,
  ): [updates: { [K in keyof R]: R[K] }, state: OptimizerState];
  /**
   * The parameters to evaluate at: averages where the rule keeps them (`averaged`, `asgd`, `lookahead`, the schedule-free
   * rules), else the parameters themselves.
   *
   * @throws {TypeError} when the state does not belong to the parameters.
   */
  evaluationParams<R extends Readonly<Record<string, Param>>>(
    params: R,
    state: OptimizerState,
  ): { [K in keyof R]: R[K] };
  /** The rule over parameters of known types and shapes, to be written into a graph. */
  trace(specs: Readonly<Record<string, ParamSpec>>): Trace;
}

/** What an optimiser is made of. */
export interface OptimizerParts {
  /** The rule's name. */
  name: string;
  /** The rule. */
  rule: Rule;
  /** What the rule's coefficients are told: a finite number of at least 0, or a schedule. 1 by default. */
  learningRate?: LearningRate;
  /** For rules around another: the optimiser whose learning rate is to be read as this one's. */
  like?: Pick<Optimizer, "learningRate"> | null;
}

/**
 * An optimiser from a rule: all that a rule of one's own needs.
 *
 * @throws {RangeError} for a bad learning rate.
 *
 * @example
 * ```ts
 * import { optimizer } from "./optimizer.ts";
 * import { perParameter } from "./rule.ts";
 * import { mul, tanh } from "./expr.ts";
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
export function optimizer({ name, rule, learningRate, like = null }: OptimizerParts): Optimizer {
  if (learningRate === undefined) return new RuleOptimizer(name, rule, like?.learningRate ?? null);
  checkLearningRate(learningRate);
  const rate = typeof learningRate === "function" ? learningRate : () => learningRate;
  return new RuleOptimizer(name, atRate(rule, rate), rate);
}

/** The same optimiser under another name. */
export function renamed(name: string, opt: Optimizer): Optimizer {
  return optimizer({ name, rule: opt.rule, like: opt });
}

/** The rule with its learning rate bound: what it is told from outside is a factor on it. */
function atRate(rule: Rule, rate: (count: number) => number): Rule {
  return {
    ...rule,
    update: (inputs) =>
      rule.update({
        ...inputs,
        at: (name, f) =>
          inputs.at(name, (s) => f({ ...s, learningRate: rate(s.t - 1) * s.learningRateScale })),
      }),
  };
}

interface Compiled {
  readonly trace: FullTrace;
  readonly host: HostProgram;
  readonly evaluation: HostProgram | null;
}

class RuleOptimizer implements Optimizer {
  readonly #compiled = new Map<string, Compiled>();

  constructor(
    readonly name: string,
    readonly rule: Rule,
    readonly learningRate: ((count: number) => number) | null,
  ) {}

  trace(specs: Readonly<Record<string, ParamSpec>>): Trace {
    return this.#compile(specs).trace;
  }

  init(params: Readonly<Record<string, Param>>): OptimizerState {
    const { trace } = this.#compile(specsOf(params));
    const slots = Object.entries(trace.slots).map(([name, slot]): [string, Tensor] => {
      const like = trace.state.find((s) => s.name === name)!.dtype;
      const data = like === "float64"
        ? new Float64Array(sizeOf(slot.shape))
        : new Float32Array(sizeOf(slot.shape));
      if (typeof slot.init === "number") data.fill(slot.init);
      else data.set(elementsOf(params[slot.init.param]!, slot.init.param));
      return [name, tensor(data, slot.shape)];
    });
    return { count: 0, slots: Object.fromEntries(slots) };
  }

  update<R extends Readonly<Record<string, Param>>>(
    grads: Readonly<Record<string, Param>>,
    state: OptimizerState,
    params: R,
    options: UpdateOptions = {},
  ): [updates: { [K in keyof R]: R[K] }, state: OptimizerState] {
    const specs = specsOf(params);
    checkMatches(grads, specs, "grads");
    const { trace, host } = this.#compile(specs);
    const slotSpecs = Object.fromEntries(trace.state.map((s) => [s.name, s]));
    checkMatches(state.slots, slotSpecs, "state");
    const arrays: Record<string, Float32Array | Float64Array> = {};
    for (const [n, p] of Object.entries(params)) arrays[`p/${n}`] = elementsOf(p, n);
    for (const [n, g] of Object.entries(grads)) arrays[`g/${n}`] = elementsOf(g, n);
    for (const [n, s] of Object.entries(state.slots)) arrays[`s/${n}`] = elementsOf(s, n);
    const numbers = Object.fromEntries(
      trace.coefficients.map((c) => [`c/${c.name}`, c.at(state.count, options)]),
    );
    if (trace.needs.value) {
      if (typeof options.value !== "number") throw new TypeError(`${this.name} needs the loss: { value }`);
      numbers.value = options.value;
    }
    if (trace.needs.hessians) {
      if (!options.hessians) throw new TypeError(`${this.name} needs the Hessian's diagonal: { hessians }`);
      checkMatches(options.hessians, specs, "hessians");
      for (const [n, h] of Object.entries(options.hessians)) arrays[`h/${n}`] = elementsOf(h, n);
    }
    for (const noise of trace.noises) arrays[`n/${noise.name}`] = noise.at(state.count);
    const out = host({
      arrays,
      numbers,
      allocate(output, length) {
        const name = output.slice(2);
        const { dtype } = output.startsWith("u/") ? specs[name]! : slotSpecs[name]!;
        return dtype === "float64" ? new Float64Array(length) : new Float32Array(length);
      },
    });
    const updates = Object.entries(params).map(([n, p]) => [n, inFormOf(p, out[`u/${n}`]!)]);
    const slots = trace.state.map((s) => [s.name, tensor(out[`s/${s.name}`]!, s.shape)]);
    return [
      Object.fromEntries(updates) as { [K in keyof R]: R[K] },
      { count: state.count + 1, slots: Object.fromEntries(slots) },
    ];
  }

  evaluationParams<R extends Readonly<Record<string, Param>>>(
    params: R,
    state: OptimizerState,
  ): { [K in keyof R]: R[K] } {
    const specs = specsOf(params);
    const { trace, evaluation } = this.#compile(specs);
    checkMatches(state.slots, Object.fromEntries(trace.state.map((s) => [s.name, s])), "state");
    if (evaluation === null) return params;
    const arrays: Record<string, Float32Array | Float64Array> = {};
    for (const [n, p] of Object.entries(params)) arrays[`p/${n}`] = elementsOf(p, n);
    for (const [n, s] of Object.entries(state.slots)) arrays[`s/${n}`] = elementsOf(s, n);
    const allocate = (output: string, length: number) =>
      specs[output.slice(2)]!.dtype === "float64" ? new Float64Array(length) : new Float32Array(length);
    const out = evaluation({ arrays, numbers: {}, allocate });
    const entries = Object.entries(params).map(([n, p]) => [n, inFormOf(p, out[`e/${n}`]!)]);
    return Object.fromEntries(entries) as { [K in keyof R]: R[K] };
  }

  #compile(specs: Readonly<Record<string, ParamSpec>>): Compiled {
    const key = JSON.stringify(Object.entries(specs).map(([n, s]) => [n, s.dtype, s.shape]));
    let compiled = this.#compiled.get(key);
    if (compiled === undefined) {
      const trace = traceRule(this.rule, specs);
      const numbers = new Set([...trace.coefficients.map((c) => `c/${c.name}`), "value"]);
      compiled = {
        trace,
        host: compileHost(trace.outputs, numbers),
        evaluation: trace.evaluation === null ? null : compileHost(trace.evaluation, new Set()),
      };
      this.#compiled.set(key, compiled);
    }
    return compiled;
  }
}

function specsOf(params: Readonly<Record<string, Param>>): Record<string, ParamSpec> {
  return Object.fromEntries(Object.entries(params).map(([n, p]) => [n, specOf(p, `params.${n}`)]));
}
