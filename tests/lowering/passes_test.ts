import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  adam,
  buildModel,
  type DataTensor,
  encodeModel,
  Graph,
  type Model,
  openSession,
  randomBits,
  tensor,
  trainingModel,
  type TrainingModelOptions,
  withLoss,
} from "../../mod.ts";
import { COMPOSITES, expandComposite } from "../../autodiff/composites/mod.ts";
import { backward } from "../../autodiff/mod.ts";
import { lower, PASSES } from "../../lowering/mod.ts";
import { normal } from "../../random/mod.ts";

const noise = (stream: string, shape: number[]) =>
  tensor(normal({ seed: 3, stream }, shape.reduce((a, b) => a * b, 1)), shape);

/** Returns a graph with every operator that has a composite, its gradients as outputs. */
function everyComposite(composites: boolean): Graph {
  const g = new Graph({ opsets: { "": 21, "com.microsoft": 1, "com.microsoft.nchwc": 1 } });
  const x = g.input("x", "float32", [4, 6, 8, 8]);
  const w = g.input("w", "float32", [10, 6, 3, 3]);
  const y = g.conv(x, w, null, { pads: [1, 1, 1, 1] });
  const [max] = g.maxPool(y, { kernel_shape: [2, 2], strides: [2, 2] });
  const mean = g.averagePool(max, { kernel_shape: [2, 2], strides: [2, 2] });
  const seed = g.input("seed", "float32", [4, 10, 2, 2]);
  const grads = backward(g, { seeds: [{ value: mean, cotangent: seed }], wrt: [x, w], composites });
  grads.forEach((v, i) => g.output(v, `grad${i}`));
  g.prune();
  return g;
}

Deno.test("rules leave a composite node for each gradient when they may, and none otherwise", () => {
  const composites = (keep: boolean) =>
    everyComposite(keep).nodes.filter((n) => n.domain === COMPOSITES).map((n) => n.opType);
  assertEquals(composites(false), []);
  assertEquals(composites(true), [
    "AveragePoolGradient",
    "MaxPoolGradient",
    "ConvInputGradient",
    "ConvWeightGradient",
  ]);
});

Deno.test("the expansions of composite nodes are what the rules write", async () => {
  const [plain, expanded] = [everyComposite(false), everyComposite(true)];
  PASSES.find((p) => p.name === "composites")!.run(expanded, { block: 16 });
  assert(expanded.nodes.every((n) => expandComposite(expanded, n) === undefined));
  const types = (g: Graph) => g.nodes.map((n) => n.opType).toSorted();
  assertEquals(types(expanded), types(plain));
  const feeds = {
    x: noise("x", [4, 6, 8, 8]),
    w: noise("w", [10, 6, 3, 3]),
    seed: noise("seed", [4, 10, 2, 2]),
  };
  const run = async (g: Graph) => {
    await using session = await openSession(buildModel(g), { threads: 1 });
    return await session.run(feeds);
  };
  assertEquals(await run(expanded), await run(plain));
});

Deno.test("every pass has a name of its own, and the last leaves no composite node", () => {
  assertEquals(new Set(PASSES.map((p) => p.name)).size, PASSES.length);
  assertEquals(PASSES.slice(-2).map((p) => p.name), ["composites", "sizes"]);
  const g = everyComposite(true);
  lower(g, { block: 16 });
  assertEquals(g.nodes.filter((n) => n.domain === COMPOSITES), []);
  assertEquals(g.outputs.map((v) => v.name), ["grad0", "grad1"]);
});

/** Returns a classifier with convolution, batch normalization and pool. */
function classifier(): Model {
  const g = new Graph();
  const x = g.input("x", "float32", ["N", 3, 8, 8]);
  const y = g.conv(x, g.initializer("w", noise("w", [16, 3, 3, 3])), null, { pads: [1, 1, 1, 1] });
  const vector = (name: string, fill: number) =>
    g.initializer(name, tensor(new Float32Array(16).fill(fill), [16]));
  const [z] = g.emit("BatchNormalization", [
    y,
    vector("scale", 1),
    vector("bias", 0),
    vector("mean", 0),
    vector("variance", 1),
  ]);
  const pooled = g.globalAveragePool(g.relu(z!));
  g.output(g.gemm(g.flatten(pooled), g.initializer("fc", noise("fc", [16, 10]))), "y");
  return withLoss(buildModel(g), { loss: "cross-entropy" });
}

const DATA: Readonly<Record<string, DataTensor>> = {
  x: noise("data", [32, 3, 8, 8]),
  target: tensor(BigInt64Array.from(randomBits({ seed: 1, stream: "y" }, 32), (b) => BigInt(b % 10)), [32]),
};

const training = (options: Partial<TrainingModelOptions>) =>
  trainingModel({
    model: classifier(),
    optimizer: adam({ learningRate: 0.01 }),
    inputs: DATA,
    ...options,
  });

Deno.test("a training model without a block is of ai.onnx alone", () => {
  assertEquals(training({}).model.opsetImport.map((o) => o.domain), [""]);
});

Deno.test("a block that no processor has, or that is for another device, is refused", () => {
  assertThrows(() => training({ block: 12 as 8 }), RangeError, "block must be 8 or 16, got 12");
  assertThrows(() => training({ block: 16, target: "gpu" }), RangeError, "block 16 is for target 'cpu'");
  assertThrows(
    () => training({ block: 16, precision: "float16" }),
    RangeError,
    "and precision 'float32', got 'cpu' and 'float16': leave block out",
  );
});

Deno.test("a training model is the same each time it is compiled with a block", () => {
  assertEquals(encodeModel(training({ block: 16 }).model), encodeModel(training({ block: 16 }).model));
});
