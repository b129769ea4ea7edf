/** Rules on the gradients of single examples, against Optax, transcriptions and their graphs. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as library from "../../mod.ts";
import { buildModel, Graph, type Tensor, tensor } from "../../onnx/mod.ts";
import { openSession } from "../../runtime/session/session.ts";
import { normal } from "../../random/normal.ts";
import type { Updater } from "../../optim/optimizer.ts";
import { flattenState } from "../../optim/state.ts";
import { DP_GOLDEN, type Stored, tensorsOf } from "./dp_golden.ts";
import { advance, begin, hostIsGraph } from "./runs.ts";
import { OF_EXAMPLES } from "./table.ts";

const { averaged, chain, differentiallyPrivate, dpSgd, injectHyperparams, sgd } = library;
const { clip, multiplier, rate, shapes, versions } = DP_GOLDEN;
const EXAMPLES = 4;
const SPECS = Object.fromEntries(
  Object.entries(shapes).map(([n, shape]) => [n, { dtype: "float64" as const, shape: [...shape] }]),
);
const grads = (k: number) => tensorsOf(DP_GOLDEN.grads[k]!, shapes, EXAMPLES);
const start = () => tensorsOf(DP_GOLDEN.start, shapes);

function assertNear(got: Readonly<Record<string, Tensor>>, expected: Stored, bound: number): void {
  for (const [n, values] of Object.entries(expected)) {
    values.forEach((v, i) => assertAlmostEquals(Number(got[n]!.data[i]), v, bound, `${n}[${i}]`));
  }
}

for (
  const [name, of, make] of [
    ["perExampleGlobalNormClip", "global", () => library.perExampleGlobalNormClip(clip)],
    ["perExampleLayerNormClip", "uniform", () => library.perExampleLayerNormClip(clip)],
    ["perExampleLayerNormClip", "by size", () => library.perExampleLayerNormClip(clip, { uniform: false })],
  ] as const
) {
  Deno.test(`${name}() gives Optax ${versions.optax}'s sum divided by the examples, ${of}`, () => {
    const opt = make();
    const [updates] = opt.update(grads(1), opt.init(start()), start());
    const mean = Object.entries(DP_GOLDEN.clipped[of]).map(([n, v]) => [n, v.map((x) => x / EXAMPLES)]);
    assertNear(updates, Object.fromEntries(mean), 1e-14);
  });
}

/** Makes one update in a graph, with stored noise in the place of the rule's. */
async function updateWith(
  opt: Updater,
  noise: Stored,
  { params, state, mean, count }: {
    params: Record<string, Tensor>;
    state: Record<string, Tensor>;
    mean: Record<string, Tensor>;
    count: number;
  },
) {
  const trace = opt.trace(SPECS);
  const g = new Graph();
  const feeds: Record<string, Tensor> = {};
  const given = (prefix: string, of: Readonly<Record<string, Tensor>>) =>
    Object.fromEntries(
      Object.entries(of).map(([n, t]) => {
        feeds[`${prefix}${n}`] = t;
        return [n, g.input(`${prefix}${n}`, t.dtype, [...t.shape])];
      }),
    );
  const scalar = (v: number) => tensor(Float64Array.of(v), []);
  const stored = tensorsOf(noise, shapes);
  const out = trace.emit(g, {
    grads: given("g.", mean),
    params: given("p.", params),
    state: given("s.", state),
    coefficients: given(
      "c.",
      Object.fromEntries(
        trace.coefficients.map((c) => [c.name, scalar(c.at(count, { examples: EXAMPLES }))]),
      ),
    ),
    // A noise is named by the link and the parameter.
    noises: given("n.", Object.fromEntries(trace.noises.map((n) => [n.name, stored[n.name.slice(2)]!]))),
  });
  for (const [n, v] of Object.entries(out.params)) g.output(v, `next.p.${n}`);
  for (const [n, v] of Object.entries(out.state)) g.output(v, `next.s.${n}`);
  await using session = await openSession(buildModel(g));
  const result = await session.run(feeds);
  const next = (prefix: string, of: Record<string, Tensor>) =>
    Object.fromEntries(Object.keys(of).map((n) => [n, result[`next.${prefix}.${n}`]!]));
  return { params: next("p", params), state: next("s", state) };
}

for (const { options, params: expected } of DP_GOLDEN.optax) {
  Deno.test(`dpSgd() follows Optax ${versions.optax}'s contrib.dpsgd with the same noise, ${JSON.stringify(options)}`, async () => {
    const opt = dpSgd({ learningRate: rate, l2NormClip: clip, noiseMultiplier: multiplier, ...options });
    const clipping = library.perExampleGlobalNormClip(clip);
    let [params, state] = [start(), flattenState(opt.init(start()))];
    for (let k = 0; k < expected.length; k++) {
      const [mean] = clipping.update(grads(k), clipping.init(params), params);
      ({ params, state } = await updateWith(opt, DP_GOLDEN.noise[k]!, { params, state, mean, count: k }));
      assertNear(params, expected[k]!, 1e-13);
    }
  });
}

