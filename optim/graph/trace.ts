/**
 * A rule, run once on expressions.
 *
 * @module
 */
import type { DType, Graph, StaticShape, Value } from "../../onnx/mod.ts";
import { sizeOf } from "../../onnx/tensor/mod.ts";
import { normal } from "../../random/mod.ts";
import { emitExpressions } from "./emit.ts";
import {
  add,
  constant,
  type Expr,
  intern,
  type ParamSpec,
  type Rule,
  type Slot,
  type StepInfo,
  sub,
} from "../language/mod.ts";
import { signatureOf } from "./signature.ts";

/** A scalar that the host computes for each step. */
export interface Coefficient {
  /** Its name, unique within the rule. */
  readonly name: string;
  /** The slot that counts for it; `null` where the optimizer's own count does. */
  readonly clock: string | null;
  /**
   * Its value.
   *
   * @param count the number of updates done before, or what the clock holds
   * @param options.learningRateScale a factor on the learning rate; 1 by default
   * @param options.examples the examples of the batch; 1 by default
   */
  at(count: number, options?: { learningRateScale?: number; examples?: number }): number;
}

/** Random numbers that the host draws for each step. */
export interface Noise {
  /** Its name, unique within the rule. */
  readonly name: string;
  /** The dimensions. */
  readonly shape: StaticShape;
  /** The slot that counts for it; `null` where the optimizer's own count does. */
  readonly clock: string | null;
  /** Its elements; `count` is the number of updates done before, or what the clock holds. */
  at(count: number): Float32Array;
}

/** A tensor that a program carries from step to step. */
export interface StateSpec extends ParamSpec {
  /** The slot's name. */
  readonly name: string;
}

/** What an update in a graph reads. */
export interface EmitInputs {
  /** The gradients by parameter. */
  readonly grads: Readonly<Record<string, Value>>;
  /** The parameters. */
  readonly params: Readonly<Record<string, Value>>;
  /** The state by slot name. */
  readonly state: Readonly<Record<string, Value>>;
  /** The value of each coefficient, a scalar, by its name. */
  readonly coefficients: Readonly<Record<string, Value>>;
  /** The random numbers, by name; for rules that draw any. */
  readonly noises?: Readonly<Record<string, Value>>;
  /** The loss, a scalar; for rules that need it. */
  readonly value?: Value;
  /** Estimates of the Hessian's diagonal by parameter; for rules that need them. */
  readonly hessians?: Readonly<Record<string, Value>>;
  /** The running statistics after the step, by name; for rules that average them. */
  readonly buffers?: Readonly<Record<string, Value>>;
}

/** What an update in a graph computes. */
export interface EmitOutputs {
  /** The new parameters. */
  readonly params: Readonly<Record<string, Value>>;
  /** What was added to the parameters. */
  readonly updates: Readonly<Record<string, Value>>;
  /** The new state. */
  readonly state: Readonly<Record<string, Value>>;
}

/** A rule over parameters of known types and shapes. */
export interface Trace {
  /** The scalars that each step needs from the host. */
  readonly coefficients: readonly Coefficient[];
  /** The random numbers that each step needs from the host. */
  readonly noises: readonly Noise[];
  /** The state it carries. */
  readonly state: readonly StateSpec[];
  /** How far back one call may move each clock, by the name of its slot; a clock is a slot that counts updates. */
  readonly clocks: Readonly<Record<string, number>>;
  /** The clock that the optimizer's count follows; `null` if every call counts. */
  readonly counter: string | null;
  /** What it needs besides gradients. */
  readonly needs: { readonly value: boolean; readonly hessians: boolean };
  /**
   * A text that rules share if they write the same graph and read the same inputs. Values of coefficients and random
   * numbers, and what the state begins with, may differ: the host gives them.
   */
  readonly signature: string;
  /** Writes one update into a graph. */
  emit(g: Graph, inputs: EmitInputs): EmitOutputs;
}

/** A trace, with what the host's interpretation needs of it. */
export interface FullTrace extends Trace {
  /** The slots with their initial values. */
  readonly slots: Readonly<Record<string, Slot>>;
  /** The expressions of the updates (`u/…`) and of the new slots (`s/…`). */
  readonly outputs: Readonly<Record<string, Expr>>;
  /** The expressions of the parameters after the update (`w/…`) and of the new slots (`s/…`). */
  readonly applied: Readonly<Record<string, Expr>>;
  /** The expressions of the parameters to evaluate at (`e/…`); none where they are the parameters themselves. */
  readonly evaluation: Readonly<Record<string, Expr>> | null;
  /** The expressions of the running statistics to evaluate with (`e/…`), if the rule averages them. */
  readonly evaluationBuffers: Readonly<Record<string, Expr>> | null;
}

/** A coefficient: its functions of the step, and the clock that counts its steps. */
interface Counted {
  readonly all: ((step: StepInfo) => number)[];
  readonly clock: string | null;
}

