import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { buildModel, type DType, Graph, type Tensor, tensor } from "../../onnx/mod.ts";
import { applyUpdates } from "../../optim/apply_updates.ts";
import * as catalog from "../../optim/catalog/mod.ts";
import type { Updater } from "../../optim/optimizer.ts";
import { adam } from "../../optim/rules/adam.ts";
import { flattenState, type OptimizerState, unflattenState } from "../../optim/state.ts";
import { reachOf } from "../../tools/reach.ts";
import { openSession } from "../../runtime/session/session.ts";
import type { Numbers } from "./papers/base.ts";
import { blocks, floats, gradients, hessians, SHAPES, start, STEPS, valueAt } from "./problem.ts";
import { HELPERS, TABLE } from "./table.ts";

interface Held {
  readonly params: Record<string, Tensor>;
  readonly state: OptimizerState;
}

const extras = (dtype: DType, k: number) => ({ value: valueAt(k), hessians: hessians(dtype, k) });

function advance(opt: Updater, { params, state }: Held, k: number): Held {
  const dtype = params.scalar!.dtype;
  const [updates, next] = opt.update(gradients(dtype, k), state, params, extras(dtype, k));
  return { params: applyUpdates(params, updates) as Record<string, Tensor>, state: next };
}

function begin(opt: Updater, dtype: DType): Held {
  const params = start(dtype);
  return { params, state: opt.init(params) };
}

function compare(got: Readonly<Record<string, Tensor>>, expected: Numbers, what: string): void {
  for (const [n, t] of Object.entries(got)) {
    // Norms and matrix products mix the elements of a tensor, so errors are relative to its largest element.
    const scale = Math.max(1e-3, ...expected[n]!.map(Math.abs));
    (t.data as Float64Array).forEach((v, i) =>
      assertAlmostEquals(v, expected[n]![i]!, 1e-12 * scale, `${n}[${i}] ${what}`)
    );
  }
}

