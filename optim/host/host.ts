/**
 * Compiles expressions to loops over typed arrays: how the host runs a rule.
 *
 * Expressions of one shape become one loop; what is the same for all elements is computed once before it. A sum over all
 * elements is gathered in the loop that computes what is summed. Arithmetic is double; results are rounded where they
 * are stored. A run goes through a list of instructions over numbered registers, decided when the rule is compiled.
 *
 * @module
 */
import { sizeOf } from "../../onnx/tensor/mod.ts";
import type { FloatArray } from "../float_array.ts";
import { type Expr, inputKey, intern, type RuleInput } from "../language/mod.ts";
import { gatherOn, reduceAllOn, reduceOn, sourcesOf } from "./array_ops.ts";
import { FORMULAS, kernel, type KernelSource, type Kind } from "./kernel.ts";
import { argsOf, BARRIERS, equalShapes, groupsOf, isTotal, type Plan, planOf, storedOf } from "./plan.ts";

/** The value of a node at run time: one number, or an array. */
export type Held = number | FloatArray;

/** A result to compute. */
export interface HostOutput {
  /** The expression that computes it. */
  readonly expr: Expr;
  /** The type of its array. */
  readonly kind: "float32" | "float64";
  /** The input whose array it may be written over, once that is read for the last time. */
  readonly over?: RuleInput;
}

/** A compiled set of expressions. */
export interface HostProgram {
  /** The inputs, in the order in which `run` takes them. */
  readonly inputs: readonly RuleInput[];
  /** Computes the results, in their order: new arrays, except those written over an input. */
  run(values: readonly Held[]): FloatArray[];
}

type Instruction = (r: unknown[]) => void;

/** Compiles expressions. @param kindOf what an input holds */
export function compileHost(
  outputs: readonly HostOutput[],
  kindOf: (input: RuleInput) => Kind,
): HostProgram {
  return new Compiler(outputs, kindOf).program();
}

/** A loop that is still to be compiled: what it writes over is known when all is laid out. */
interface Loop {
  readonly source: KernelSource;
  /** The nodes that it reads as they are, by operand; `null` for one that is brought to its shape first. */
  readonly direct: readonly (Expr | null)[];
  readonly outputs: readonly Expr[];
  readonly sums: readonly Expr[];
  /** The registers of its operands. */
  readonly places: readonly number[];
  readonly length: number;
  /** The instruction that it is. */
  readonly at: number;
}

class Compiler {
  readonly #nodes: readonly Expr[];
  readonly #results: readonly HostOutput[];
  readonly #plans: ReadonlyMap<Expr, Plan>;
  readonly #stored: ReadonlySet<Expr>;
  /** The first result that each node is. */
  readonly #resultOf = new Map<Expr, HostOutput>();
  readonly #places = new Map<Expr, number>();
  readonly #instructions: Instruction[] = [];
  /** For each node, the last instruction that reads it. */
  readonly #lastRead = new Map<Expr, number>();
  readonly #loops: Loop[] = [];
  readonly #registers: unknown[] = [];

