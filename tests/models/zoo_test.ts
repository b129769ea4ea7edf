import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { describeModel } from "../../autodiff/describe.ts";
import { ModelGraph } from "../../autodiff/trained/model_graph.ts";
import { reaching } from "../../autodiff/trained/reaching.ts";
import { cifarnet } from "../../models/cifarnet.ts";
import { densenet } from "../../models/densenet.ts";
import { lenet } from "../../models/lenet.ts";
import { withLoss } from "../../models/loss.ts";
import { type Cell, recurrentLanguageModel } from "../../models/recurrent.ts";
import { resnet } from "../../models/resnet.ts";
import { transformer } from "../../models/transformer.ts";
import { vgg } from "../../models/vgg.ts";
import type { Model, Tensor } from "../../onnx/mod.ts";
import { tensor, tensorOf, withWeights } from "../../onnx/mod.ts";
import { adam } from "../../optim/rules/adam.ts";
import { normal } from "../../random/normal.ts";
import { randomInt } from "../../random/random_int.ts";
import { fit } from "../../runtime/training/fit.ts";
import { openSession } from "../../runtime/session/session.ts";

/** Returns how many numbers training changes. */
function parameterCount(model: Model): number {
  const trained = describeModel(model).parameters.filter((p) => p.constant === undefined);
  return trained.reduce((sum, p) => sum + p.shape.reduce((a, b) => a * b, 1), 0);
}

const bytes = (model: Model) => model.graph!.initializer.map((t) => [t.name, t.rawData]);

const COUNTS: readonly [what: string, make: () => Model, count: number][] = [
  ["LeNet-5", () => lenet(), 61706],
  ["Caffe's LeNet", () => lenet({ channels: [20, 50], hidden: [500], padding: 0 }), 431080],
  ["CIFARNET", () => cifarnet(), 1803594],
  // torchvision's vgg16_bn has 14,723,136 before its classifier.
  ["VGG+BN+dropout", () => vgg(), 14723136 + (512 * 512 + 3 * 512) + (512 * 10 + 10)],
  ["ResNet-20", () => resnet({ depth: 20 }), 269722],
  ["ResNet-32", () => resnet(), 464154],
  ["DenseNet-40", () => densenet(), 1019722],
  ["DenseNet-BC-100", () => densenet({ layers: 16, bottleneck: true, compression: 0.5 }), 769162],
  ["Zaremba's small LSTM", () => recurrentLanguageModel({ vocabulary: 10000 }), 4653200],
  [
    "a tied GRU",
    () =>
      recurrentLanguageModel({
        vocabulary: 100,
        cell: "gru",
        hidden: 8,
        embedding: 8,
        layers: 1,
        tied: true,
      }),
    100 * 8 + 3 * (8 * 8 + 8 * 8 + 2 * 8) + 100,
  ],
];
for (const [what, make, count] of COUNTS) {
  Deno.test(`${what} has ${count} parameters, as published`, () => {
    assertEquals(parameterCount(make()), count);
  });
}

Deno.test("transformer() has the parameters of GPT-2 by the formula that gives 124,439,808 for the smallest", () => {
  const formula = (V: number, T: number, D: number, L: number) =>
    V * D + T * D + L * (12 * D * D + 13 * D) + 2 * D;
  assertEquals(formula(50257, 1024, 768, 12), 124439808);
  const sizes = { vocabulary: 70, context: 20, width: 24, layers: 3, heads: 2 };
  assertEquals(parameterCount(transformer(sizes)), formula(70, 20, 24, 3));
  const model = withLoss(transformer(sizes), { loss: "cross-entropy", classes: "last" });
  assertEquals(reaching(new ModelGraph(model), "loss").filter((name) => name.startsWith("const")), []);
  assertEquals(parameterCount(transformer({ ...sizes, tied: false })), formula(70, 20, 24, 3) + 70 * 24);
});

/** Small networks of every kind, with an input for each. */
const image = (shape: number[]) => (n: number): Tensor =>
  tensor(normal({ seed: 3, stream: "x" }, n * shape.reduce((a, b) => a * b, 1), {}), [n, ...shape]);
const tokens = (length: number) => (n: number): Tensor =>
  tensorOf(randomInt({ seed: 4, stream: "tokens" }, n * length, { low: 0, high: 11 }), [n, length], "int64");