for (const [name, { make, paper, nan = "element", bounds = {} }] of Object.entries(TABLE)) {
  Deno.test(`${name} follows its transcription to 1e-12`, () => {
    const opt = make();
    let held = begin(opt, "float64");
    const run = paper(blocks(held.params));
    for (let k = 0; k < STEPS; k++) {
      const { value, hessians } = extras("float64", k);
      const grads = gradients("float64", k);
      const expected = run.update({
        grads: blocks(grads),
        params: blocks(held.params),
        t: k + 1,
        value,
        hessians: blocks(hessians),
      });
      const [updates, state] = opt.update(grads, held.state, held.params, { value, hessians });
      compare(updates, expected, `at ${k}`);
      held = { params: applyUpdates(held.params, updates) as Record<string, Tensor>, state };
      const at = opt.evaluationParams(held.params, held.state);
      if (run.average) compare(at, run.average(), `of the average at ${k}`);
      else assertEquals(at, held.params);
    }
    assertEquals(held.state.count, STEPS);
  });

  Deno.test(`${name} gives the same on the host and in a graph`, async () => {
    await hostIsGraph(make(), "float32", bounds.float32 ?? 2e-5);
    await hostIsGraph(make(), "float64", bounds.float64 ?? 1e-11);
  });

  Deno.test(`${name} does not change its arguments`, () => {
    const opt = make();
    const { params, state } = advance(opt, begin(opt, "float32"), 0);
    const grads = gradients("float32", 1);
    const options = extras("float32", 1);
    const before = structuredClone({ params, state, grads, options });
    const first = opt.update(grads, state, params, options);
    assertEquals({ params, state, grads, options }, before);
    assertEquals(opt.update(grads, state, params, options), first);
    assertEquals(opt.update(grads, structuredClone(state), params, options), first);
    const arrays = [...Object.values(first[0]), ...Object.values(flattenState(first[1]))].map((t) => t.data);
    assertEquals(new Set(arrays).size, arrays.length);
  });

  Deno.test(`${name} keeps a state that can be stored and read back`, () => {
    const opt = make();
    let held = begin(opt, "float64");
    for (let k = 0; k < 4; k++) held = advance(opt, held, k);
    const { params, state } = held;
    const stored = JSON.stringify({
      count: state.count,
      slots: Object.entries(flattenState(state)).map((
        [n, t],
      ) => [n, t.shape, Array.from(t.data as Float64Array)]),
    });
    const { count, slots } = JSON.parse(stored) as {
      count: number;
      slots: [string, number[], number[]][];
    };
    const read = unflattenState(
      Object.fromEntries(slots.map(([n, s, v]) => [n, tensor(Float64Array.from(v), s)])),
      count,
    );
    assertEquals(read, state);
    assertEquals(advance(make(), { params, state: read }, 4), advance(opt, held, 4));
    for (const slot of Object.keys(flattenState(state))) assert(/^[\w./ ]+$/.test(slot), slot);
  });

  Deno.test(`${name} gives the same by step() as by update(), in place or not`, () => {
    for (const dtype of ["float64", "float32"] as const) {
      const opt = make();
      let [apart, fused, donated] = [begin(opt, dtype), begin(opt, dtype), begin(opt, dtype)];
      for (let k = 0; k < 5; k++) {
        const grads = gradients(dtype, k);
        apart = advance(opt, apart, k);
        const held = fused;
        const before = structuredClone(held);
        const next = opt.step(grads, held.state, held.params, extras(dtype, k));
        assertEquals(held, before);
        fused = { params: next[0], state: next[1] };
        const over = opt.step(grads, donated.state, donated.params, { ...extras(dtype, k), donate: true });
        donated = { params: over[0], state: over[1] };
        assertEquals(donated, fused);
        assertEquals(grads, gradients(dtype, k));
      }
      if (dtype === "float64") assertEquals(fused, apart);
    }
  });

  Deno.test(`${name} lets a NaN gradient reach: ${nan}`, () => assertEquals(reachOf(make()), nan));

  Deno.test(`${name} stays finite if all gradients are zero`, () => {
    const opt = make();
    let { params, state } = begin(opt, "float64");
    const grads = Object.fromEntries(
      Object.entries(params).map(([n, t]) => [n, tensor(new Float64Array(t.data.length), t.shape)]),
    );
    for (let k = 0; k < 4; k++) {
      const [updates, next] = opt.update(grads, state, params, extras("float64", k));
      params = applyUpdates(params, updates) as Record<string, Tensor>;
      state = next;
    }
    for (const [n, t] of Object.entries({ ...params, ...flattenState(state) })) {
      assert((t.data as Float64Array).every(Number.isFinite), n);
    }
  });
}

