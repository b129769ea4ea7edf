import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  buildModel,
  Graph,
  type Model,
  type Shape,
  type Tensor,
  tensor,
  type Value,
} from "../../onnx/mod.ts";
import { normal } from "../../random/normal.ts";
import { randomInt } from "../../random/random_int.ts";
import { DeviceError } from "../../runtime/session/device.ts";
import { openSession } from "../../runtime/session/session.ts";
import { webgpuForm } from "../../runtime/session/webgpu_form.ts";

const CHANNELS = 6;
const statistics: Record<string, Float32Array> = Object.fromEntries(
  ["scale", "shift", "mean", "variance"].map((name) => {
    const drawn = normal({ seed: 1, stream: name }, CHANNELS);
    return [name, name === "variance" ? drawn.map((v) => v * v + 0.5) : drawn];
  }),
);
const epsilon = 1e-3;

function normalized(g: Graph, x: Value): Value {
  const operands = Object.values(statistics).map((data) => g.constant(tensor(data, [CHANNELS])));
  return g.emit("BatchNormalization", [x, ...operands], { attributes: { epsilon } })[0]!;
}

function normalization(shape: Shape | undefined, opset?: number): Model {
  const g = new Graph(opset === undefined ? {} : { opsets: { "": opset } });
  g.output(normalized(g, g.input("x", "float32", shape)), "y");
  return buildModel(g);
}

async function evaluated(model: Model, x: Tensor): Promise<Tensor> {
  await using session = await openSession(model);
  return (await session.run({ x })).y!;
}

const operators = (model: Model) => model.graph!.node.map((n) => n.opType);

const NORMALIZATIONS: readonly [what: string, model: Model, shape: number[]][] = [
  ["two dimensions", normalization(["N", CHANNELS]), [5, CHANNELS]],
  ["no examples", normalization(["N", CHANNELS]), [0, CHANNELS]],
  ["an unknown rank, of two dimensions", normalization(undefined), [5, CHANNELS]],
  ["an unknown rank, of four dimensions", normalization(undefined), [2, CHANNELS, 3, 2]],
  ["an old operator set", normalization(["N", CHANNELS], 9), [4, CHANNELS]],
];

for (const [what, model, shape] of NORMALIZATIONS) {
  Deno.test(`webgpuForm() reshapes around a batch normalization of ${what}, and keeps its results`, async () => {
    const form = webgpuForm(model);
    assertEquals(operators(form).filter((op) => op === "Reshape").length, 2);
    const size = shape.reduce((a, b) => a * b, 1);
    const x = normal({ seed: 2, stream: "x" }, size);
    const y = await evaluated(form, tensor(x, shape));
    assertEquals(y.shape, shape);
    const places = shape.slice(2).reduce((a, b) => a * b, 1);
    const { scale, shift, mean, variance } = statistics as Record<string, Float32Array>;
    (y.data as Float32Array).forEach((v, i) => {
      const c = Math.floor(i / places) % CHANNELS;
      const expected = (x[i]! - mean![c]!) / Math.sqrt(variance![c]! + epsilon) * scale![c]! + shift![c]!;
      assert(Math.abs(v - expected) <= 1e-5 * (1 + Math.abs(expected)), `y[${i}] is ${v}, not ${expected}`);
    });
  });
}

Deno.test("webgpuForm() finds a batch normalization in the body of a loop", async () => {
  const g = new Graph();
  const x = g.input("x", "float32", ["N", CHANNELS]);
  const { states } = g.scan({
    states: [x],
    // A loop of a known number of steps would be written out.
    scanned: [x],
    body: (step, [state]) => ({ states: [normalized(step, state!)], outputs: [] }),
  });
  g.output(states[0]!, "y");
  const model = buildModel(g);
  const form = webgpuForm(model);
  const body = form.graph!.node.find((n) => n.opType === "Scan")!.attribute.find((a) => a.name === "body")!
    .g!;
  assertEquals(body.node.filter((n) => n.opType === "Reshape").length, 2);
  const values = tensor(normal({ seed: 2, stream: "x" }, 2 * CHANNELS), [2, CHANNELS]);
  assertEquals((await evaluated(form, values)).data, (await evaluated(model, values)).data);
});

Deno.test("webgpuForm() returns a model unchanged if its kernels are right", () => {
  const g = new Graph();
  const x = g.input("x", "float32", ["N", CHANNELS, 4]);
  const y = g.slice(normalized(g, x), [-1, 1], [-(2 ** 31), 3], [0, 2], [-1, 1]);
  const sizes = g.slice(g.shape(x), [1], [-4], [0], [-1]);
  g.output(g.reshape(y, g.concat([sizes, g.constant([-1], "int64")], { axis: 0 })), "y");
  const model = buildModel(g);
  assert(webgpuForm(model) === model);
});

/** Returns one axis of a slice by its definition: the indices from `start`, by `step`, up to `end`. */
function taken(size: number, [start, end, step]: readonly [number, number, number]): number[] {
  const clamp = (v: number, low: number, high: number) => Math.min(Math.max(v < 0 ? v + size : v, low), high);
  const found: number[] = [];
  if (step > 0) { for (let i = clamp(start, 0, size); i < clamp(end, 0, size); i += step) found.push(i); }
  else if (size > 0) {
    for (let i = clamp(start, 0, size - 1); i > clamp(end, -1, size - 1); i += step) found.push(i);
  }
  return found;
}

Deno.test("webgpuForm() slices with negative steps from the last element, and keeps the results", async () => {
  const draw = (stream: string, low: number, high: number) =>
    randomInt({ seed: 3, stream }, 400, { low, high });
  const [sizes, starts, ends, steps] = [
    draw("size", 1, 8),
    draw("start", -10, 10),
    draw("end", -12, 10),
    draw("step", -3, 3),
  ];
  let changed = 0;
  for (let i = 0; i < 400; i += 2) {
    const bounds = [i, i + 1].map((k) =>
      [starts[k]!, ends[k]! === -12 ? -(2 ** 31) : ends[k]!, steps[k]! || 1] as const
    );
    const shape = [sizes[i]!, sizes[i + 1]!] as const;
    const g = new Graph();
    const [from, to, by] = [0, 1, 2].map((n) => bounds.map((b) => b[n]!));
    g.output(g.slice(g.input("x", "float32", shape), from!, to!, [0, 1], by!), "y");
    const model = buildModel(g);
    const form = webgpuForm(model);
    if (form !== model) changed++;
    const x = Float32Array.from({ length: shape[0] * shape[1] }, (_, k) => k);
    const expected = taken(shape[0], bounds[0]!).flatMap((r) =>
      taken(shape[1], bounds[1]!).map((c) => r * shape[1] + c)
    );
    const y = await evaluated(form, tensor(x, shape));
    assertEquals(Array.from(y.data as Float32Array), expected, JSON.stringify([shape, bounds]));
  }
  assert(changed > 50);
});

Deno.test("webgpuForm() refuses a slice with negative steps and unknown bounds, by name", () => {
  const g = new Graph();
  const x = g.input("x", "float32", ["N"]);
  const start = g.input("start", "int64", [1]);
  g.output(g.slice(x, start, [0], [0], [-1]), "y");
  const error = assertThrows(() => webgpuForm(buildModel(g)), DeviceError);
  assert(/Slice.*'webgpu'.*--device cpu/.test(error.message), error.message);
});
