/**
 * Runs of rules on the tensors of the contract, on the host and as graphs.
 *
 * @module
 */
import { assertAlmostEquals } from "@std/assert";
import { buildModel, DEFAULT_OPSET, type DType, Graph, type Tensor, tensor } from "../../onnx/mod.ts";
import { applyUpdates } from "../../optim/apply_updates.ts";
import type { Updater } from "../../optim/optimizer.ts";
import { type FlatOptions, flatten } from "../../optim/flat/mod.ts";
import type { Trace, WriteNode } from "../../optim/graph/mod.ts";
import { flattenState, type OptimizerState } from "../../optim/state.ts";
import { sizeOf } from "../../onnx/tensor/mod.ts";
import { normal } from "../../random/normal.ts";
import { openSession, type Session } from "../../runtime/session/session.ts";
import { exampleGradients, EXAMPLES, openExampleGraph } from "./example_runs.ts";
import { factors, floats, gradients, hessians, moment, SHAPES, start, STEPS, valueAt } from "./problem.ts";

/** Parameters and the state of an optimizer. */
export interface Held {
  readonly params: Record<string, Tensor>;
  readonly state: OptimizerState;
}

/** Returns what some rules need besides gradients. */
export const extras = (dtype: DType, k: number) => ({
  value: valueAt(k),
  hessians: hessians(dtype, k),
  factors: factors(dtype, k),
});

/** Makes the update `k` of a trajectory on the host. */
export function advance(opt: Updater, { params, state }: Held, k: number): Held {
  const dtype = params.scalar!.dtype;
  const grads = opt.rule.eachExample === undefined ? gradients(dtype, k) : exampleGradients(dtype, k);
  const [updates, next] = opt.update(grads, state, params, extras(dtype, k));
  return { params: applyUpdates(params, updates) as Record<string, Tensor>, state: next };
}

/** Returns the start of a trajectory. */
export function begin(opt: Updater, dtype: DType): Held {
  const params = start(dtype);
  return { params, state: opt.init(params) };
}

/** The graph of one update, on inputs of the shapes, with what is not read left out. */
export function updateGraph(
  trace: Trace,
  { shapes, dtype, write, flat }: {
    shapes: Readonly<Record<string, readonly number[]>>;
    dtype: DType;
    write?: WriteNode;
    flat?: FlatOptions;
  },
): Graph {
  const g = new Graph({ opsets: { "": DEFAULT_OPSET, "com.microsoft": 1 } });
  const inputs = (prefix: string, shapes: Readonly<Record<string, readonly number[]>>) =>
    Object.fromEntries(Object.entries(shapes).map(([n, s]) => [n, g.input(`${prefix}${n}`, dtype, s)]));
  const out = trace.emit(
    g,
    {
      grads: inputs("g.", shapes),
      params: inputs("p.", shapes),
      state: Object.fromEntries(trace.state.map((s) => [s.name, g.input(`s.${s.name}`, s.dtype, s.shape)])),
      coefficients: inputs("c.", Object.fromEntries(trace.coefficients.map((c) => [c.name, []]))),
      noises: inputs("n.", Object.fromEntries(trace.noises.map((n) => [n.name, n.shape]))),
      ...(trace.needs.value ? { value: g.input("value", dtype, []) } : {}),
      ...(trace.needs.hessians ? { hessians: inputs("h.", shapes) } : {}),
      factors: inputs(
        "f.",
        Object.fromEntries(trace.needs.factors.map(({ name, size }) => [name, [size, size]])),
      ),
    },
    write,
    flat && flatten(flat),
  );
  for (const [n, v] of Object.entries(out.params)) g.output(v, `next.p.${n}`);
  for (const [n, v] of Object.entries(out.state)) g.output(v, `next.s.${n}`);
  g.prune();
  return g;
}