  constructor(outputs: readonly HostOutput[], readonly inputKind: (input: RuleInput) => Kind) {
    const interned = intern(outputs.map((o) => o.expr));
    this.#nodes = interned.nodes;
    this.#results = outputs.map((o, i) => ({ ...o, expr: interned.outputs[i]! }));
    this.#plans = planOf(this.#nodes, (input) => inputKind(input) === "number");
    this.#stored = storedOf(this.#nodes, { plans: this.#plans, results: interned.outputs });
    for (const result of this.#results) {
      if (!this.#resultOf.has(result.expr)) this.#resultOf.set(result.expr, result);
    }
    for (const n of this.#nodes) {
      this.#places.set(n, this.#register(n.op === "constant" ? n.value : undefined));
    }
  }

  program(): HostProgram {
    const stages = Math.max(0, ...[...this.#plans.values()].map((p) => p.stage));
    for (let stage = 0; stage <= stages; stage++) {
      const here = this.#nodes.filter((n) => this.#plans.get(n)!.stage === stage);
      for (const n of here) if (BARRIERS.has(n.op)) this.#barrier(n);
      this.#uniform(here);
      for (const group of groupsOf(here, this.#plans)) this.#loop(group);
    }
    for (const loop of this.#loops) this.#instructions[loop.at] = this.#compiled(loop);
    const finish = this.#results.map((result) => this.#result(result));
    const inputs = this.#nodes.filter((n) => n.op === "input");
    const places = inputs.map((n) => this.#places.get(n)!);
    const [registers, instructions] = [this.#registers, this.#instructions];
    const clean = registers.slice();
    return {
      inputs: inputs.map((n) => n.input),
      run(values) {
        for (let i = 0; i < places.length; i++) registers[places[i]!] = values[i];
        for (let i = 0; i < instructions.length; i++) instructions[i]!(registers);
        const out = new Array<FloatArray>(finish.length);
        for (let i = 0; i < finish.length; i++) out[i] = finish[i]!(registers);
        // Releases the arrays of this run before the next.
        for (let i = 0; i < clean.length; i++) registers[i] = clean[i];
        return out;
      },
    };
  }

  #register(value?: unknown): number {
    return this.#registers.push(value) - 1;
  }

  #emit(reads: readonly Expr[], run: Instruction): number {
    for (const e of reads) this.#lastRead.set(e, this.#instructions.length);
    return this.#instructions.push(run) - 1;
  }

  #kindOf(e: Expr): Kind {
    if (this.#plans.get(e)!.uniform) return "number";
    if (e.op === "input") return this.inputKind(e.input);
    return BARRIERS.has(e.op) ? "float64" : this.#resultOf.get(e)?.kind ?? "float64";
  }

  /** Emits scalar expressions as one straight-line function. */
  #uniform(here: readonly Expr[]): void {
    const own = here.filter((n) =>
      argsOf(n).length > 0 && !BARRIERS.has(n.op) && this.#plans.get(n)!.uniform
    );
    if (own.length === 0) return;
    const at = (e: Expr) => `r[${this.#places.get(e)!}]`;
    const lines = own.map((n) => `${at(n)} = ${FORMULAS[n.op]!(...argsOf(n).map(at))};`);
    this.#emit(own.flatMap(argsOf), new Function("r", lines.join("\n")) as Instruction);
  }

  #loop(group: readonly Expr[]): void {
    const first = group[0]!;
    const inside = new Set(group);
    const leaves = [...new Set(group.flatMap(argsOf))].filter((a) => !inside.has(a));
    const slots = new Map([...leaves, ...group].map((e, i) => [e, i]));
    const outputs = group.filter((n) => this.#stored.has(n));
    const sums = this.#nodes.filter((n) => isTotal(n) && inside.has(argsOf(n)[0]!));
    const read = leaves.map((leaf) => this.#leaf(leaf, first));
    const source: KernelSource = {
      args: read.map((l) => l.kind),
      body: group.map((n) => ({ op: n.op, args: argsOf(n).map((a) => slots.get(a)!) })),
      outputs: outputs.map((n) => ({ value: slots.get(n)!, kind: this.#kindOf(n) })),
      sums: sums.map((n) => ({ op: n.op as "sum", arg: slots.get(argsOf(n)[0]!)! })),
    };
    const direct = leaves.map((leaf, i) => (read[i]!.direct ? leaf : null));
    const at = this.#emit(direct.filter((leaf) => leaf !== null), () => {});
    const places = read.map((l) => l.place);
    this.#loops.push({ source, direct, outputs, sums, places, length: sizeOf(first.shape), at });
  }

  #compiled({ source, direct, outputs, sums, places, length, at }: Loop): Instruction {
    const overs = outputs.map((n) => this.#overwritten(n, at));
    const operands = overs.map((input) => (input === undefined ? -1 : direct.indexOf(input)));
    const f = kernel({
      ...source,
      outputs: source.outputs.map((o, i) => (operands[i]! < 0 ? o : { ...o, over: operands[i]! })),
    });
    const apart = outputs.filter((_, i) => operands[i]! < 0);
    const x = [...places, ...[...apart, ...sums].map((n) => this.#places.get(n)!)];
    const makers = outputs.map((n, i): [number, (r: unknown[]) => FloatArray] => {
      const over = overs[i] && this.#places.get(overs[i])!;
      if (over !== undefined) return [this.#places.get(n)!, (r) => r[over] as FloatArray];
      const double = this.#kindOf(n) === "float64";
      return [this.#places.get(n)!, () => double ? new Float64Array(length) : new Float32Array(length)];
    });
    return (r) => {
      for (let i = 0; i < makers.length; i++) r[makers[i]![0]] = makers[i]![1](r);
      f(r, x, length);
    };
  }

  /** An operand of a loop, brought to the loop's shape. */
  #leaf(e: Expr, like: Expr): { kind: Kind; place: number; direct: boolean } {
    const [kind, place] = [this.#kindOf(e), this.#places.get(e)!];
    if (kind === "number" || equalShapes(e, like)) return { kind, place, direct: true };
    const brought = this.#register();
    if (sizeOf(e.shape) === 1) {
      this.#emit([e], (r) => void (r[brought] = (r[place] as FloatArray)[0]!));
      return { kind: "number", place: brought, direct: false };
    }
    const indices = sourcesOf(e.shape, like.shape);
    this.#emit([e], (r) => void (r[brought] = gatherOn(r[place] as FloatArray, indices)));
    return { kind: "float64", place: brought, direct: false };
  }

  /** Returns the input whose array a result may be written over, if nothing reads it later. */
  #overwritten(node: Expr, at: number): Expr | undefined {
    const input = this.#overOf(this.#resultOf.get(node), node);
    if (input === undefined || this.#results.some((r) => r.expr === input)) return undefined;
    return this.#lastRead.get(input)! > at ? undefined : input;
  }

  #overOf(result: HostOutput | undefined, like: Expr): Expr | undefined {
    const over = result?.over;
    if (over === undefined || this.inputKind(over) !== result!.kind) return undefined;
    const key = inputKey(over);
    return this.#nodes.find((n) => n.op === "input" && inputKey(n.input) === key && equalShapes(n, like));
  }

  /** Returns a result in its own array: copies an array that is also an input or another result. */
  #result(result: HostOutput): (r: unknown[]) => FloatArray {
    const { expr: e, kind } = result;
    const place = this.#places.get(e)!;
    const own = !this.#plans.get(e)!.uniform && this.#resultOf.get(e) === result;
    const made = own && !BARRIERS.has(e.op) && e.op !== "input";
    if (made || (own && this.#overOf(result, e) === e)) return (r) => r[place] as FloatArray;
    const length = sizeOf(e.shape);
    return (r) => {
      const out = kind === "float64" ? new Float64Array(length) : new Float32Array(length);
      const value = r[place] as Held;
      if (typeof value === "number") out.fill(value);
      else out.set(value);
      return out;
    };
  }

  /** Reads a node as an array. */
  #whole(e: Expr): (r: unknown[]) => FloatArray {
    const [place, length] = [this.#places.get(e)!, sizeOf(e.shape)];
    if (!this.#plans.get(e)!.uniform) return (r) => r[place] as FloatArray;
    return (r) => new Float64Array(length).fill(r[place] as number);
  }

  /** An operator on whole operands; a total that a loop gathers is there already. */
  #barrier(n: Expr): void {
    const place = this.#places.get(n)!;
    const operands = argsOf(n).map((a) => this.#whole(a));
    const put = (f: (r: unknown[]) => Held) => this.#emit(argsOf(n), (r) => void (r[place] = f(r)));
    if (n.op === "whole") put((r) => n.host(...operands.map((x) => x(r))));
    if (n.op !== "sum" && n.op !== "maximum") return;
    const { op, args: [a] } = n;
    const x = operands[0]!;
    if (n.axes === null) {
      const gathered = !this.#plans.get(a)!.uniform && a.op !== "input" && !BARRIERS.has(a.op);
      if (!gathered) put((r) => reduceAllOn(x(r), op));
      return;
    }
    const [targets, length] = [sourcesOf(n.shape, a.shape), sizeOf(n.shape)];
    put((r) => reduceOn(x(r), { op, targets, length }));
  }
}
