/** Tests the moments of layers that training programs compute for K-FAC, what the rule is for, and what is refused. */
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { lenet } from "../../models/lenet.ts";
import { mlp } from "../../models/dense.ts";
import { crossEntropy, meanSquaredError, withLoss } from "../../models/loss.ts";
import { resnet } from "../../models/resnet.ts";
import { transformer } from "../../models/transformer.ts";
import { buildModel, Graph, type Model, type Tensor, tensor, type Value } from "../../onnx/mod.ts";
import type { Optimizer } from "../../optim/optimizer.ts";
import { adam } from "../../optim/rules/adam.ts";
import { kfac, type KfacOptions } from "../../optim/rules/kfac.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { partition } from "../../optim/nesting/partition.ts";
import { chain } from "../../optim/transforms/chain.ts";
import { clip } from "../../optim/transforms/clip.ts";
import { lookahead } from "../../optim/transforms/lookahead.ts";
import { normal } from "../../random/normal.ts";
import { modelLayers, trainingModel, trainingProgram } from "../../runtime/program/mod.ts";
import { data, model } from "./problem.ts";

type Data = Readonly<Record<string, Tensor>>;

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** Random numbers of a shape. */
function random(stream: string, shape: readonly number[], dtype: "float32" | "float64" = "float32"): Tensor {
  const values = normal({ seed: 3, stream }, count(shape));
  return tensor(dtype === "float32" ? Float32Array.from(values) : Float64Array.from(values), shape);
}

const weights = (g: Graph) => (name: string, ...shape: number[]) => g.initializer(name, random(name, shape));

/** Returns the state's matrices after one step on all examples, at a share of 0 of those before: the moments of the step. */
async function moments(of: Model, examples: Data, options: KfacOptions): Promise<Record<string, number[]>> {
  const optimizer = kfac({ ...options, factorDecay: 0 });
  await using program = await trainingProgram({ model: of, optimizer, data: examples });
  const rows = range(examples.target!.shape[0]!);
  const { state } = await program.run(program.init(), { rows, batchSize: rows.length });
  return Object.fromEntries(
    Object.entries(state.optimizer.slots).map(([n, t]) => [n, Array.from(t.data as Float32Array)]),
  );
}