/** A rule's name and parameters, for {@linkcode traceRule}. */
interface Traced {
  readonly name: string;
  readonly specs: Readonly<Record<string, ParamSpec>>;
  /** Types and shapes of the running statistics, for rules that average them. */
  readonly buffers?: Readonly<Record<string, ParamSpec>>;
}

/**
 * Runs a rule on expressions.
 *
 * @throws {TypeError} when an update or a slot has the wrong shape or is missing, or the rule draws two kinds of
 * numbers under one name.
 */
export function traceRule(rule: Rule, { name: own, specs, buffers = {} }: Traced): FullTrace {
  const slots = rule.slots(specs, buffers);
  const functions = new Map<string, Counted>();
  const noises = new Map<string, Noise>();
  const seeds = new Map<string, string>();
  const params = inputs("p", specs);
  const read = { params, state: inputs("s", slots), buffers: inputs("b", buffers) };
  const { updates, state, clocks = {}, home = params } = rule.update({
    ...read,
    grads: inputs("g", specs),
    hessians: inputs("h", specs),
    value: { op: "input", name: "value", shape: [] },
    at(name, coefficient, clock) {
      const known = functions.get(name);
      if (known === undefined) functions.set(name, { all: [coefficient], clock: clock ?? null });
      else if (known.clock !== (clock ?? null)) {
        throw new TypeError(
          `${own} has two coefficients called '${name}', of two clocks: give each a name of its own`,
        );
      } else if (!known.all.includes(coefficient)) known.all.push(coefficient);
      return { op: "input", name: `c/${name}`, shape: [] };
    },
    normal(name, { shape, seed }, { t = (n: number) => n, clock = null } = {}) {
      const length = sizeOf(shape);
      const before = seeds.get(name);
      if (before !== undefined && before !== `${seed} ${shape} ${clock}`) {
        throw new TypeError(
          `${own} draws two kinds of numbers called '${name}': give each a name of its own`,
        );
      }
      seeds.set(name, `${seed} ${shape} ${clock}`);
      const at = (count: number) => normal({ seed, stream: name, step: t(count + 1) - 1 }, length);
      noises.set(name, { name, shape, clock, at });
      return { op: "input", name: `n/${name}`, shape };
    },
  });
  checkShapes(updates, specs, (name) => `${own}: the update of '${name}'`);
  checkShapes(home, specs, (name) => `${own}: the home of '${name}'`);
  const [still, counting] = [false, true].map((clock) =>
    Object.fromEntries(Object.entries(slots).filter(([, s]) => (s.clock !== undefined) === clock))
  ) as [typeof slots, typeof slots];
  checkShapes(state, still, (name) => `${own}: the new slot '${name}'`);
  checkShapes(
    { ...Object.fromEntries(Object.keys(counting).map((n) => [n, constant(0)])), ...clocks },
    counting,
    (name) => `${own}: the clock '${name}'`,
  );
  const dtype: DType = Object.values(specs)[0]?.dtype ?? "float32";
  const isClock = (n: string) => slots[n]!.clock !== undefined;
  const inOrder = Object.fromEntries(
    Object.keys(slots).map((n) => [n, isClock(n) ? add(read.state[n]!, clocks[n] ?? 0) : state[n]!]),
  );
  const all = (f: (name: string) => Expr) => Object.fromEntries(Object.keys(specs).map((n) => [n, f(n)]));
  const applied = {
    ...prefixed("w", all((n) => add(home[n]!, updates[n]!))),
    ...prefixed("s", inOrder),
  };
  const outputs = {
    ...prefixed(
      "u",
      all((n) => home[n] === params[n] ? updates[n]! : add(sub(home[n]!, params[n]!), updates[n]!)),
    ),
    ...prefixed("s", inOrder),
  };
  const used = inputNames(outputs);
  const evaluation = rule.evaluation?.(read);
  const evaluationBuffers = rule.evaluationBuffers?.(read);
  let signature: string | undefined;
  return {
    get signature() {
      return signature ??= signatureOf({ ...applied, ...outputs, ...prefixed("k", clocks) }, {
        params: specs,
        buffers,
        trace: this,
        hessianInterval: rule.hessianInterval ?? 1,
      });
    },
    slots,
    outputs,
    applied,
    evaluation: evaluation === undefined ? null : prefixed("e", evaluation),
    evaluationBuffers: evaluationBuffers === undefined ? null : prefixed("e", evaluationBuffers),
    needs: { value: used.has("value"), hessians: [...used].some((n) => n.startsWith("h/")) },
    noises: [...noises.values()],
    coefficients: [...functions].filter(([name]) => used.has(`c/${name}`)).map(([name, counted]) =>
      coefficientOf(counted, { own, name })
    ),
    state: Object.entries(slots).map(([name, { shape }]) => ({
      name,
      dtype: isClock(name) ? "float64" : dtype,
      shape,
    })),
    clocks: Object.fromEntries(
      Object.entries(slots).flatMap(([n, { clock }]) => clock === undefined ? [] : [[n, clock.back]]),
    ),
    counter: rule.counter ?? null,
    emit(g, io) {
      const values = {
        ...prefixed("g", io.grads),
        ...prefixed("p", io.params),
        ...prefixed("s", floating(g, io.state, dtype)),
        ...prefixed("c", io.coefficients),
        ...prefixed("n", io.noises ?? {}),
        ...prefixed("h", io.hessians ?? {}),
        ...prefixed("b", io.buffers ?? {}),
        ...(io.value === undefined ? {} : { value: io.value }),
      };
      const plain = <T>(record: Readonly<Record<string, T>>) =>
        Object.fromEntries(
          Object.entries(record).filter(([n]) => !(n.startsWith("s/") && isClock(n.slice(2)))),
        );
      const moves = prefixed("k", clocks);
      const emitted = emitExpressions(g, { ...plain(applied), ...plain(outputs), ...moves }, {
        inputs: values,
        dtype,
      });
      // Clocks count in float64: float32 would stop counting at 2^24.
      const moved = Object.entries(unprefixed("k", emitted)).map(([n, by]) =>
        [n, g.add(io.state[n]!, g.cast(by, { to: "float64" }))] as const
      );
      const still = Object.keys(slots).filter((n) => isClock(n) && clocks[n] === undefined);
      return {
        params: unprefixed("w", emitted),
        updates: unprefixed("u", emitted),
        state: {
          ...unprefixed("s", emitted),
          ...Object.fromEntries(still.map((n) => [n, io.state[n]!])),
          ...Object.fromEntries(moved),
        },
      };
    },
  };
}

