import { assert, assertEquals } from "@std/assert";
import { backward } from "../../autodiff/backward.ts";
import { forward } from "../../autodiff/tangents/mod.ts";
import { TANGENTS } from "../../autodiff/tangents/table.ts";
import { buildModel, Graph, openSession, type Tensor, tensor, type Value } from "../../mod.ts";
import { normal } from "../../random/normal.ts";
import type { Case, Precision } from "./check.ts";
import { COMPOSITE } from "./composite_cases.ts";
import { CONTROL } from "./control_cases.ts";
import { CONVOLUTION } from "./convolution_cases.ts";
import { NORMALIZATION } from "./normalization_cases.ts";
import { RECURRENT } from "./recurrent_cases.ts";
import { SINGLE } from "./single_cases.ts";

const FAMILIES = { SINGLE, COMPOSITE, CONTROL, CONVOLUTION, NORMALIZATION, RECURRENT };

/** Returns random numbers of a value's shape. */
function drawn(stream: string, shape: readonly number[], precision: Precision): Tensor {
  const values = normal({ seed: 13, stream }, shape.reduce((a, b) => a * b, 1));
  return tensor(precision === "float64" ? Float64Array.from(values) : values, shape);
}

/** Writes a case into a graph of its own. */
function built(c: Case, precision: Precision): { g: Graph; x: Value[]; y: Value[] } {
  const g = new Graph(c.opset === undefined ? {} : { opsets: { "": c.opset } });
  const x = c.inputs.map((t, i) => g.input(`x${i}`, precision, t.shape));
  return { g, x, y: [c.build(g, x)].flat() };
}

async function run(
  g: Graph,
  outputs: readonly Value[],
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Tensor[]> {
  const names = outputs.map((v, i) => g.output(v, g.freeName(`out${i}`)).name);
  g.prune();
  const given = Object.fromEntries(g.inputs.map((v) => [v.name, feeds[v.name]!]));
  await using session = await openSession(buildModel(g), { optimization: "basic" });
  const out = await session.run(given);
  return names.map((n) => out[n]!);
}

function dot(a: readonly Tensor[], b: readonly Tensor[]): { value: number; scale: number } {
  let [value, scale] = [0, 0];
  a.forEach((t, i) =>
    (t.data as Float64Array).forEach((v, k) => {
      const term = v * Number(b[i]!.data[k]);
      value += term;
      scale += Math.abs(term);
    })
  );
  return { value, scale };
}

/** Returns the relative difference of `u . (J t)` by the forward sweep and `(J' u) . t` by the backward one. */
async function adjoint(c: Case, precision: Precision): Promise<number> {
  const values = (t: Tensor) =>
    precision === "float64" ? t : tensor(Float32Array.from(t.data as Float64Array), t.shape);
  const feeds: Record<string, Tensor> = {};
  c.inputs.forEach((t, i) => {
    feeds[`x${i}`] = values(t);
    feeds[`t${i}`] = drawn(`t${i}`, t.shape, precision);
  });
  const there = built(c, precision);
  const directions = there.x.map((value, i) => ({
    value,
    tangent: there.g.input(`t${i}`, precision, value.shape),
  }));
  const target = c.target ?? "cpu";
  const products = await run(there.g, forward(there.g, { directions, of: there.y, target }), feeds);
  const u = products.map((t, i) => drawn(`u${i}`, t.shape, precision));
  const back = built(c, precision);
  const seeds = back.y.map((value, i) => {
    feeds[`u${i}`] = u[i]!;
    return { value, cotangent: back.g.input(`u${i}`, precision, u[i]!.shape) };
  });
  const gradients = await run(back.g, backward(back.g, { seeds, wrt: back.x, target }), feeds);
  const left = dot(products, u);
  const right = dot(gradients, c.inputs.map((_, i) => feeds[`t${i}`]!));
  return Math.abs(left.value - right.value) / Math.max(left.scale, right.scale, 1e-8);
}

/** Returns the difference in float64, or in float32 if the runtime lacks a kernel. */
async function inBest(c: Case): Promise<[number, Precision]> {
  if (c.single) return [await adjoint(c, "float32"), "float32"];
  try {
    return [await adjoint(c, "float64"), "float64"];
  } catch (error) {
    if (!/Could not find an implementation|must be one of float32;/.test(String(error))) throw error;
    return [await adjoint(c, "float32"), "float32"];
  }
}

for (const [family, cases] of Object.entries(FAMILIES)) {
  for (const [op, list] of cases) {
    if (op === "Range") continue;
    Deno.test(`forward() is the adjoint of backward() for ${op} (${family.toLowerCase()})`, async (t) => {
      for (const c of list) {
        if (c.rules) continue;
        await t.step(c.name, async () => {
          const [difference, precision] = await inBest(c);
          assert(difference < (precision === "float64" ? 1e-10 : 2e-4), `${difference} in ${precision}`);
        });
      }
    });
  }
}

Deno.test("every tangent rule has cases", () => {
  const tested = new Set(Object.values(FAMILIES).flatMap((f) => [...f.keys()]));
  assertEquals(Object.keys(TANGENTS).filter((op) => !tested.has(op)), []);
});

Deno.test("forward() twice over the same nodes: second derivatives of a network, to 1e-6", async () => {
  const g = new Graph();
  const t = g.input("t", "float64", [3, 1]);
  const w = g.constant(tensor(Float64Array.of(0.7, -1.3), [2, 1]));
  const b = g.constant(tensor(Float64Array.of(0.2, 0.4)));
  const ones = g.constant(tensor(Float64Array.of(1, 1, 1), [3, 1]));
  const y = g.tanh(g.gemm(t, w, b, { transB: 1 }));
  const derivative = (of: Value) => forward(g, { directions: [{ value: t, tangent: ones }], of: [of] })[0]!;
  const at = [-0.5, 0.1, 1.2];
  const [second] = await run(g, [derivative(derivative(y))], { t: tensor(Float64Array.from(at), [3, 1]) });
  const wanted = at.flatMap((t) =>
    [{ w: 0.7, b: 0.2 }, { w: -1.3, b: 0.4 }].map(({ w, b }) => {
      const u = Math.tanh(w * t + b);
      return -2 * w ** 2 * u * (1 - u * u);
    })
  );
  wanted.forEach((v, i) => assert(Math.abs(v - Number(second!.data[i])) < 1e-6, `${v}, ${second!.data[i]}`));
});
