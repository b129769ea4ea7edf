import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { type Tensor, tensor } from "../../onnx/mod.ts";
import { applyUpdates } from "../../optim/apply_updates.ts";
import * as catalog from "../../optim/catalog/mod.ts";
import { adam } from "../../optim/rules/adam.ts";
import { flattenState, unflattenState } from "../../optim/state.ts";
import { REACHED, reachOf } from "../../tools/reach.ts";
import type { Numbers } from "./papers/base.ts";
import { blocks, gradients, STEPS } from "./problem.ts";
import { advance, begin, extras, hostIsGraph } from "./runs.ts";
import { HELPERS, OF_EXAMPLES, TABLE } from "./table.ts";

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
      const { value, hessians, factors } = extras("float64", k);
      const grads = gradients("float64", k);
      const expected = run.update({
        grads: blocks(grads),
        params: blocks(held.params),
        t: k + 1,
        value,
        hessians: blocks(hessians),
        factors: blocks(factors),
      });
      const [updates, state] = opt.update(grads, held.state, held.params, { value, hessians, factors });
      compare(updates, expected, `at ${k}`);
      held = { params: applyUpdates(held.params, updates) as Record<string, Tensor>, state };
      const at = opt.evaluationParams(held.params, held.state);
      if (run.average) compare(at, run.average(), `of the average at ${k}`);
      else assertEquals(at, held.params);
    }
    assertEquals(held.state.count, run.made?.() ?? STEPS);
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

  Deno.test(`${name} lets a NaN gradient reach: ${nan}`, () => assertEquals(reachOf(make(REACHED)), nan));

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

Deno.test("every optimizer and transform is in the table of the library, and tested by the contract", async () => {
  const { OPTIMIZER_FAMILIES, DECLARATIONS: _, declarationsOf: __, isOptimizerName: ___, ...functions } =
    catalog;
  const named = Object.values(OPTIMIZER_FAMILIES).flatMap((family) => Object.keys(family));
  assertEquals(named.toSorted(), Object.keys(functions).toSorted());
  const covered = new Set([...OF_EXAMPLES, ...Object.keys(TABLE).map((name) => name.split("(")[0]!)]);
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