function inputs(
  prefix: string,
  shapes: Readonly<Record<string, { shape: StaticShape }>>,
): Record<string, Expr> {
  return Object.fromEntries(
    Object.entries(shapes).map((
      [n, { shape }],
    ) => [n, { op: "input", name: `${prefix}/${n}`, shape } as const]),
  );
}

/** Casts values to the type that expressions are computed in: clocks are float64. */
function floating(
  g: Graph,
  state: Readonly<Record<string, Value>>,
  dtype: DType,
): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(state).map(([n, v]) => [n, v.dtype === dtype ? v : g.cast(v, { to: dtype })]),
  );
}

/**
 * Checks that expressions have the names and shapes of `specs`. A wrong shape would be broadcast when it is added to
 * the parameter, or would replace the parameter's shape.
 */
function checkShapes(
  given: Readonly<Record<string, Expr>>,
  specs: Readonly<Record<string, { readonly shape: StaticShape }>>,
  what: (name: string) => string,
): void {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(specs, name)) {
      throw new TypeError(`${what(name)} must be left out: there is no '${name}'`);
    }
  }
  for (const [name, { shape }] of Object.entries(specs)) {
    const e = Object.hasOwn(given, name) ? given[name] : undefined;
    if (!Array.isArray(e?.shape)) {
      throw new TypeError(
        `${what(name)} must be an expression, got ${e === undefined ? "nothing" : String(e)}`,
      );
    }
    if (e.shape.join() !== shape.join()) {
      throw new TypeError(`${what(name)} must have shape [${shape.join(", ")}], got [${e.shape.join(", ")}]`);
    }
  }
}

/** How often all functions of a coefficient are compared at first, where a rule asks for it several times. */
const COMPARED = 8;

/**
 * Returns a coefficient. Rules ask for it once per parameter, each time with a new function: all must return the same
 * numbers.
 */
function coefficientOf(
  { all, clock }: Counted,
  { own, name }: { own: string; name: string },
): Coefficient {
  const [first, ...others] = all as [(step: StepInfo) => number, ...((step: StepInfo) => number)[]];
  let asked = 0;
  return {
    name,
    clock,
    at(count, { learningRateScale = 1, examples = 1 } = {}) {
      const step = { t: count + 1, learningRate: learningRateScale, learningRateScale, examples };
      const value = first(step);
      if (Number.isNaN(value) || typeof value !== "number") {
        throw new RangeError(`${own}: the coefficient '${name}' is ${String(value)} after ${count} updates`);
      }
      // Later one a step, in turn, so that many parameters cost no more than a few.
      const all = asked < COMPARED || (count & (count - 1)) === 0;
      const compared = all ? others : others.length === 0 ? [] : [others[asked % others.length]!];
      asked++;
      const other = compared.map((f) => f(step)).find((v) => v !== value);
      if (other !== undefined) {
        throw new TypeError(
          `${own} has two coefficients called '${name}', ${value} and ${other} after ${count} updates: ` +
            "give each a name of its own",
        );
      }
      return value;
    },
  };
}

function inputNames(outputs: Readonly<Record<string, Expr>>): Set<string> {
  return new Set(intern(outputs).nodes.flatMap((e) => (e.op === "input" ? [e.name] : [])));
}

function prefixed<T>(prefix: string, record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([n, v]) => [`${prefix}/${n}`, v]));
}

function unprefixed<T>(prefix: string, record: Readonly<Record<string, T>>): Record<string, T> {
  const start = `${prefix}/`;
  return Object.fromEntries(
    Object.entries(record).filter(([n]) => n.startsWith(start)).map(([n, v]) => [n.slice(start.length), v]),
  );
}
