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

/** An update rule with its settings, after Optax's protocol: pure functions, nothing changed in place. */
export interface Optimizer {
  /** The rule's name, such as `"adam"`. */
  readonly name: string;
  /** The state before the first update. @throws {TypeError} when a parameter is no float32 or float64 tensor. */
  init(params: Readonly<Record<string, Param>>): OptimizerState;
  /**
   * One update on the host.
   *
   * @param grads the gradients, of the names, types and shapes of the parameters
   * @param params the parameters
   * @param options.learningRateScale a factor on the learning rate; 1 by default
   * @returns what to add to the parameters, and the new state, all in new arrays
   * @throws {TypeError} when names, types or shapes differ.
   */
  update<R extends Readonly<Record<string, Param>>>(
    grads: Readonly<Record<string, Param>>,
    state: OptimizerState,
    params: R,
    options?: { learningRateScale?: number },
  ): [updates: { [K in keyof R]: R[K] }, state: OptimizerState];
  /** The rule over parameters of known types and shapes, to be written into a graph. */
  trace(specs: Readonly<Record<string, ParamSpec>>): Trace;
}

/** An optimiser from a rule: all that a rule of one's own needs. @throws {RangeError} for a bad learning rate. */
export function optimizer(options: { name: string; learningRate: LearningRate; rule: Rule }): Optimizer {
  checkLearningRate(options.learningRate);
  return new RuleOptimizer(options);
}

interface Compiled {
  readonly trace: FullTrace;
  readonly host: HostProgram;
}

class RuleOptimizer implements Optimizer {
  readonly name: string;
  readonly #options: { name: string; learningRate: LearningRate; rule: Rule };
  readonly #compiled = new Map<string, Compiled>();

  constructor(options: { name: string; learningRate: LearningRate; rule: Rule }) {
    this.name = options.name;
    this.#options = options;
  }

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
    options: { learningRateScale?: number } = {},
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
    const out = host({
      arrays,
      numbers: Object.fromEntries(trace.coefficients.map((c) => [`c/${c.name}`, c.at(state.count, options)])),
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

  #compile(specs: Readonly<Record<string, ParamSpec>>): Compiled {
    const key = JSON.stringify(Object.entries(specs).map(([n, s]) => [n, s.dtype, s.shape]));
    let compiled = this.#compiled.get(key);
    if (compiled === undefined) {
      const trace = traceRule(this.#options.rule, { specs, learningRate: this.#options.learningRate });
      const numbers = new Set(trace.coefficients.map((c) => `c/${c.name}`));
      compiled = { trace, host: compileHost(trace.outputs, numbers) };
      this.#compiled.set(key, compiled);
    }
    return compiled;
  }
}

function specsOf(params: Readonly<Record<string, Param>>): Record<string, ParamSpec> {
  return Object.fromEntries(Object.entries(params).map(([n, p]) => [n, specOf(p, `params.${n}`)]));
}