function assertNear(got: readonly number[], expected: readonly number[], bound = 1e-5): void {
  assertEquals(got.length, expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  got.forEach((v, i) => assertAlmostEquals(v, expected[i]!, bound * scale, `element ${i}`));
}

/** Returns the sum of the products of all pairs of elements of each row, divided by a number. */
function gram(rows: readonly (readonly number[])[], by: number): number[] {
  const size = rows[0]!.length;
  return range(size * size).map((k) =>
    rows.reduce((sum, r) => sum + r[Math.floor(k / size)]! * r[k % size]!, 0) / by
  );
}

Deno.test("the moments of a dense layer on sequences are sums over places of inputs, and means of gradients", async () => {
  const [n, places, inputs, classes] = [7, 3, 4, 5];
  const x = random("x", [n, places, inputs]);
  const target = range(n * places).map((i) => (i * 3) % classes);
  const g = new Graph();
  const w = weights(g);
  const input = g.input("x", "float32", ["N", places, inputs]);
  g.output(g.add(g.matMul(input, w("w", inputs, classes)), w("b", classes)), "y");
  const of = withLoss(buildModel(g), { loss: "cross-entropy", classes: "last" });
  const examples = { x, target: tensor(BigInt64Array.from(target, BigInt), [n, places]) };
  const found = await moments(of, examples, { labels: "empirical" });

  const [kernel, bias] = [random("w", [inputs, classes]).data, random("b", [classes]).data].map((d) =>
    Array.from(d as Float32Array)
  ) as [number[], number[]];
  const rows = range(n * places).map((i) =>
    Array.from(x.data.slice(i * inputs, (i + 1) * inputs) as Float32Array)
  );
  const gradients = rows.map((a, i) => {
    const s = bias.map((b, c) => a.reduce((sum, v, j) => sum + v * kernel[j * classes + c]!, b));
    const total = s.reduce((sum, v) => sum + Math.exp(v), 0);
    return s.map((v, c) => (Math.exp(v) / total - (c === target[i] ? 1 : 0)) / places);
  });
  assertNear(found["inputs/w"]!, gram(rows.map((a) => [...a, 1]), n));
  assertNear(found["outputs/w"]!, gram(gradients, n * places));
});

/** Padding: given for dilated rows, two before and two behind; chosen by the operator, one before the rows and none behind. */
const WINDOWS = [
  { options: { dilations: [2, 1], strides: [1, 2], pads: [2, 0, 2, 1] }, before: 2, step: 2, counts: [6, 3] },
  { options: { strides: [2, 2], auto_pad: "SAME_LOWER" }, before: 1, step: 1, counts: [3, 3], stride: 2 },
] as const;

for (const { options, before, step, counts: [down, across], ...more } of WINDOWS) {
  const title = JSON.stringify(options);
  Deno.test(`the inputs of a convolution are the patches below its kernel, with ${title}`, async () => {
    const [n, channels, height, width] = [3, 2, 6, 5];
    const [high, wide] = [3, 2];
    const x = random("x", [n, channels, height, width]);
    const g = new Graph();
    const kernel = weights(g)("w", 4, channels, high, wide);
    const image = g.conv(g.input("x", "float32", ["N", channels, height, width]), kernel, null, options);
    const target = random("target", [n, 4, down, across]);
    g.output(meanSquaredError(g, image, g.input("target", "float32", ["N", 4, down, across])), "loss");
    const found = await moments(buildModel(g), { x, target }, { labels: "empirical" });

    const at = (i: number, c: number, p: number, q: number) =>
      p < 0 || q < 0 || p >= height || q >= width
        ? 0
        : Number(x.data[((i * channels + c) * height + p) * width + q]);
    const stride = "stride" in more ? more.stride : 1;
    const left = "stride" in more ? 1 : 0;
    const entries = range(channels * high * wide).map((k) =>
      [Math.floor(k / (high * wide)), Math.floor(k / wide) % high, k % wide] as const
    );
    const patches = range(n * down * across).map((k) => {
      const [i, p, q] = [Math.floor(k / (down * across)), Math.floor(k / across) % down, k % across];
      return entries.map(([c, r, s]) => at(i, c, stride * p - before + step * r, 2 * q - left + s));
    });
    assertNear(found["inputs/w"]!, gram(patches, n));
  });
}

/** A layer without inputs that matter: at scores of zero all classes are as likely. */
function uniformScores(classes: number): Model {
  const g = new Graph();
  const w = g.initializer("w", tensor(new Float32Array(2 * classes), [2, classes]));
  const scores = g.matMul(g.input("x", "float32", ["N", 2]), w);
  g.output(crossEntropy(g, scores, g.input("target", "int64", ["N"])), "loss");
  return buildModel(g);
}

Deno.test("sampled labels give the Fisher matrix of the softmax, whatever the labels of the data, and other labels each step", async () => {
  const [n, classes] = [6000, 3];
  const examples = { x: random("x", [n, 2]), target: tensor(new BigInt64Array(n)) };
  const found = await moments(uniformScores(classes), examples, {});
  // E[g g'] of a softmax is diag(p) - p p'; an entry's standard error is below 0.5 / sqrt(n).
  range(classes ** 2).forEach((k) => {
    const expected = (k % (classes + 1) === 0 ? 1 / classes : 0) - 1 / classes ** 2;
    assertAlmostEquals(found["outputs/w"]![k]!, expected, 5 * 0.5 / Math.sqrt(n));
  });
  const optimizer = kfac({ learningRate: 0, factorDecay: 0 });
  await using program = await trainingProgram({ model: uniformScores(classes), optimizer, data: examples });
  const batches = { rows: range(50), batchSize: 50 };
  const outputs = async (step: number, seed: number) => {
    const { state } = await program.run({ ...program.init(), step }, batches, { seed });
    return Array.from(state.optimizer.slots["outputs/w"]!.data as Float32Array);
  };
  const [first, again, next, other] = [
    await outputs(0, 1),
    await outputs(0, 1),
    await outputs(1, 1),
    await outputs(0, 2),
  ];
  assertEquals(first, again);
  assert(first.join() !== next.join() && first.join() !== other.join());
});

/** A perceptron in float64 that reads features after a linear map, which its first layer undoes. */
function mapped(map: readonly number[] | undefined): Model {
  const [inputs, hidden, classes] = [2, 4, 3];
  const g = new Graph();
  const w = (name: string, ...shape: number[]) => g.initializer(name, random(name, shape, "float64"));
  const first = random("first", [inputs, hidden], "float64").data as Float64Array;
  // The rows of the weight times the inverse of [[a, b], [c, d]].
  const [a, b, c, d] = map ?? [1, 0, 0, 1];
  const det = a! * d! - b! * c!;
  const inverse = [d! / det, -b! / det, -c! / det, a! / det];
  const turned = Float64Array.from(first, (_, k) => {
    const [i, j] = [Math.floor(k / hidden), k % hidden];
    return inverse[i * 2]! * first[j]! + inverse[i * 2 + 1]! * first[hidden + j]!;
  });
  const weight = g.initializer("first", tensor(turned, [inputs, hidden]));
  const h = g.tanh(g.add(g.matMul(g.input("x", "float64", ["N", inputs]), weight), w("bias", hidden)));
  const scores = g.add(g.matMul(h, w("second", hidden, classes)), w("second bias", classes));
  g.output(crossEntropy(g, scores, g.input("target", "int64", ["N"])), "loss");
  return buildModel(g);
}

Deno.test("kfac() trains as well whatever linear map its inputs went through, as no rule by elements does", async () => {
  const n = 40;
  const x = random("x", [n, 2], "float64").data as Float64Array;
  const target = tensor(BigInt64Array.from({ length: n }, (_, i) => BigInt(x[2 * i]! > 0 ? 1 : i % 3)));
  const map = [100, 7, -3, 0.1];
  const there = x.map((_, k) => x[k - k % 2]! * map[k % 2]! + x[k - k % 2 + 1]! * map[2 + k % 2]!);
  const losses = async (optimizer: Optimizer, m?: readonly number[]) => {
    const examples = { x: tensor(m ? there : x, [n, 2]), target };
    await using program = await trainingProgram({ model: mapped(m), optimizer, data: examples });
    const rows = range(12 * n).map((i) => i % n);
    const { reports } = await program.run(program.init(), { rows, batchSize: n }, { seed: 1 });
    return Array.from(reports.loss!);
  };
  const spread = async (optimizer: Optimizer) => {
    const [plain, other] = [await losses(optimizer), await losses(optimizer, map)];
    assert(plain.at(-1)! < plain[0]!);
    return Math.max(...plain.map((v, i) => Math.abs(v - other[i]!)));
  };
  const own = await spread(kfac({ damping: 1e-10, interval: 1, learningRate: 0.05, momentum: 0.5 }));
  assert(own < 1e-3, String(own));
  assert(await spread(adam({ learningRate: 0.02 })) > 0.05);
});

Deno.test("kfac() inside other rules has the layers of its own parameters", async () => {
  const slots = async (optimizer: Optimizer) => {
    await using program = await trainingProgram({ model: model(), optimizer, data: data() });
    const { state } = await program.run(program.init(), { rows: range(20), batchSize: 10 });
    const matrices = Object.entries(state.optimizer.slots).filter(([n]) => n.includes("puts/"));
    return matrices.map(([n, t]) => `${n.replace(/^.*?(inputs|outputs)/, "$1")} ${t.shape}`);
  };
  const all = [
    "inputs/layers.0.weight 13,13",
    "outputs/layers.0.weight 8,8",
    "inputs/layers.1.weight 9,9",
    "outputs/layers.1.weight 3,3",
  ];
  assertEquals(await slots(lookahead(chain(clip(1), kfac()))), all);
  const groups = { own: kfac(), rest: adam() };
  const parts = partition(groups, (name) => (name === "layers.0.weight" ? "own" : "rest"));
  assertEquals(await slots(parts), ["inputs/layers.0.weight 12,12", all[1]]);
  assertEquals(await slots(kfac({ plain: (n) => n.endsWith("bias") })), [
    "inputs/layers.0.weight 12,12",
    all[1],
    "inputs/layers.1.weight 8,8",
    all[3],
  ]);
});

/** A model of one product of an input with a weight, and more. */
function product(build: (g: Graph, x: Value, w: ReturnType<typeof weights>) => Value): Model {
  const g = new Graph();
  g.output(build(g, g.input("x", "float32", ["N", 4]), weights(g)), "y");
  return withLoss(buildModel(g), { loss: "cross-entropy" });
}

/** Describes the layers and the others of a model: those that are refused with an exclamation mark. */
function described(of: Model): string[] {
  const { layers, others } = modelLayers(of);
  return [
    ...layers.map(({ weight, bias }) => (bias === undefined ? weight : `${weight} + ${bias}`)),
    ...others.map(({ name, isWeight, reason }) =>
      `${isWeight ? "!" : ""}${name}: ${reason.split(" node")[0]}`
    ),
  ];
}

Deno.test("modelLayers() finds layers however they are written, and says why another parameter is none", () => {
  const w2 = (g: Graph, w: ReturnType<typeof weights>) => g.transpose(w("w", 3, 4), { perm: [1, 0] });
  assertEquals(described(product((g, x, w) => g.matMul(x, w2(g, w)))), ["w"]);
  assertEquals(described(product((g, x, w) => g.gemm(x, w("w", 4, 3), w("b", 3)))), ["w + b"]);
  // A bias that something else reads too, or that is scaled, is no bias of the layer.
  assertEquals(
    described(product((g, x, w) => {
      const b = w("b", 3);
      return g.mul(g.gemm(x, w("w", 4, 3), b), b);
    })),
    ["w", "b: it is read in 2 places"],
  );
  assertEquals(described(product((g, x, w) => g.gemm(x, w("w", 4, 3), w("b", 3), { beta: 0.5 }))), [
    "w",
    "b: Gemm",
  ]);
  assertEquals(described(product((g, x, w) => g.gemm(x, w("w", 4, 3), null, { alpha: 2 }))), ["!w: Gemm"]);
  assertEquals(described(product((g, x, w) => g.matMul(w("w", 4, 4), x))), ["!w: MatMul"]);
  assertEquals(
    described(product((g, x, w) => {
      const shared = w("w", 4, 4);
      return g.matMul(g.tanh(g.matMul(x, shared)), shared);
    })),
    ["!w: it is read in 2 places"],
  );
  // A scale and a row of a table are no products; a slice of a weight may be one.
  assertEquals(described(product((g, x, w) => g.mul(x, w("w", 1, 4)))), ["w: Mul"]);
  assertEquals(described(product((g, x, w) => g.matMul(x, g.slice(w("w", 5, 3), [0], [4], [0])))), [
    "!w: Slice",
  ]);
  const network = resnet({ depth: 8, width: 4, image: [1, 8, 8] });
  const found = modelLayers(withLoss(network, { loss: "cross-entropy" }));
  assertEquals(found.layers.length, 8);
  assert(found.others.length > 0 && found.others.every(({ isWeight }) => !isWeight));
  const words = transformer({ vocabulary: 9, context: 4, width: 8, heads: 2, layers: 1 });
  const { layers, others } = modelLayers(withLoss(words, { loss: "cross-entropy", classes: "last" }));
  assertEquals(layers.length, 4);
  assertEquals(others.filter((o) => o.isWeight).map((o) => o.name), ["embedding.weight"]);
});

Deno.test("kfac() refuses by name what it cannot train, and says how it could", async () => {
  const inputs = { x: { dtype: "float32", shape: [8, 4] }, target: { dtype: "int64", shape: [8] } } as const;
  const trained = (of: Model, optimizer: Optimizer, more: object = {}) => () =>
    trainingModel({ model: of, optimizer, inputs, ...more });
  const shared = product((g, x, w) => {
    const both = w("w", 4, 4);
    return g.matMul(g.tanh(g.matMul(x, both)), both);
  });
  assertThrows(
    trained(shared, kfac()),
    RangeError,
    "kfac has no factors for 'w': it is read in 2 places. Name these in plain",
  );
  trained(shared, kfac({ plain: (name) => name === "w" }))();
  const dense = product((g, x, w) => g.matMul(x, w("w", 4, 3)));
  assertThrows(
    trained(dense, kfac(), { target: "gpu" }),
    RangeError,
    'kfac reads moments of layers, which programs for a GPU or of precision "float16" do not compute',
  );
  const square = product((g, x, w) => g.matMul(x, w("w", 4, 4)));
  // The layer of a model that stores its weight the other way around.
  const layers = modelLayers(square).layers.map((l) => ({ ...l, transposed: !l.transposed }));
  assertThrows(
    trained(square, kfac({ layers })),
    RangeError,
    "the optimizer's layer of 'w' is not one of the model: take those of modelLayers(model)",
  );
  assertThrows(
    trained(dense, kfac({ layers })),
    RangeError,
    "kfac: layers: 'w' has the shape [4, 3], which a dense layer of 4 inputs and 4 outputs has not",
  );
  const squares = withLoss(mlp({ inputs: 4, hidden: [], outputs: 3 }), { loss: "mse" });
  const targets = { ...inputs, target: { dtype: "float32", shape: [8, 3] } } as const;
  assertThrows(
    trained(squares, kfac(), { inputs: targets }),
    RangeError,
    "classes can be sampled from the scores of a SoftmaxCrossEntropyLoss alone",
  );
  trained(squares, kfac({ labels: "empirical" }), { inputs: targets })();
  const params = { w: tensor(new Float32Array(12), [4, 3]) };
  assertThrows(() => kfac().init(params), TypeError, "modelLayers(model).layers");
  const host = kfac({ layers: modelLayers(dense).layers });
  assertThrows(
    () => host.update(params, host.init(params), params),
    TypeError,
    "kfac needs moments of the layers: { factors } with 'outputs/w', 3 x 3",
  );
  await assertRejects(
    () =>
      trainingProgram({
        model: withLoss(transformer({ vocabulary: 9, context: 4, width: 8, heads: 2, layers: 1 }), {
          loss: "cross-entropy",
          classes: "last",
        }),
        optimizer: kfac({ plain: (n) => n === "embedding.weight" }),
        data: {
          tokens: tensor(new BigInt64Array(8), [2, 4]),
          target: tensor(new BigInt64Array(8), [2, 4]),
        },
      }),
    RangeError,
    'use labels "empirical"',
  );
});

Deno.test("kfac() with every parameter plain, without momentum and bound, is sgd() to the bit", async () => {
  const of = withLoss(lenet({ image: [1, 8, 8], channels: [2, 2], hidden: [4, 3], padding: 4, outputs: 3 }), {
    loss: "cross-entropy",
  });
  const x = tensor(Float32Array.from({ length: 640 }, (_, i) => Math.sin(i)), [10, 1, 8, 8]);
  const target = tensor(BigInt64Array.from({ length: 10 }, (_, i) => BigInt(i % 3)));
  const optimizer = kfac({ plain: () => true, momentum: 0, normConstraint: 0, learningRate: 0.3 });
  const end = async (opt: Optimizer) => {
    await using program = await trainingProgram({ model: of, optimizer: opt, data: { x, target } });
    return (await program.run(program.init(), { rows: range(10), batchSize: 5 })).state.params;
  };
  assertEquals(await end(optimizer), await end(sgd({ learningRate: 0.3 })));
});