/** Runs the rule on the host and as a graph in ONNX Runtime, from the same start on the same gradients. */
async function hostIsGraph(opt: Updater, dtype: DType, bound: number): Promise<void> {
  const specs = Object.fromEntries(Object.entries(SHAPES).map(([n, shape]) => [n, { dtype, shape }]));
  const trace = opt.trace(specs);
  const g = new Graph();
  const inputs = (prefix: string, shapes: Readonly<Record<string, readonly number[]>>) =>
    Object.fromEntries(Object.entries(shapes).map(([n, s]) => [n, g.input(`${prefix}${n}`, dtype, s)]));
  const out = trace.emit(g, {
    grads: inputs("g.", SHAPES),
    params: inputs("p.", SHAPES),
    state: Object.fromEntries(trace.state.map((s) => [s.name, g.input(`s.${s.name}`, s.dtype, s.shape)])),
    coefficients: inputs("c.", Object.fromEntries(trace.coefficients.map((c) => [c.name, []]))),
    noises: inputs("n.", Object.fromEntries(trace.noises.map((n) => [n.name, n.shape]))),
    ...(trace.needs.value ? { value: g.input("value", dtype, []) } : {}),
    ...(trace.needs.hessians ? { hessians: inputs("h.", SHAPES) } : {}),
  });
  for (const [n, v] of Object.entries(out.params)) g.output(v, `next.p.${n}`);
  for (const [n, v] of Object.entries(out.state)) g.output(v, `next.s.${n}`);
  await using session = await openSession(buildModel(g));
  let held = begin(opt, dtype);
  let [p, s] = [held.params, flattenState(held.state)];
  const feed = (prefix: string, r: Record<string, Tensor>) =>
    Object.entries(r).map(([n, t]) => [`${prefix}${n}`, t] as const);
  for (let k = 0; k < STEPS; k++) {
    const { value, hessians } = extras(dtype, k);
    const count = ({ clock }: { clock: string | null }) => clock === null ? k : Number(s[clock]!.data[0]);
    const result = await session.run(Object.fromEntries([
      ...feed("g.", gradients(dtype, k)),
      ...feed("p.", p),
      ...feed("s.", s),
      ...trace.coefficients.map((c) => [`c.${c.name}`, tensor(floats([c.at(count(c))], dtype), [])] as const),
      ...trace.noises.map((n) => [`n.${n.name}`, tensor(floats(n.at(count(n)), dtype), n.shape)] as const),
      ...(trace.needs.value ? [["value", tensor(floats([value], dtype), [])] as const] : []),
      ...(trace.needs.hessians ? feed("h.", hessians) : []),
    ]));
    held = advance(opt, held, k);
    p = Object.fromEntries(Object.keys(p).map((n) => [n, result[`next.p.${n}`]!]));
    s = Object.fromEntries(Object.keys(s).map((n) => [n, result[`next.s.${n}`]!]));
  }
  for (const [n, t] of Object.entries(held.params)) {
    (t.data as Float64Array).forEach((v, i) =>
      assertAlmostEquals(Number(p[n]!.data[i]), v, bound * Math.max(1, Math.abs(v)), `${n}[${i}] in ${dtype}`)
    );
  }
}

Deno.test("every optimizer and transform is in the table of the library, and tested by the contract", async () => {
  const { OPTIMIZER_FAMILIES, declarationsOf: _, isOptimizerName: __, ...functions } = catalog;
  const named = Object.values(OPTIMIZER_FAMILIES).flatMap((family) => Object.keys(family));
  assertEquals(named.toSorted(), Object.keys(functions).toSorted());
  const covered = new Set(Object.keys(TABLE).map((name) => name.split("(")[0]!));
  assertEquals([...covered].toSorted(), named.toSorted());
  for (const folder of ["rules", "transforms"]) {
    const path = new URL(`../../optim/${folder}/`, import.meta.url);
    for (const { name: file } of Deno.readDirSync(path)) {
      const exported = await import(new URL(file, path).href);
      for (const name of Object.keys(exported)) {
        assert(
          covered.has(name) || HELPERS.has(name) || name.endsWith("_OPTIONS"),
          `${folder}/${file} exports ${name}, which optim/catalog/mod.ts lacks`,
        );
      }
    }
  }
});

Deno.test("Optimizer.update() names arguments that do not match the parameters", () => {
  const opt = adam();
  const params = { w: Float32Array.of(1), b: Float32Array.of(1) };
  const state = opt.init(params);
  const update = (grads: Record<string, Float32Array | Float64Array>) => () =>
    opt.update(grads, state, params);
  assertThrows(update({ w: params.w }), TypeError, "grads lacks 'b'");
  assertThrows(update({ ...params, c: params.w }), TypeError, "grads has 'c'");
  assertThrows(update({ ...params, b: Float32Array.of(1, 2) }), TypeError, "grads.b must be float32[1]");
  assertThrows(update({ ...params, b: Float64Array.of(1) }), TypeError, "got float64[1]");
  const other = opt.init({ w: Float32Array.of(1) });
  assertThrows(() => opt.update(params, other, params), TypeError, "state lacks 'm/b'");
});
