/**
 * A rule over parameters of known types and shapes, on the host.
 *
 * @module
 */
import { sizeOf } from "../../onnx/tensor/mod.ts";
import type { Tensor } from "../../onnx/mod.ts";
import { compileHost, type FloatArray, type Held, type HostProgram } from "./host.ts";
import type { Kind } from "./kernel.ts";
import type { StepOptions, UpdateOptions } from "../optimizer.ts";
import { checkMatches, elementsOf, type Param, type Params, plainOrTensor } from "../params.ts";
import type { ParamSpec, Rule } from "../language/mod.ts";
import { checkRule, ofRule, type OptimizerState } from "../state.ts";
import { type FullTrace, traceRule } from "../graph/mod.ts";

/** What an update is made of. */
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
  readonly trace: FullTrace;
  readonly #names: readonly string[];
  readonly #slotNames: readonly string[];
  readonly #slotSpecs: Readonly<Record<string, ParamSpec>>;
  #update: Wired | null = null;
  #step: Wired | null = null;
  #donating: Wired | null = null;
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
    this.trace = traceRule(rule, { name, specs: params, buffers });
    this.specs = params;
    this.#names = Object.keys(params);
    this.#buffers = buffers;
    this.#bufferNames = Object.keys(buffers);
    this.#slotNames = this.trace.state.map((s) => s.name);
    this.#slotSpecs = Object.fromEntries(this.trace.state.map((s) => [s.name, s]));
  }

  /** Returns whether the rule is bound to exactly these names, types and shapes. */
  fits(params: Params, buffers: Params): boolean {
    return matches(params, this.#names, this.specs) && matches(buffers, this.#bufferNames, this.#buffers);
  }

  init(params: Params, buffers: Params): OptimizerState {
    const slots: Record<string, Tensor> = {};
    for (const { name, dtype, shape } of this.trace.state) {
      const { init } = this.trace.slots[name]!;
      const data = dtype === "float64" ? new Float64Array(sizeOf(shape)) : new Float32Array(sizeOf(shape));
      if (typeof init === "number") data.fill(init);
      else data.set(elementsOf((params[init.param] ?? buffers[init.param])!, init.param));
      slots[name] = { dtype, shape, data };
    }
    return ofRule(this.#kind, { count: 0, slots });
  }

  update(io: UpdateInputs, options: UpdateOptions): [Record<string, Param>, OptimizerState] {
    return this.#run(this.#update ??= this.#wire(this.trace.outputs), io, options);
  }

  step(io: UpdateInputs, options: StepOptions): [Record<string, Param>, OptimizerState] {
    const { applied } = this.trace;
    if (!options.donate) return this.#run(this.#step ??= this.#wire(applied), io, options);
    const over = (output: string) => output.startsWith("w/") ? `p/${output.slice(2)}` : output;
    return this.#run(this.#donating ??= this.#wire(applied, over), io, options);
  }

  evaluationParams(params: Params, state: OptimizerState): Params {
    this.#checkState(state);
    if (this.trace.evaluation === null) return params;
    const wired = this.#evaluation ??= this.#wire(this.trace.evaluation);
    return this.#params(wired, this.#compute(wired, { grads: params, state, params }, {}), params);
  }

  evaluationBuffers(buffers: Params, state: OptimizerState): Params {
    if (!matches(state.slots, this.#slotNames, this.#slotSpecs)) {
      checkMatches(state.slots, this.#slotSpecs, "state");
    }
    if (this.trace.evaluationBuffers === null) return buffers;
    const wired = this.#evaluationBuffers ??= this.#wire(this.trace.evaluationBuffers);
    const out = this.#compute(wired, { grads: {}, state, params: {} }, { buffers });
    wired.values.fill(0);
    return Object.fromEntries(this.#bufferNames.map((n, i) => [n, plainOrTensor(buffers[n]!, out[i]!)]));
  }

  #run(wired: Wired, io: UpdateInputs, options: UpdateOptions): [Record<string, Param>, OptimizerState] {
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

  #wire(outputs: FullTrace["outputs"], over?: (output: string) => string): Wired {
    const program = compileHost(outputs, { kindOf: (name) => this.#kindOf(name), ...(over ? { over } : {}) });
    return { program, reads: program.inputs.map((input) => this.#read(input)), values: [] };
  }

  /** What an input or a result holds; see `traceRule` for their names. */
  #kindOf(name: string): Kind {
    const [kind, own] = [name[0]!, name.slice(2)];
    if (name === "value" || kind === "c") return "number";
    if (kind === "n") return "float32";
    const spec = kind === "s" ? this.#slotSpecs[own] : this.specs[own] ?? this.#buffers[own];
    return spec!.dtype === "float64" ? "float64" : "float32";
  }

  #read(input: string): Read {
    const name = input.slice(2);
    if (input === "value") return (_, options) => this.#value(options);
    switch (input[0]) {
      case "p":
        return ({ params }) => elementsOf(params[name]!, name);
      case "g":
        return ({ grads }) => elementsOf(grads[name]!, name);
      case "s":
        return ({ state }) => state.slots[name]!.data as FloatArray;
      case "h":
        return (_, options) => this.#hessian(name, options);
      case "b":
        return (_, { buffers }) => elementsOf(buffers![name]!, name);
      case "n": {
        const noise = this.trace.noises.find((n) => n.name === name)!;
        return ({ state }) => noise.at(countOf(state, noise));
      }
      default: {
        const coefficient = this.trace.coefficients.find((c) => c.name === name)!;
        return ({ state }, options) => coefficient.at(countOf(state, coefficient), options);
      }
    }
  }

  #value({ value }: UpdateOptions): number {
    if (typeof value !== "number") throw new TypeError(`${this.#name} needs the loss: { value }`);
    return value;
  }

  #hessian(name: string, { hessians }: UpdateOptions): FloatArray {
    if (!hessians) throw new TypeError(`${this.#name} needs the Hessian's diagonal: { hessians }`);
    if (!matches(hessians, this.#names, this.specs)) checkMatches(hessians, this.specs, "hessians");
    return elementsOf(hessians[name]!, name);
  }
}

/** Returns the number of updates done, by the optimizer's own count or by a clock. */
function countOf(state: OptimizerState, { clock }: { clock: string | null }): number {
  return clock === null ? state.count : Number(state.slots[clock]!.data[0]);
}

/** Whether a record has just these names, each with its type and shape: what `checkMatches` says in words. */
function matches(
  record: Params | undefined,
  names: readonly string[],
  specs: Readonly<Record<string, ParamSpec>>,
): boolean {
  if (typeof record !== "object" || record === null) return false;
  let count = 0;
  for (const _ in record) count++;
  if (count !== names.length) return false;
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    if (!Object.hasOwn(record, name) || !hasSpec(record[name]!, specs[name]!)) return false;
  }
  return true;
}

function hasSpec(p: Param, { dtype, shape }: ParamSpec): boolean {
  if (p instanceof Float64Array || p instanceof Float32Array) {
    return shape.length === 1 && shape[0] === p.length &&
      dtype === (p instanceof Float64Array ? "float64" : "float32");
  }
  if (p?.shape === shape) return p.dtype === dtype;
  if (p?.dtype !== dtype || p.shape.length !== shape.length) return false;
  for (let i = 0; i < shape.length; i++) if (p.shape[i] !== shape[i]) return false;
  return true;
}
