/**
 * Runs a rule once, on expressions.
 *
 * @module
 */
import type { DType, StaticShape } from "../../onnx/tensor/mod.ts";
import {
  add,
  constant,
  type Expr,
  type Exprs,
  intern,
  type ParamSpec,
  type Rule,
  type RuleInput,
  type Slot,
  sub,
} from "../language/mod.ts";
import { checkShapes } from "./check_shapes.ts";
import { emitExpressions } from "./emit.ts";
import { emitUpdate, inputOf } from "./emit_update.ts";
import { Recorder } from "./recorder.ts";
import { signatureOf } from "./signature.ts";
import type { StateSpec, Trace } from "./trace.ts";

/** A rule over parameters of known types and shapes, as expressions: what the host compiles and graphs are made from. */
export interface TracedRule {
  /** The part of the rule that a graph needs. */
  readonly trace: Trace;
  /** The slots with their initial values, in the order of `trace.state`. */
  readonly slots: Readonly<Record<string, Slot>>;
  /** The change of each parameter, in the order of the parameters. */
  readonly updates: readonly Expr[];
  /** Each parameter after the update, in the order of the parameters. */
  readonly params: readonly Expr[];
  /** Each slot after the update, in the order of `trace.state`. */
  readonly state: readonly Expr[];
  /** The values in place of one example's gradients, in the order of the parameters; `null` if the rule takes those of the batch. */
  readonly eachExample: readonly Expr[] | null;
  /** The parameters to evaluate at, in the order of the parameters; `null` if they are the parameters themselves. */
  readonly evaluation: readonly Expr[] | null;
  /** The running statistics to evaluate with, in their order; `null` if the rule averages none. */
  readonly evaluationBuffers: readonly Expr[] | null;
}

/** A rule's name and parameters, for {@linkcode traceRule}. */
export interface Traced {
  /** The rule's name, for messages. */
  readonly name: string;
  /** Types and shapes of the parameters. */
  readonly specs: Readonly<Record<string, ParamSpec>>;
  /** Types and shapes of the running statistics, for rules that average them; none by default. */
  readonly buffers?: Readonly<Record<string, ParamSpec>>;
}

/**
 * Runs a rule on expressions.
 *
 * @throws {TypeError} if an update or a slot has the wrong shape or is missing, or the rule draws two kinds of numbers
 * under one name.
 */
