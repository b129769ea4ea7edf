import { assert, assertEquals } from "@std/assert";
import { backward } from "../../autodiff/backward.ts";
import { lenet } from "../../models/lenet.ts";
import { withLoss } from "../../models/loss.ts";
import { buildModel, Graph, graphOf, tensor, type Value } from "../../onnx/mod.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { randomBits } from "../../random/random_bits.ts";
import { trainingModel } from "../../runtime/program/mod.ts";
import { poolFirst } from "../../runtime/program/pool_first.ts";
import { openSession } from "../../runtime/session/session.ts";

/** Few distinct numbers, so that most windows hold ties; many at or below 0. */
const NUMBERS = [0, -0, 1, 1, 2, -1, -2, 0.5, -0.5, Infinity, -Infinity];

function draw(stream: string, { count, from }: { count: number; from: readonly number[] }): Float32Array {
  return Float32Array.from(randomBits({ seed: 3, stream }, count), (b) => from[b % from.length]!);
}

type Windows = Parameters<Graph["maxPool"]>[1];

/** The pool of rectified numbers and its gradient, as a graph that is rewritten or not. */
function pooled(windows: Windows, { exchange, size }: { exchange: boolean; size: number }): Graph {
  const g = new Graph();
  const x = g.input("x", "float32", [2, 3, size, size]);
  const [y] = g.maxPool(g.relu(x), windows);
  if (exchange) poolFirst(g, new Set());
  const dy = g.input("dy", "float32", y!.shape);
  const [dx] = backward(g, { seeds: [{ value: y!, cotangent: dy }], wrt: [x] });
  g.output(y!, "y");
  g.output(dx!, "dx");
  g.prune();
  return g;
}

const CASES: Readonly<Record<string, Windows>> = {
  "2x2": { kernel_shape: [2, 2], strides: [2, 2] },
  "overlapping, padded": { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
  "padded": { kernel_shape: [2, 2], strides: [2, 2], pads: [1, 0, 1, 0] },
};

for (const [name, windows] of Object.entries(CASES)) {
  for (const optimization of ["disabled", "basic", "extended", "all"] as const) {
    Deno.test(`a pool before its rectifier has the same numbers and gradients: ${name}, ${optimization}`, async () => {
      const size = 8;
      const numbers = { x: draw("x", { count: 6 * size ** 2, from: NUMBERS }) };
      const [before, after] = await Promise.all([false, true].map(async (exchange) => {
        const g = pooled(windows, { exchange, size });
        const dy = g.inputs[1]!.shape as number[];
        const count = dy.reduce((a, b) => a * b, 1);
        await using session = await openSession(buildModel(g), { optimization, threads: 1 });
        const out = await session.run({
          x: tensor(numbers.x, [2, 3, size, size]),
          dy: tensor(draw("dy", { count, from: [1, 2, 3, -4, 5] }), dy),
        });
        // Zeros of both signs are one number.
        return [out.y!, out.dx!].map(({ data }) => Array.from(data as Float32Array, (v) => v + 0));
      }));
      assertEquals(after, before);
      assert(before![1]!.some((v) => v !== 0));
    });
  }
}

const rectifiedSizes = (g: Graph) =>
  g.nodes.filter((n) => n.opType === "Relu").map((n) => n.outputs[0]!.shape!.slice(2).join());

Deno.test("a rectifier stays before the pool where another node or a metric reads it, or the pool gives places", () => {
  const cases: Record<string, (g: Graph, x: Value) => ReadonlySet<Value>> = {
    "another reader": (g, x) => {
      const r = g.relu(x);
      g.output(g.neg(r), "other");
      g.output(g.maxPool(r, { kernel_shape: [2, 2] })[0]!, "y");
      return new Set();
    },
    "kept": (g, x) => {
      const r = g.relu(x);
      g.output(g.maxPool(r, { kernel_shape: [2, 2] })[0]!, "y");
      return new Set([r]);
    },
    "places": (g, x) => {
      g.maxPool(g.relu(x), { kernel_shape: [2, 2], outputs: 2 }).forEach((v, i) => g.output(v, `y${i}`));
      return new Set();
    },
  };
  for (const [name, build] of Object.entries(cases)) {
    const g = new Graph();
    const kept = build(g, g.input("x", "float32", [1, 1, 4, 4]));
    poolFirst(g, kept);
    g.prune();
    assertEquals(rectifiedSizes(g), ["4,4"], name);
  }
});

Deno.test("a step of LeNet rectifies the results of its pools", () => {
  const { model } = trainingModel({
    model: withLoss(lenet(), { loss: "cross-entropy" }),
    optimizer: sgd({ learningRate: 0.1 }),
    inputs: { x: { dtype: "float32", shape: [8, 1, 28, 28] }, target: { dtype: "int64", shape: [8] } },
    form: "steps",
  });
  assertEquals(rectifiedSizes(graphOf(model).graph), ["14,14", "5,5", "", ""]);
});
