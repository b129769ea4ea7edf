import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { ModelGraph } from "../../autodiff/trained/model_graph.ts";
import { reaching } from "../../autodiff/trained/reaching.ts";
import { linear, mlp } from "../../models/dense.ts";
import { type Loss, withLoss } from "../../models/loss.ts";
import { buildModel, Graph, type Model, type Tensor, tensor } from "../../onnx/mod.ts";
import { openSession } from "../../runtime/session/session.ts";

const N = 4;

/** Returns a model whose output is its input, so a test sets the outputs. */
function passing(width: number): Model {
  const g = new Graph();
  g.output(g.identity(g.input("x", "float32", ["N", width])), "y");
  return buildModel(g);
}

async function evaluate(loss: Loss, y: Tensor, target: Tensor): Promise<Record<string, number>> {
  await using session = await openSession(withLoss(passing(y.shape[1]!), { loss }));
  const out = await session.run({ x: y, target });
  return Object.fromEntries(
    Object.entries(out).filter(([n]) => n !== "y").map(([n, t]) => [n, Number(t.data[0])]),
  );
}

function mean(f: (i: number) => number, n: number): number {
  return Array.from({ length: n }, (_, i) => f(i)).reduce((a, b) => a + b, 0) / n;
}

const y = Float32Array.of(0.5, -1.5, 2.25, -0.125);
const t = Float32Array.of(1, 0, 0.5, 0.25);

const FORMULAS: Readonly<Record<Exclude<Loss, "cross-entropy" | "hinge">, (y: number, t: number) => number>> =
  {
    mse: (y, t) => (y - t) ** 2,
    mae: (y, t) => Math.abs(y - t),
    huber: (y, t) => (Math.abs(y - t) <= 1 ? (y - t) ** 2 / 2 : Math.abs(y - t) - 0.5),
    bce: (z, t) => -t * Math.log(1 / (1 + Math.exp(-z))) - (1 - t) * Math.log(1 - 1 / (1 + Math.exp(-z))),
  };

for (const [name, formula] of Object.entries(FORMULAS)) {
  Deno.test(`withLoss() computes ${name} by its formula`, async () => {
    const out = await evaluate(name as Loss, tensor(y, [N, 1]), tensor(t, [N, 1]));
    assertAlmostEquals(out.loss!, mean((i) => formula(y[i]!, t[i]!), N), 1e-6);
  });
}

Deno.test("withLoss() computes the hinge loss and its accuracy for targets of -1 and 1", async () => {
  const signs = Float32Array.of(1, 1, 1, -1);
  const out = await evaluate("hinge", tensor(y, [N, 1]), tensor(signs, [N, 1]));
  assertAlmostEquals(out.loss!, mean((i) => Math.max(0, 1 - signs[i]! * y[i]!), N), 1e-6);
  assertEquals(out.accuracy, 0.75);
});

Deno.test("withLoss() computes the cross-entropy of class scores and their accuracy", async () => {
  const scores = Float32Array.of(1, 2, 0.5, 0, -1, 3, 0.1, 0.2, 0.3, 5, -5, 0);
  const classes = [1, 2, 0, 0];
  const out = await evaluate(
    "cross-entropy",
    tensor(scores, [N, 3]),
    tensor(BigInt64Array.from(classes, BigInt)),
  );
  const expected = mean((i) => {
    const row = scores.subarray(3 * i, 3 * i + 3);
    return Math.log(row.reduce((a, b) => a + Math.exp(b), 0)) - row[classes[i]!]!;
  }, N);
  assertAlmostEquals(out.loss!, expected, 1e-6);
  assertEquals(out.accuracy, 0.75);
});

Deno.test("withLoss() keeps the model's outputs, and its errors say what is wrong", () => {
  const model = mlp({ inputs: 4, hidden: [3], outputs: 2 });
  const names = withLoss(model, { loss: "cross-entropy" }).graph!.output.map((o) => o.name);
  assertEquals(names, ["y", "loss", "accuracy"]);
  assertThrows(
    () => withLoss(model, { loss: "l2" as "mse" }),
    RangeError,
    "loss must be one of cross-entropy, mse",
  );
  assertThrows(
    () => withLoss(model, { loss: "mse", output: "z" }),
    RangeError,
    "output must be one of y, got 'z'",
  );
});