export function traceRule(rule: Rule, { name, specs, buffers = {} }: Traced): TracedRule {
  const slots = rule.slots(specs, buffers);
  const recorder = new Recorder(name);
  const params = inputs("parameter", specs);
  const read = { params, state: inputs("slot", slots), buffers: inputs("buffer", buffers) };
  const result = rule.update({
    ...read,
    grads: inputs("gradient", specs),
    hessians: inputs("hessian", specs),
    value: { op: "input", input: { kind: "loss" }, shape: [] },
    at: recorder.at,
    normal: recorder.normal,
    factor: recorder.factor,
  });
  const { updates, state, clocks = {}, home = params } = result;
  checkShapes(updates, specs, (of) => `${name}: the update of '${of}'`);
  checkShapes(home, specs, (of) => `${name}: the home of '${of}'`);
  checkState(name, { slots, state, clocks });

  const names = Object.keys(specs);
  const example = rule.eachExample?.({
    grads: inputs("gradient", specs),
    params,
    at: recorder.at,
  });
  if (example !== undefined) checkShapes(example, specs, (of) => `${name}: an example's gradient of '${of}'`);
  const ofExample = example === undefined ? null : names.map((n) => example[n]!);
  const next = Object.entries(slots).map(([n, { clock }]) =>
    clock === undefined ? state[n]! : add(read.state[n]!, clocks[n] ?? 0)
  );
  const after = names.map((n) => add(home[n]!, updates[n]!));
  const differences = names.map((n) =>
    home[n] === params[n] ? updates[n]! : add(sub(home[n]!, params[n]!), updates[n]!)
  );
  const used = usedInputs([...differences, ...next, ...(ofExample ?? [])]);
  const named = (kind: RuleInput["kind"]) =>
    new Set(used.flatMap((input) => (input.kind === kind && input.kind !== "loss" ? [input.name] : [])));
  const factors = recorder.factors(named("factor"));
  const evaluation = rule.evaluation?.(read);
  const evaluationBuffers = rule.evaluationBuffers?.(read);
  const dtype: DType = Object.values(specs)[0]?.dtype ?? "float32";
  const stateSpecs = Object.entries(slots).map(([n, { shape, clock }]): StateSpec => ({
    name: n,
    dtype: clock === undefined ? dtype : "float64",
    shape,
  }));
  const plain = Object.keys(slots).filter((n) => slots[n]!.clock === undefined);
  const outputs = [...after, ...plain.map((n) => state[n]!), ...differences, ...Object.values(clocks)];
  let signature: string | undefined;
  return {
    slots,
    updates: differences,
    params: after,
    state: next,
    eachExample: ofExample,
    evaluation: evaluation === undefined ? null : names.map((n) => evaluation[n]!),
    evaluationBuffers: evaluationBuffers === undefined
      ? null
      : Object.keys(buffers).map((n) => evaluationBuffers[n]!),
    trace: {
      get signature() {
        return signature ??= signatureOf([
          ...after,
          ...differences,
          ...next,
          ...Object.values(clocks),
          ...(ofExample ?? []),
        ], {
          params: specs,
          buffers,
          trace: this,
          moved: Object.keys(clocks),
          hessianInterval: rule.hessianInterval ?? 1,
        });
      },
      needs: {
        value: used.some((input) => input.kind === "loss"),
        hessians: used.some((input) => input.kind === "hessian"),
        factors,
      },
      noises: recorder.noises,
      coefficients: recorder.coefficients(
        new Set([...named("coefficient"), ...factors.map(({ due }) => due)]),
      ),
      state: stateSpecs,
      clocks: Object.fromEntries(
        Object.entries(slots).flatMap(([n, { clock }]) => clock === undefined ? [] : [[n, clock.back]]),
      ),
      counter: rule.counter ?? null,
      outputs,
      eachExample: ofExample === null ? null : (g, io, write) => {
        const inputs = (input: RuleInput) => inputOf(input, io);
        return record(names, emitExpressions(g, ofExample, { inputs, dtype, write }));
      },
      emit: (g, io, write, all) =>
        emitUpdate(g, io, { names, dtype, slots, plain, clocks, outputs, write, all }),
    },
  };
}

/** Checks the new slots and the moves of the clocks. @throws {TypeError} naming the first that is wrong. */
function checkState(
  name: string,
  { slots, state, clocks }: { slots: Readonly<Record<string, Slot>>; state: Exprs; clocks: Exprs },
): void {
  const [plain, counting] = [false, true].map((clock) =>
    Object.fromEntries(Object.entries(slots).filter(([, s]) => (s.clock !== undefined) === clock))
  ) as [typeof slots, typeof slots];
  checkShapes(state, plain, (of) => `${name}: the new slot '${of}'`);
  const still = Object.fromEntries(Object.keys(counting).map((n) => [n, constant(0)]));
  checkShapes({ ...still, ...clocks }, counting, (of) => `${name}: the clock '${of}'`);
}

function inputs(
  kind: Exclude<RuleInput["kind"], "loss">,
  shapes: Readonly<Record<string, { shape: StaticShape }>>,
): Record<string, Expr> {
  return Object.fromEntries(
    Object.entries(shapes).map((
      [name, { shape }],
    ) => [name, { op: "input", input: { kind, name }, shape } as const]),
  );
}

function record<T>(names: readonly string[], values: readonly T[]): Record<string, T> {
  return Object.fromEntries(names.map((n, i) => [n, values[i]!]));
}

function usedInputs(outputs: readonly Expr[]): RuleInput[] {
  return intern(outputs).nodes.flatMap((e) => (e.op === "input" ? [e.input] : []));
}