Deno.test("differentiallyPrivate() adds to the mean its own normal numbers by C sigma / N", () => {
  const options = { l2NormClip: clip, seed: 7 };
  const [noisy, still] = [1.3, 0].map((noiseMultiplier) =>
    differentiallyPrivate({ ...options, noiseMultiplier })
  ) as [Updater, Updater];
  let [a, b] = [noisy.init(start()), still.init(start())];
  for (let step = 0; step < 3; step++) {
    const [got, next] = noisy.update(grads(step), a, start());
    const [plain, other] = still.update(grads(step), b, start());
    [a, b] = [next, other];
    for (const [n, t] of Object.entries(got)) {
      const e = normal({ seed: 7, stream: n, step }, t.data.length);
      e.forEach((v, i) =>
        assertAlmostEquals(Number(t.data[i]) - Number(plain[n]!.data[i]), clip * 1.3 * v / EXAMPLES, 1e-15)
      );
    }
  }
});

for (const name of OF_EXAMPLES) {
  const make = (library as unknown as Record<string, (limit: unknown) => Updater>)[name]!;
  const opt = make(name.startsWith("perExample") ? 0.5 : { l2NormClip: 0.5 });

  Deno.test(`${name}() gives the same on the host and in a graph`, () => hostIsGraph(opt, "float64", 1e-12));

  Deno.test(`${name}() gives the same by step() as by update(), and does not change its arguments`, () => {
    const held = begin(opt, "float64");
    const before = structuredClone(held);
    const given = exampleGradientsAt();
    const copy = structuredClone(given);
    const [updates] = opt.update(given, held.state, held.params);
    const [params] = opt.step(given, held.state, held.params);
    assertEquals([held, given], [before, copy]);
    for (const [n, t] of Object.entries(params)) {
      t.data.forEach((v, i) =>
        assertEquals(v, Number(held.params[n]!.data[i]) + Number(updates[n]!.data[i]))
      );
    }
    assertEquals(advance(opt, held, 0), advance(opt, structuredClone(held), 0));
  });
}

function exampleGradientsAt(): Record<string, Tensor> {
  const { params } = begin(sgd(), "float64");
  return Object.fromEntries(
    Object.entries(params).map(([n, t]) => [
      n,
      tensor(Float64Array.from([...t.data, ...t.data], Number), [2, ...t.shape]),
    ]),
  );
}

Deno.test("averaged() and injectHyperparams() around dpSgd() pass the gradients of examples on", () => {
  const inner = () => dpSgd({ learningRate: rate, l2NormClip: clip, noiseMultiplier: 0 });
  const plain = inner();
  const expected = plain.step(grads(0), plain.init(start()), start())[0];
  for (const opt of [averaged(inner()), injectHyperparams(inner())]) {
    assertEquals(opt.step(grads(0), opt.init(start()), start())[0], expected);
  }
});

Deno.test("rules around dpSgd() that would take its gradients first are refused", () => {
  const inner = dpSgd();
  const { applyIfFinite, clip: clipping, lookahead, masked, multiSteps, partition, sam } = library;
  for (
    const wrap of [
      () => applyIfFinite(inner),
      () => lookahead(inner),
      () => multiSteps(inner, { every: 2 }),
      () => masked(inner, { mask: () => true }),
      () => partition({ all: inner }, { label: () => "all" }),
      () => sam(inner),
      () => chain(clipping(1), inner),
    ]
  ) {
    assertThrows(wrap, RangeError, "must be the first in a chain");
  }
  assertThrows(
    () => chain(differentiallyPrivate(), sam(sgd())),
    RangeError,
    "differentiallyPrivate takes the gradients of single examples, and cannot come before sam sgd",
  );
});

Deno.test("dpSgd() names gradients that are not those of single examples", () => {
  const opt = dpSgd();
  const update = (given: Record<string, Tensor | Float64Array>, options = {}) => () =>
    opt.update(given, opt.init(start()), start(), options);
  assertThrows(
    update(start()),
    TypeError,
    "dpSgd takes the gradients of single examples: grads.b must be float64[examples, 3], got float64[3]",
  );
  const { w, b } = grads(0) as Record<"w" | "b", Tensor>;
  assertThrows(update({ w }), TypeError, "grads lacks 'b'");
  assertThrows(update({ w, b, c: b }), TypeError, "grads has 'c'");
  const fewer = tensor((w.data as Float64Array).slice(0, 18), [3, 2, 3]);
  assertThrows(update({ b, w: fewer }), TypeError, "grads.w must be float64[4, 2, 3], got float64[3, 2, 3]");
  assertThrows(update({ w, b }, { examples: 5 }), RangeError, "examples must be the 4");
  assert(update({ w, b }, { examples: 4 })());
});
