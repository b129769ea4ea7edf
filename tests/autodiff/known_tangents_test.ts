/** Tangents by a formula of their own, within second derivatives, against reverse over reverse, which knows no such formula. */
import { assert } from "@std/assert";
import { backward } from "../../autodiff/backward.ts";
import { forward } from "../../autodiff/tangents/mod.ts";
import { buildModel, Graph, openSession, type Tensor, tensor, type Value } from "../../mod.ts";
import { normal } from "../../random/normal.ts";
import type { Case, Precision } from "./check.ts";
import { NORMALIZATION } from "./normalization_cases.ts";
import { SINGLE } from "./single_cases.ts";

const CASES = [
  ...["Tanh", "Sigmoid", "Gelu"].map((op) => [op, SINGLE.get(op)!] as const),
  ...[
    "LayerNormalization",
    "RMSNormalization",
    "InstanceNormalization",
    "GroupNormalization",
    "MeanVarianceNormalization",
  ].map((op) => [op, NORMALIZATION.get(op)!] as const),
];

/** Returns the largest difference of both second derivatives along a direction, over the largest element. */
async function apart(c: Case, precision: Precision): Promise<number> {
  const g = new Graph(c.opset === undefined ? {} : { opsets: { "": c.opset } });
  const feeds: Record<string, Tensor> = {};
  const input = (name: string, { shape, data }: Pick<Tensor, "shape"> & { data: Iterable<number> }) => {
    feeds[name] = tensor(precision === "float64" ? Float64Array.from(data) : Float32Array.from(data), shape);
    return g.input(name, precision, shape);
  };
  const drawn = (name: string, { shape }: Pick<Tensor, "shape">) =>
    input(name, { shape, data: normal({ seed: 5, stream: name }, shape.reduce((a, b) => a * b, 1)) });
  const x = c.inputs.map((t, i) => input(`x${i}`, t as Tensor & { data: Float64Array }));
  const [y] = [c.build(g, x)].flat() as [Value];
  const seeds = [{ value: y, cotangent: drawn("u", { shape: y.shape as number[] }) }];
  const first = backward(g, { seeds, wrt: x });
  const tangents = c.inputs.map((t, i) => drawn(`t${i}`, t));
  const ahead = forward(g, {
    directions: x.map((value, i) => ({ value, tangent: tangents[i]! })),
    of: first,
  });
  const along = first.map((v, i) => g.reduceSum(g.mul(v, tangents[i]!), null, { keepdims: 0 }))
    .reduce((a, b) => g.add(a, b));
  const back = backward(g, { seeds: [{ value: along, cotangent: g.constant(1, precision) }], wrt: x });
  const names = [ahead, back].map((values) => values.map((v) => g.output(v, g.freeName("out")).name));
  g.prune();
  await using session = await openSession(buildModel(g), { optimization: "basic" });
  const out = await session.run(Object.fromEntries(g.inputs.map((v) => [v.name, feeds[v.name]!])));
  const [a, b] = names.map((of) => of.flatMap((n) => Array.from(out[n]!.data as Float64Array)));
  const largest = Math.max(...b!.map(Math.abs));
  assert(largest > 1e-3, "the second derivative is not 0");
  return Math.max(...a!.map((v, i) => Math.abs(v - b![i]!))) / largest;
}

for (const [op, cases] of CASES) {
  Deno.test(`the second derivative of ${op} forward over reverse is that of reverse over reverse`, async () => {
    for (const c of cases) {
      const precision = c.single ? "float32" : "float64";
      const difference = await apart(c, precision);
      assert(difference < (precision === "float64" ? 1e-11 : 1e-4), `${c.name}: ${difference}`);
    }
  });
}
