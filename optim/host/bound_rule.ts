/**
 * Runs a rule on the host, over parameters of known types and shapes.
 *
 * @module
 */
import { sizeOf, type Tensor } from "../../onnx/tensor/mod.ts";
import type { FloatArray } from "../float_array.ts";
import { type Trace, type TracedRule, traceRule } from "../graph/mod.ts";
import type { Expr, ParamSpec, Rule, RuleInput } from "../language/mod.ts";
import { matches } from "../matches.ts";
import { checkMatches, elementsOf, type Param, type Params, plainOrTensor } from "../params.ts";
import { checkRule, ofRule, type OptimizerState } from "../state.ts";
import type { StepOptions, UpdateOptions } from "../update_options.ts";
import { compileHost, type Held, type HostOutput, type HostProgram } from "./host.ts";
import { meanOverExamples } from "./examples.ts";
import type { Kind } from "./kernel.ts";

/** The inputs of an update. */
export interface UpdateInputs {
  /** The gradients. */
  readonly grads: Params;
  /** The state before. */
  readonly state: OptimizerState;
  /** The parameters. */
  readonly params: Params;
}

type Specs = Readonly<Record<string, ParamSpec>>;

type Read = (io: UpdateInputs, options: UpdateOptions) => Held;

/** A program, and where each of its inputs comes from. */
interface Wired {
  readonly program: HostProgram;
  readonly reads: readonly Read[];
  readonly values: Held[];
}

/** A rule, traced and compiled for the parameters' types and shapes. */
export class BoundRule {
  readonly #traced: TracedRule;
  readonly #names: readonly string[];
  readonly #slotNames: readonly string[];
  readonly #slotSpecs: Readonly<Record<string, ParamSpec>>;
  #update: Wired | null = null;
  #step: Wired | null = null;
  #donating: Wired | null = null;
  #example: Wired | null = null;
  #evaluation: Wired | null = null;
  #evaluationBuffers: Wired | null = null;
  readonly specs: Specs;
  readonly #buffers: Specs;
  readonly #bufferNames: readonly string[];
  readonly #name: string;
  readonly #kind: string;

  constructor(
    { name, kind, rule }: { name: string; kind: string; rule: Rule },
    { params, buffers }: { params: Specs; buffers: Specs },
  ) {
    this.#name = name;
    this.#kind = kind;
    this.#traced = traceRule(rule, { name, specs: params, buffers });
    this.specs = params;
    this.#names = Object.keys(params);
    this.#buffers = buffers;
    this.#bufferNames = Object.keys(buffers);
    this.#slotNames = this.trace.state.map((s) => s.name);
    this.#slotSpecs = Object.fromEntries(this.trace.state.map((s) => [s.name, s]));
  }

  /** The part of the rule that a graph needs. */
  get trace(): Trace {
    return this.#traced.trace;
  }

