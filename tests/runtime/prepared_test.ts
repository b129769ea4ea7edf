import { assert, assertEquals, assertThrows } from "@std/assert";
import { describeModel } from "../../autodiff/describe.ts";
import { gradientModel } from "../../autodiff/gradient_model.ts";
import { prepareModel } from "../../autodiff/trained/prepare.ts";
import { create } from "../../deps.ts";
import { withLoss } from "../../models/loss.ts";
import { buildModel, Graph, type Model, readModel, tensor, tensorOf, writeModel } from "../../onnx/mod.ts";
import { AttributeProto_AttributeType, AttributeProtoSchema } from "../../onnx/proto/onnx_pb.ts";
import { averaged } from "../../optim/transforms/averaged.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { normal } from "../../random/normal.ts";
import { randomBits } from "../../random/random_bits.ts";
import { evaluator } from "../../runtime/evaluation/evaluate.ts";
import { fit } from "../../runtime/training/fit.ts";
import { trainingModel } from "../../runtime/program/mod.ts";
import { NAMES } from "../../runtime/session/mod.ts";

/** A convolution with batch normalization and dropout, and a loss. */
function network(): Model {
  const g = new Graph();
  const weights = (name: string, shape: number[]) =>
    g.initializer(name, tensor(normal({ seed: 1, stream: name }, shape.reduce((a, b) => a * b)), shape));
  const h = g.conv(g.input("x", "float32", ["N", 1, 4, 4]), weights("conv", [3, 1, 3, 3]));
  const statistics = [1, 0, 0, 1].map((v, i) =>
    g.initializer(`norm.${i}`, tensor(new Float32Array(3).fill(v)))
  );
  const normed = g.batchNormalization(h, statistics[0]!, statistics[1]!, statistics[2]!, statistics[3]!);
  const [dropped] = g.emit("Dropout", [g.relu(normed[0]!), 0.25], { name: "drop" });
  g.output(g.matMul(g.flatten(dropped!), weights("out", [12, 2])), "scores");
  return withLoss(buildModel(g), { loss: "cross-entropy" });
}

const data = () => ({
  x: tensor(normal({ seed: 2, stream: "x" }, 7 * 16), [7, 1, 4, 4]),
  target: tensor(BigInt64Array.of(0n, 1n, 1n, 0n, 1n, 0n, 0n)),
});

/** Counts how often each node of a model is checked for a function call, which only importing does. */
function countImports(model: Model): () => number {
  const counts = model.graph!.node.map((node) => {
    let count = 0;
    Object.defineProperty(node, "overload", {
      get: () => {
        count++;
        return "";
      },
    });
    return () => count;
  });
  return () => {
    const [first, ...others] = new Set(counts.map((c) => c()));
    assertEquals(others, [], "every node is read equally often");
    return first!;
  };
}

Deno.test("fit() with evaluation, dropout, batch normalization and averages imports its model once", async () => {
  const model = network();
  const imports = countImports(model);
  const { epochs, evaluationBuffers } = await fit({
    model,
    optimizer: averaged(sgd({ learningRate: 0.1 })),
    train: data(),
    evaluate: { train: data() },
    epochs: 2,
    // The last batch is smaller, and so are its masks.
    batchSize: 3,
    nonFinite: "stop",
  });
  assertEquals(epochs.length, 2);
  assertEquals(Object.keys(evaluationBuffers), ["norm.2", "norm.3"]);
  assertEquals(imports(), 1);
});

Deno.test("every function that accepts a prepared model imports it once, and gives the results for the model", async () => {
  const model = network();
  const optimizer = sgd({ learningRate: 0.1 });
  const plain = network();
  const imports = countImports(model);
  const prepared = prepareModel(model);
  const bytes = (m: Model) => writeModel(m);
  const compiled = trainingModel({ model: prepared, optimizer, inputs: data() });
  assertEquals(
    bytes(compiled.model),
    bytes(trainingModel({ model: plain, optimizer, inputs: data() }).model),
  );
  assertEquals(bytes(gradientModel(prepared)), bytes(gradientModel(plain, { loss: "loss" })));
  const options = { optimizer, train: data(), evaluate: { test: data() }, epochs: 1, batchSize: 4, seed: 3 };
  assertEquals(await fit({ ...options, model: prepared }), await fit({ ...options, model: plain }));
  await using evaluation = await evaluator({
    model: prepared,
    metrics: ["accuracy"],
    inputs: data(),
    parameters: [],
  });
  assert((await evaluation.evaluate({}, data())).accuracy! <= 1);
  assertEquals(imports(), 1);
  // The ratio of the dropout, a float outside the initializers, is looked at in a copy of the model.
  assertEquals(describeModel(prepared), describeModel(plain));
});