/** Runs the rule on the host and as a graph in ONNX Runtime, from the same start on the same gradients. */
export async function hostIsGraph(opt: Updater, dtype: DType, bound: number): Promise<void> {
  const specs = Object.fromEntries(Object.entries(SHAPES).map(([n, shape]) => [n, { dtype, shape }]));
  const trace = opt.trace(specs);
  const g = updateGraph(trace, { shapes: SHAPES, dtype });
  await using session = await openSession(buildModel(g));
  const examples = trace.eachExample === null ? null : await openExampleGraph(trace, dtype);
  let held = begin(opt, dtype);
  let [p, s] = [held.params, flattenState(held.state)];
  const feed = (prefix: string, r: Record<string, Tensor>) =>
    Object.entries(r).map(([n, t]) => [`${prefix}${n}`, t] as const);
  for (let k = 0; k < STEPS; k++) {
    const { value, hessians, factors } = extras(dtype, k);
    const count = ({ clock }: { clock: string | null }) => clock === null ? k : Number(s[clock]!.data[0]);
    const told = examples === null ? {} : { examples: EXAMPLES };
    const coefficients = Object.fromEntries(
      trace.coefficients.map((c) => [c.name, tensor(floats([c.at(count(c), told)], dtype), [])]),
    );
    const grads = examples === null
      ? gradients(dtype, k)
      : await examples.mean({ params: p, coefficients, k });
    const result = await session.run(Object.fromEntries([
      ...feed("g.", grads),
      ...feed("p.", p),
      ...feed("s.", s),
      ...feed("c.", coefficients),
      ...trace.noises.map((n) => [`n.${n.name}`, tensor(floats(n.at(count(n)), dtype), n.shape)] as const),
      ...(trace.needs.value ? [["value", tensor(floats([value], dtype), [])] as const] : []),
      ...(trace.needs.hessians ? feed("h.", hessians) : []),
      ...(trace.needs.factors.length > 0 ? feed("f.", factors) : []),
    ]));
    held = advance(opt, held, k);
    p = Object.fromEntries(Object.keys(p).map((n) => [n, result[`next.p.${n}`]!]));
    s = Object.fromEntries(Object.keys(s).map((n) => [n, result[`next.s.${n}`]!]));
  }
  await examples?.close();
  for (const [n, t] of Object.entries(held.params)) {
    (t.data as Float64Array).forEach((v, i) =>
      assertAlmostEquals(Number(p[n]!.data[i]), v, bound * Math.max(1, Math.abs(v)), `${n}[${i}] in ${dtype}`)
    );
  }
}

/** Shapes of tensors by name. */
export type Shapes = Readonly<Record<string, readonly number[]>>;

type Tensors = Readonly<Record<string, Tensor>>;

/** Draws tensors of shapes. */
export function drawn(
  shapes: Shapes,
  { stream, dtype, step = 0 }: { stream: string; dtype: DType; step?: number },
): Tensors {
  const one = (n: string, s: readonly number[]) =>
    tensor(floats(normal({ seed: 4, stream: `${stream}${n}`, step }, sizeOf(s)), dtype), s);
  return Object.fromEntries(Object.entries(shapes).map(([n, s]) => [n, one(n, s)]));
}

const named = (prefix: string, tensors: Tensors) =>
  Object.fromEntries(Object.entries(tensors).map(([n, t]) => [`${prefix}${n}`, t]));

/** Returns parameters and state after some updates in a session of {@linkcode updateGraph}'s graph. */
export async function trajectory(
  opt: Updater,
  session: Session,
  { shapes, dtype, steps }: { shapes: Shapes; dtype: DType; steps: number },
): Promise<Tensors> {
  const trace = opt.trace(
    Object.fromEntries(Object.entries(shapes).map(([n, shape]) => [n, { dtype, shape }])),
  );
  let params = drawn(shapes, { stream: "p", dtype });
  let state: Tensors = flattenState(opt.init(params));
  for (let k = 0; k < steps; k++) {
    const count = (clock: string | null) => clock === null ? k : Number(state[clock]!.data[0]);
    const scalar = (v: number) => tensor(floats([v], dtype), []);
    const coefficients = trace.coefficients.map((c) => [c.name, scalar(c.at(count(c.clock)))] as const);
    const noises = trace.noises.map((n) =>
      [n.name, tensor(floats(n.at(count(n.clock)), dtype), n.shape)] as const
    );
    const out = await session.run({
      ...named("g.", drawn(shapes, { stream: "g", dtype, step: k })),
      ...named("p.", params),
      ...named("s.", state),
      ...named("c.", Object.fromEntries(coefficients)),
      ...named("n.", Object.fromEntries(noises)),
      ...(trace.needs.value ? { value: scalar(1 + k % 3) } : {}),
      ...(trace.needs.hessians ? named("h.", drawn(shapes, { stream: "h", dtype, step: k })) : {}),
      ...Object.fromEntries(
        trace.needs.factors.map(({ name, size }) => [`f.${name}`, moment(name, { size, dtype, step: k })]),
      ),
    });
    const next = (prefix: string, of: Tensors) =>
      Object.fromEntries(Object.keys(of).map((n) => [n, out[`next.${prefix}.${n}`]!]));
    [params, state] = [next("p", params), next("s", state)];
  }
  return { ...named("p.", params), ...named("s.", state) };
}