Deno.test("mlp() and linear() are models that ONNX Runtime runs", async () => {
  await using net = await openSession(
    mlp({ inputs: 4, hidden: [8, 8], outputs: 2, activation: "tanh", seed: 3 }),
  );
  const out = await net.run({ x: tensor(new Float32Array(12).fill(0.5), [3, 4]) });
  assertEquals(out.y!.shape, [3, 2]);
  await using flat = await openSession(linear({ inputs: 4, outputs: 2 }));
  assertEquals(
    Array.from((await flat.run({ x: tensor(new Float32Array(4), [1, 4]) })).y!.data as Float32Array),
    [0, 0],
  );
  assertThrows(() => mlp({ inputs: 0, hidden: [], outputs: 1 }), RangeError, "integers of at least 1");
});

Deno.test("withLoss() with classes in the last dimension equals a transposition and the second", async () => {
  const g = new Graph();
  const x = g.input("x", "float32", ["N", 2, 3]);
  g.output(x, "y");
  const turned = new Graph();
  turned.output(turned.transpose(turned.input("x", "float32", ["N", 2, 3]), { perm: [0, 2, 1] }), "y");
  const scores = tensor(Float32Array.from({ length: 24 }, (_, i) => Math.sin(3 * i)), [4, 2, 3]);
  const target = tensor(BigInt64Array.of(0n, 2n, 1n, 1n, 2n, 0n, 0n, 1n), [4, 2]);
  const lossOf = async (model: Model, classes: "second" | "last") => {
    await using session = await openSession(withLoss(model, { loss: "cross-entropy", classes }));
    return await session.run({ x: scores, target });
  };
  const last = await lossOf(buildModel(g), "last");
  const second = await lossOf(buildModel(turned), "second");
  assertAlmostEquals(Number(last.loss!.data[0]), Number(second.loss!.data[0]), 1e-6);
  const hits = Array.from({ length: 8 }, (_, i) => {
    const row = [...(scores.data as Float32Array).subarray(3 * i, 3 * i + 3)];
    return row.indexOf(Math.max(...row)) === Number(target.data[i]);
  }).filter((hit) => hit).length;
  assertAlmostEquals(Number(last.accuracy!.data[0]), hits / 8, 1e-6);
});

Deno.test("withLoss() compares an inner value of the model with the targets", async () => {
  const g = new Graph();
  const logits = g.mul(g.input("x", "float32", ["N", 1]), 2);
  g.output(g.sigmoid(logits), "p");
  await using session = await openSession(
    withLoss(buildModel(g), { loss: "bce", output: logits.name }),
  );
  const out = await session.run({
    x: tensor(Float32Array.of(1, -3), [2, 1]),
    target: tensor(Float32Array.of(1, 1), [2, 1]),
  });
  assertAlmostEquals(
    Number(out.loss!.data[0]),
    (Math.log1p(Math.exp(-2)) + Math.log1p(Math.exp(6))) / 2,
    1e-5,
  );
  assertEquals(session.outputNames[0], "p");
});

Deno.test("withLoss() refuses an output of integers, and a model without outputs", () => {
  const g = new Graph();
  g.output(g.identity(g.input("x", "int64", [2, 3])), "y");
  const model = buildModel(g);
  assertThrows(
    () => withLoss(model, { loss: "cross-entropy" }),
    RangeError,
    "output must be a float to have a loss, 'y' is int64",
  );
  model.graph!.output = [];
  assertThrows(
    () => withLoss(model, { loss: "mse" }),
    RangeError,
    "the model has no output to compute a loss from",
  );
});

Deno.test("withLoss() adds no trained tensors", () => {
  for (const loss of ["cross-entropy", "mse", "mae", "huber", "bce", "hinge"] as const) {
    const model = withLoss(mlp({ inputs: 2, hidden: [], outputs: 2 }), { loss });
    assertEquals(reaching(new ModelGraph(model), "loss"), ["layers.0.weight", "layers.0.bias"], loss);
  }
});