  /** Returns whether the rule is bound to exactly these names, types and shapes. */
  fits(params: Params, buffers: Params): boolean {
    return matches(params, this.#names, this.specs) && matches(buffers, this.#bufferNames, this.#buffers);
  }

  init(params: Params, buffers: Params): OptimizerState {
    const slots: Record<string, Tensor> = {};
    for (const { name, dtype, shape } of this.trace.state) {
      const { init } = this.#traced.slots[name]!;
      const data = dtype === "float64" ? new Float64Array(sizeOf(shape)) : new Float32Array(sizeOf(shape));
      if (typeof init === "number") data.fill(init);
      else data.set(elementsOf((params[init.param] ?? buffers[init.param])!, init.param));
      slots[name] = { dtype, shape, data };
    }
    return ofRule(this.#kind, { count: 0, slots });
  }

  update(io: UpdateInputs, options: UpdateOptions): [Record<string, Param>, OptimizerState] {
    const { updates } = this.#traced;
    return this.#run(
      this.#update ??= this.#wire([...this.#perParam(updates), ...this.#slots()]),
      io,
      options,
    );
  }

  step(io: UpdateInputs, options: StepOptions): [Record<string, Param>, OptimizerState] {
    const { params } = this.#traced;
    if (!options.donate) {
      return this.#run(this.#step ??= this.#wire([...this.#perParam(params), ...this.#slots()]), io, options);
    }
    const wired = this.#donating ??= this.#wire([
      ...this.#perParam(params).map((o, i): HostOutput => ({
        ...o,
        over: { kind: "parameter", name: this.#names[i]! },
      })),
      ...this.#slots().map((o, i): HostOutput => ({
        ...o,
        over: { kind: "slot", name: this.#slotNames[i]! },
      })),
    ]);
    return this.#run(wired, io, options);
  }

  evaluationParams(params: Params, state: OptimizerState): Params {
    this.#checkState(state);
    const { evaluation } = this.#traced;
    if (evaluation === null) return params;
    const wired = this.#evaluation ??= this.#wire(this.#perParam(evaluation));
    return this.#params(wired, this.#compute(wired, { grads: params, state, params }, {}), params);
  }

  evaluationBuffers(buffers: Params, state: OptimizerState): Params {
    if (!matches(state.slots, this.#slotNames, this.#slotSpecs)) {
      checkMatches(state.slots, this.#slotSpecs, "state");
    }
    const { evaluationBuffers } = this.#traced;
    if (evaluationBuffers === null) return buffers;
    const wired = this.#evaluationBuffers ??= this.#wire(
      evaluationBuffers.map((expr, i) => ({ expr, kind: floatKind(this.#buffers[this.#bufferNames[i]!]!) })),
    );
    const out = this.#compute(wired, { grads: {}, state, params: {} }, { buffers });
    wired.values.fill(0);
    return Object.fromEntries(this.#bufferNames.map((n, i) => [n, plainOrTensor(buffers[n]!, out[i]!)]));
  }

  #run(
    wired: Wired,
    given: UpdateInputs,
    options: UpdateOptions,
  ): [Record<string, Param>, OptimizerState] {
    const { eachExample } = this.#traced;
    if (eachExample === null) return this.#runOn(wired, given, options);
    const { grads, examples } = this.#overExamples(eachExample, given, options);
    return this.#runOn(wired, { ...given, grads }, { ...options, examples });
  }

  /** Returns the mean over examples of what replaces the gradients of each, and how many there are. */
  #overExamples(eachExample: readonly Expr[], io: UpdateInputs, options: UpdateOptions) {
    this.#checkState(io.state);
    const wired = this.#example ??= this.#wire(
      eachExample.map((expr): HostOutput => ({ expr, kind: "float64" })),
    );
    const of = { specs: this.specs, name: this.#name, examples: options.examples };
    const result = meanOverExamples(
      io.grads,
      of,
      (grads, examples) => this.#compute(wired, { ...io, grads }, { ...options, examples }),
    );
    wired.values.fill(0);
    return result;
  }

  #runOn(wired: Wired, io: UpdateInputs, options: UpdateOptions): [Record<string, Param>, OptimizerState] {
    const { grads, state, params } = io;
    if (!matches(grads, this.#names, this.specs)) checkMatches(grads, this.specs, "grads");
    this.#checkState(state);
    const out = this.#compute(wired, io, options);
    const slots: Record<string, Tensor> = {};
    const offset = this.#names.length;
    const { state: specs } = this.trace;
    for (let i = 0; i < specs.length; i++) {
      const { name, dtype, shape } = specs[i]!;
      slots[name] = { dtype, shape, data: out[offset + i]! };
    }
    const { counter } = this.trace;
    const count = counter === null ? state.count + 1 : Number(slots[counter]!.data[0]);
    return [this.#params(wired, out, params), ofRule(this.#kind, { count, slots })];
  }

  #checkState(state: OptimizerState): void {
    checkRule(state, { name: this.#name, kind: this.#kind });
    if (matches(state.slots, this.#slotNames, this.#slotSpecs)) return;
    checkMatches(state.slots, this.#slotSpecs, "state", `the state of ${this.#name} for these parameters`);
  }

  #compute({ program, reads, values }: Wired, io: UpdateInputs, options: UpdateOptions): FloatArray[] {
    for (let i = 0; i < reads.length; i++) values[i] = reads[i]!(io, options);
    return program.run(values);
  }

  /** The first results, in the form that the parameters have. */
  #params({ values }: Wired, out: readonly FloatArray[], like: Params): Record<string, Param> {
    values.fill(0);
    const result: Record<string, Param> = {};
    for (let i = 0; i < this.#names.length; i++) {
      const name = this.#names[i]!;
      result[name] = plainOrTensor(like[name]!, out[i]!);
    }
    return result;
  }

  /** Returns results of the parameters' types. */
  #perParam(exprs: readonly Expr[]): HostOutput[] {
    return exprs.map((expr, i) => ({ expr, kind: floatKind(this.specs[this.#names[i]!]!) }));
  }

  /** Returns the new slots as results. */
  #slots(): HostOutput[] {
    return this.#traced.state.map((expr, i) => ({ expr, kind: floatKind(this.trace.state[i]!) }));
  }

  #wire(outputs: readonly HostOutput[]): Wired {
    const program = compileHost(outputs, (input) => this.#kindOf(input));
    return { program, reads: program.inputs.map((input) => this.#read(input)), values: [] };
  }

  /** Returns what an input holds. */
  #kindOf(input: RuleInput): Kind {
    switch (input.kind) {
      case "loss":
      case "coefficient":
        return "number";
      case "noise":
        return "float32";
      case "slot":
        return floatKind(this.#slotSpecs[input.name]!);
      case "factor":
        // Either type is read; double keeps what the caller computed.
        return "float64";
      case "buffer":
        return floatKind(this.#buffers[input.name]!);
      default:
        return floatKind(this.specs[input.name]!);
    }
  }

  /** Returns the function that reads an input at each call. */
  #read(input: RuleInput): Read {
    if (input.kind === "loss") return (_, options) => this.#value(options);
    const { kind, name } = input;
    switch (kind) {
      case "parameter":
        return ({ params }) => elementsOf(params[name]!, name);
      case "gradient":
        return ({ grads }) => elementsOf(grads[name]!, name);
      case "slot":
        return ({ state }) => state.slots[name]!.data as FloatArray;
      case "hessian":
        return (_, options) => this.#hessian(name, options);
      case "factor":
        return (_, options) => this.#factor(name, options);
      case "buffer":
        return (_, { buffers }) => elementsOf(buffers![name]!, name);
      case "noise": {
        const noise = this.trace.noises.find((n) => n.name === name)!;
        return ({ state }) => noise.at(countOf(state, noise));
      }
      case "coefficient": {
        const coefficient = this.trace.coefficients.find((c) => c.name === name)!;
        return ({ state }, options) => coefficient.at(countOf(state, coefficient), options);
      }
    }
  }

  #value({ value }: UpdateOptions): number {
    if (typeof value !== "number") throw new TypeError(`${this.#name} needs the loss: { value }`);
    return value;
  }

  #factor(name: string, { factors }: UpdateOptions): FloatArray {
    const { size } = this.trace.needs.factors.find((f) => f.name === name)!;
    const given = factors?.[name];
    if (given === undefined) {
      throw new TypeError(
        `${this.#name} needs moments of the layers: { factors } with '${name}', ${size} x ${size}`,
      );
    }
    const elements = elementsOf(given, `factors.${name}`);
    if (elements.length === size * size) return Float64Array.from(elements);
    throw new TypeError(
      `factors.${name} must have ${size} x ${size} elements, got ${elements.length}`,
    );
  }

  #hessian(name: string, { hessians }: UpdateOptions): FloatArray {
    if (!hessians) throw new TypeError(`${this.#name} needs the Hessian's diagonal: { hessians }`);
    if (!matches(hessians, this.#names, this.specs)) checkMatches(hessians, this.specs, "hessians");
    return elementsOf(hessians[name]!, name);
  }
}

function floatKind({ dtype }: ParamSpec): "float32" | "float64" {
  return dtype === "float64" ? "float64" : "float32";
}

/** Returns the number of updates done, by the optimizer's own count or by a clock. */
function countOf(state: OptimizerState, { clock }: { clock: string | null }): number {
  return clock === null ? state.count : Number(state.slots[clock]!.data[0]);
}