const SMALL: readonly [
  what: string,
  make: (seed: number) => Model,
  x: (n: number) => Tensor,
  out: number[],
][] = [
  [
    "lenet()",
    (seed) => lenet({ image: [2, 16, 20], channels: [3, 4], hidden: [9], outputs: 5, seed }),
    image([2, 16, 20]),
    [5],
  ],
  [
    "cifarnet()",
    (seed) => cifarnet({ image: [3, 9, 8], channels: 6, hidden: [8, 7], outputs: 5, dropout: 0, seed }),
    image([3, 9, 8]),
    [5],
  ],
  [
    "vgg()",
    (seed) =>
      vgg({ image: [3, 8, 8], blocks: [[4], [6, 6]], hidden: 7, outputs: 5, dropout: [0, 0, 0], seed }),
    image([3, 8, 8]),
    [5],
  ],
  [
    "resnet()",
    (seed) => resnet({ image: [3, 10, 8], depth: 8, width: 3, outputs: 5, seed }),
    image([3, 10, 8]),
    [5],
  ],
  [
    "densenet()",
    (seed) =>
      densenet({
        image: [3, 8, 8],
        layers: 2,
        growth: 3,
        bottleneck: true,
        compression: 0.5,
        outputs: 5,
        seed,
      }),
    image([3, 8, 8]),
    [5],
  ],
  ...(["lstm", "gru", "rnn"] as Cell[]).map((cell) =>
    [
      `recurrentLanguageModel() of ${cell}`,
      (seed: number) =>
        recurrentLanguageModel({ vocabulary: 11, cell, hidden: 6, embedding: 6, layers: 2, seed }),
      tokens(7),
      [7, 11],
    ] as [string, (seed: number) => Model, (n: number) => Tensor, number[]]
  ),
  [
    "transformer()",
    (seed) => transformer({ vocabulary: 11, context: 9, width: 8, layers: 2, heads: 2, seed }),
    tokens(7),
    [7, 11],
  ],
];

for (const [what, make, x, out] of SMALL) {
  Deno.test(`${what} gives scores of the right shape, and the same scores from the same seed`, async () => {
    const model = make(1);
    assertEquals(bytes(make(1)), bytes(model));
    assert(JSON.stringify(bytes(make(2)).map(String)) !== JSON.stringify(bytes(model).map(String)));
    await using session = await openSession(model);
    for (const n of [1, 3]) {
      const [scores] = Object.values(await session.run({ [session.inputNames[0]!]: x(n) }));
      assertEquals(scores!.shape, [n, ...out]);
      assert((scores!.data as Float32Array).every((v) => Number.isFinite(v)));
    }
  });

  Deno.test(`${what} memorizes a few examples`, async () => {
    const model = withLoss(make(1), { loss: "cross-entropy", classes: "last" });
    const n = 6;
    const target = out.length === 1
      ? tensorOf([0, 1, 2, 3, 4, 0], "int64")
      : tensorOf(randomInt({ seed: 5, stream: "target" }, n * 7, { low: 0, high: 11 }), [n, 7], "int64");
    const { epochs } = await fit({
      model,
      optimizer: adam({ learningRate: out.length === 1 ? 0.02 : 0.05 }),
      train: { [model.graph!.input[0]!.name]: x(n), target },
      epochs: 40,
      batchSize: n,
    });
    const [first, last] = [epochs[0]!.trainLoss, epochs.at(-1)!.trainLoss];
    assert(last < 0.6 * first, `${first} to ${last}`);
  });
}