Deno.test("prepareModel() lists the trained parameters, and the buffers beside them", () => {
  const prepared = prepareModel(network(), { parameters: ["out", "conv"] });
  assertEquals(prepared.loss, "loss");
  assertEquals(prepared.parameters, {
    out: { dtype: "float32", shape: [12, 2] },
    conv: { dtype: "float32", shape: [3, 1, 3, 3] },
  });
  assertEquals(prepared.statistics, {
    "norm.2": { dtype: "float32", shape: [3] },
    "norm.3": { dtype: "float32", shape: [3] },
  });
  assertEquals(prepared.dropouts.map(({ name, ratio }) => [name, ratio]), [["drop", 0.25]]);
  assertEquals(prepared.leftOut.map((p) => [p.name, p.constant]), [
    ["norm.0", "not among the parameters"],
    ["norm.1", "not among the parameters"],
    ["norm.2", "running statistics"],
    ["norm.3", "running statistics"],
  ]);
  assertEquals(prepareModel(prepared), prepared);
});

Deno.test("prepareModel() refuses models that training refuses, and other options for a prepared model", async () => {
  assertThrows(() => prepareModel(network(), { loss: "cost" }), RangeError, "there is no 'cost'");
  assertThrows(() => prepareModel(network(), { parameters: [] }), RangeError, "parameters is empty");
  assertThrows(() => prepareModel(network(), { parameters: ["x"] }), RangeError, "'x' is none");
  const model = prepareModel(network(), { parameters: ["out"] });
  const refused = async (options: Parameters<typeof prepareModel>[1], message: string) => {
    const call = () => fit({ model, ...options, optimizer: sgd(), train: data(), epochs: 1, batchSize: 7 });
    const error = await call().then(() => undefined, (e: Error) => e);
    assert(error instanceof RangeError && error.message.includes(message), error?.message);
  };
  await refused({ parameters: ["conv"] }, 'parameters was decided when the model was prepared (["out"])');
  await refused({ quantization: "straight-through" }, "quantization was decided");
  await refused({ loss: "accuracy" }, "loss was decided");
  await refused({ untie: true }, "untie was decided");
  const optimizer = sgd();
  const { leftOut } = await fit({
    model,
    parameters: ["out"],
    optimizer,
    train: data(),
    epochs: 1,
    batchSize: 7,
  });
  assertEquals(leftOut.length, 5);
});

Deno.test("a dropout of operator set 11 drops the share in its attribute", () => {
  const g = new Graph({ opsets: { "": 13 } });
  const x = g.input("x", "float32", ["N", 64]);
  const [y] = g.emit("Dropout", [x, g.initializer("ratio", tensorOf([0.9], "float32", []))], {
    name: "drop",
  });
  g.output(
    g.reduceSum(g.mul(y!, g.initializer("w", tensorOf([1], "float32"))), null, { keepdims: 0 }),
    "loss",
  );
  const newer = buildModel(g);
  const older = readModel(writeModel(newer));
  older.opsetImport[0]!.version = 11n;
  const node = older.graph!.node.find((n) => n.opType === "Dropout")!;
  node.input = ["x"];
  const type = AttributeProto_AttributeType.FLOAT;
  node.attribute = [create(AttributeProtoSchema, { name: "ratio", type, f: 0.9 })];
  const inputs = { x: { dtype: "float32", shape: [4, 64] } } as const;
  for (const model of [newer, older]) {
    const { model: compiled, masks: [mask] } = trainingModel({
      model,
      optimizer: sgd(),
      inputs,
      form: "steps",
    });
    // The step reads the mask; it was named otherwise there once, and nothing was dropped.
    assert(compiled.graph!.node.some((n) => n.input.includes(NAMES.mask("drop"))));
    assertEquals([mask!.name, mask!.ratio], ["drop", Math.fround(0.9)]);
    const words = randomBits({ seed: 0, stream: "dropout/drop", step: 0 }, 4 * 64);
    const dropped = [...words].filter((w) => w < Math.fround(0.9) * 2 ** 32).length;
    assertEquals(mask!.draw({ step: 0, batchSize: 4 }).filter((kept) => kept === 0).length, dropped);
  }
});