Deno.test("resnet() without shortcuts has the same weights, and passes a block's input on through its convolutions alone", async () => {
  const [plain, residual] = [false, true].map((shortcuts) =>
    resnet({ image: [3, 10, 8], depth: 8, width: 3, outputs: 5, seed: 1, shortcuts })
  ) as [Model, Model];
  const weights = (model: Model) => new Map(bytes(model).filter(([n]) => String(n).includes(".")) as never);
  assertEquals(weights(plain), weights(residual));
  // With scales of 0 at its end, the last block returns what its normalization adds, whatever its input.
  const shift = [0.5, -1, 2, 0.25, 0, 1, -2, 3, 0.75, 1.5, -0.5, 1];
  const last = "stage3.1.2.norm";
  const results = await Promise.all([plain, residual].map(async (model) => {
    await using session = await openSession(
      withWeights(model, {
        [`${last}.weight`]: tensor(new Float32Array(12)),
        [`${last}.bias`]: tensor(Float32Array.from(shift)),
      }, { partial: true }),
    );
    const x = tensor(normal({ seed: 3, stream: "x" }, 240), [1, 3, 10, 8]);
    return [...(await session.run({ x })).y!.data as Float32Array];
  }));
  const stored = new ModelGraph(plain);
  const of = (name: string) => stored.graph.initializers.get(name)!.tensor().data as Float32Array;
  const expected = Array.from(
    { length: 5 },
    (_, o) =>
      shift.reduce((sum, v, i) => sum + Math.max(0, v) * of("fc.weight")[o * 12 + i]!, of("fc.bias")[o]!),
  );
  results[0]!.forEach((v, o) => assertAlmostEquals(v, expected[o]!, 1e-5));
  assert(results[1]!.some((v, o) => Math.abs(v - expected[o]!) > 1e-2));
});

Deno.test("transformer() ignores later tokens, and accepts rows of any length up to its context", async () => {
  await using session = await openSession(
    transformer({ vocabulary: 11, context: 9, width: 8, layers: 2, heads: 2 }),
  );
  const run = async (row: number[]) =>
    (await session.run({ tokens: tensorOf(row, [1, row.length], "int64") })).scores!.data as Float32Array;
  const whole = await run([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const other = await run([1, 2, 3, 4, 10, 0, 0, 0, 0]);
  const short = await run([1, 2, 3, 4]);
  assertEquals(other.slice(0, 44), whole.slice(0, 44));
  assert(other[44] !== whole[44]);
  assert(short.every((v, i) => Math.abs(v - whole[i]!) < 1e-5));
});

Deno.test("recurrentLanguageModel() ignores later tokens, and starts each row from zero states", async () => {
  await using session = await openSession(
    recurrentLanguageModel({ vocabulary: 11, hidden: 6, embedding: 5 }),
  );
  const run = async (rows: number[][]) =>
    (await session.run({ tokens: tensorOf(rows.flat(), [rows.length, 3], "int64") })).scores!
      .data as Float32Array;
  const two = await run([[1, 2, 3], [4, 5, 6]]);
  const other = await run([[1, 2, 9]]);
  assert(other.slice(0, 22).every((v, i) => Math.abs(v - two[i]!) < 1e-6));
  assert((await run([[4, 5, 6]])).every((v, i) => Math.abs(v - two[33 + i]!) < 1e-6));
});

const WRONG: readonly [call: () => unknown, message: string][] = [
  [() => lenet({ image: [1, 10, 28] }), "image must leave a pixel"],
  [() => lenet({ channels: [0, 3] }), "channels must be integers of at least 1, got [0, 3]"],
  [() => cifarnet({ image: [3, 3, 32] }), "image must be of 4 by 4 pixels or more"],
  [() => cifarnet({ dropout: 1 }), "dropout must be in [0, 1), got 1"],
  [() => vgg({ image: [3, 28, 28] }), "image must have sides divisible by 32"],
  [() => resnet({ depth: 30 }), "depth must be 6 n + 2, such as 8, 20, 32 or 44, got 30"],
  [() => densenet({ compression: 0 }), "compression must be in (0, 1], got 0"],
  [() => densenet({ image: [3, 30, 30] }), "image must have sides divisible by 4"],
  [() => recurrentLanguageModel({ vocabulary: 0 }), "vocabulary must be an integer of at least 1, got 0"],
  [() => recurrentLanguageModel({ vocabulary: 5, tied: true, hidden: 4 }), "tied takes as many numbers"],
  [
    () => recurrentLanguageModel({ vocabulary: 5, cell: "elman" as Cell }),
    "cell must be one of lstm, gru, rnn",
  ],
  [
    () => transformer({ vocabulary: 5, width: 10, heads: 4 }),
    "width must be a multiple of heads, got 10 and 4",
  ],
];
for (const [call, message] of WRONG) {
  Deno.test(`the models refuse invalid options: ${message}`, () => {
    assertThrows(call, RangeError, message);
  });
}
