import { assert, assertEquals, assertThrows } from "@std/assert";
import { describeModel } from "../../autodiff/describe.ts";
import { gradientModel } from "../../autodiff/gradient_model.ts";
import {
  buildModel,
  encodeModel,
  Graph,
  type Model,
  parseModel,
  tensor,
  withWeights,
} from "../../onnx/mod.ts";
import { decodeTensor } from "../../onnx/proto/codec.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { fit } from "../../runtime/training/fit.ts";
import { openSession } from "../../runtime/session/session.ts";

const W = tensor(Float32Array.of(1, 2, 3, 4), [2, 2]);
const X = tensor(Float32Array.of(1, -1, 2, 0.5), [2, 2]);

/** Returns sum(x w), where `build` decides how the model stores w. */
function modelOf(build: (g: Graph) => void): Model {
  const g = new Graph();
  build(g);
  return parseModel(encodeModel(buildModel(g)));
}

const constant = modelOf((g) => {
  const w = g.emit("Constant", [], { attributes: { value: W }, outputNames: ["w"] })[0]!;
  g.output(g.reduceSum(g.matMul(g.input("x", "float32", [2, 2]), w), null, { keepdims: 0 }), "loss");
});

/** Returns an `If` whose branches each have a weight. */
const inBranch = modelOf((g) => {
  const x = g.input("x", "float32", [2, 2]);
  const branch = (name: string) => (body: Graph) => [body.matMul(x, body.initializer(name, W))];
  const [y] = g.if(g.greater(g.reduceSum(x, null, { keepdims: 0 }), 0), branch("w"), branch("v"));
  g.output(g.reduceSum(y!, null, { keepdims: 0 }), "loss");
});

/** Returns a `Scan` whose body has the weight in a `Constant` node. */
const inLoop = modelOf((g) => {
  const x = g.input("x", "float32", [2, 2]);
  const { outputs } = g.scan({
    states: [],
    scanned: [x],
    body: (step, _, [row]) => {
      const w = step.emit("Constant", [], { attributes: { value: W }, outputNames: ["w"] })[0]!;
      return { states: [], outputs: [step.matMul(step.unsqueeze(row!, [0]), w)] };
    },
  });
  g.output(g.reduceSum(outputs[0]!, null, { keepdims: 0 }), "loss");
});

const MODELS = { constant, inBranch, inLoop };
const KINDS = { constant: "Constant node", inBranch: "initializer of a subgraph", inLoop: "Constant node" };

for (const [name, model] of Object.entries(MODELS)) {
  const kind = KINDS[name as keyof typeof KINDS];

  Deno.test(`weights outside the initializers are listed, and trained if parameters names them: ${name}`, async () => {
    const options = {
      model,
      optimizer: sgd({ learningRate: 0.1 }),
      train: { x: X },
      epochs: 1,
      batchSize: 2,
    };
    const message = assertThrows(
      () => gradientModel(model, { loss: "loss" }),
      RangeError,
      `'w' (${kind})`,
    ).message;
    assert(message.includes("parameters"), message);
    const error = await fit(options).then(() => undefined, (e: Error) => e);
    assert(error instanceof RangeError && error.message.includes(`'w' (${kind})`), String(error));
    const { parameters, hidden } = describeModel(model);
    assertEquals(parameters, []);
    const right = { name: "w", dtype: "float32", shape: [2, 2], kind };
    assertEquals(hidden.find((h) => h.name === "w"), right as typeof hidden[number]);

    const gradient = gradientModel(model, { loss: "loss", parameters: ["w"] });
    await using session = await openSession(gradient, { threads: 1 });
    const out = await session.run({ x: X, w: W });
    // The gradient of sum(x w) is the sum of the rows of x, in each column.
    assertEquals([...out.grad_w!.data as Float32Array], [3, 3, -0.5, -0.5]);

    const { state } = await fit({ ...options, parameters: ["w"] });
    const moved = [...state.params.w!.data as Float32Array];
    const wanted = [0.7, 1.7, 3.05, 4.05].map(Math.fround);
    moved.forEach((v, i) => assert(Math.abs(v - wanted[i]!) < 1e-6, `${moved}`));
    for (
      const written of [
        withWeights(model, state.params, { partial: true }),
        withWeights(model, state.params, { strict: false }),
      ]
    ) {
      await using trained = await openSession(written, { threads: 1 });
      const { loss } = await trained.run({ x: X });
      assert(Math.abs(Number(loss!.data[0]) - (3 * (0.7 + 1.7) - 0.5 * (3.05 + 4.05))) < 1e-5);
    }
  });
}

Deno.test("withWeights() replaces a Constant node of numbers, and refuses names that several subgraphs have", () => {
  const g = new Graph();
  const c = g.emit("Constant", [], { attributes: { value_floats: [1, 2] }, outputNames: ["c"] })[0]!;
  g.output(g.add(g.input("x", "float32", [2]), c), "y");
  const changed = withWeights(buildModel(g), { c: tensor(Float32Array.of(3, 4)) }, { partial: true });
  const [attribute] = changed.graph!.node.find((n) => n.output[0] === "c")!.attribute;
  assertEquals([attribute!.name, attribute!.floats], ["value", []]);
  assertEquals(decodeTensor(attribute!.t!).data, Float32Array.of(3, 4));
});

Deno.test("quantized weights are named, with a remedy", async () => {
  const int8 = (v: number[], shape: number[]) => tensor(Int8Array.from(v), shape);
  const behind = modelOf((g) => {
    const w = g.emit("DequantizeLinear", [
      g.initializer("w", int8([1, 2, 3, 4], [2, 2])),
      g.constant(0.5),
    ])[0]!;
    g.output(g.reduceSum(g.matMul(g.input("x", "float32", [2, 2]), w), null, { keepdims: 0 }), "loss");
  });
  const whole = modelOf((g) => {
    const w = g.initializer("w", int8([1, 2, 3, 4], [2, 2]));
    const x = g.cast(g.input("x", "float32", [2, 2]), { to: "int8" });
    const y = g.cast(g.emit("MatMulInteger", [x, w])[0]!, { to: "float32" });
    g.output(g.reduceSum(y, null, { keepdims: 0 }), "loss");
  });
  for (const model of [behind, whole]) {
    for (const parameters of [undefined, ["w"]]) {
      const options = { loss: "loss", ...(parameters ? { parameters } : {}) };
      const { message } = assertThrows(() => gradientModel(model, options), RangeError, "'w'");
      assert(
        message.includes("int8") && message.includes("train the model that it was quantized from"),
        message,
      );
      const error = await fit({
        model,
        optimizer: sgd({ learningRate: 0.1 }),
        train: { x: X },
        epochs: 1,
        batchSize: 2,
        ...(parameters ? { parameters } : {}),
      }).then(() => undefined, (e: Error) => e);
      for (const part of ["'w'", "int8", "train the model that it was quantized from"]) {
        assert(error instanceof RangeError && error.message.includes(part), String(error));
      }
    }
  }
});

Deno.test("fit() lists the quantized weights that stay unchanged while others are trained", async () => {
  const int8 = (v: number[], shape: number[] = [v.length]) => tensor(Int8Array.from(v), shape);
  const model = modelOf((g) => {
    const scales = g.initializer("scales", tensor(Float32Array.of(0.5, 0.25)));
    const zeros = g.initializer("zeros", int8([0, 0]));
    const w = g.emit("DequantizeLinear", [g.initializer("w", int8([1, 2, 3, 4], [2, 2])), scales, zeros])[0]!;
    const y = g.matMul(g.input("x", "float32", [2, 2]), w);
    g.output(
      g.reduceSum(g.add(y, g.initializer("b", tensor(new Float32Array(2)))), null, { keepdims: 0 }),
      "loss",
    );
  });
  const { warnings } = describeModel(model);
  assertEquals(warnings.length, 1);
  assert(
    /not trained, 'w' \(int8\): train the model that it was quantized from/.test(warnings[0]!),
    warnings[0],
  );
  const options = { model, optimizer: sgd({ learningRate: 0.1 }), train: { x: X }, epochs: 1, batchSize: 2 };
  const result = await fit(options);
  assertEquals([Object.keys(result.state.params), result.warnings], [["b"], warnings]);
  const chosen = await fit({ ...options, parameters: ["b"] });
  assertEquals(chosen.warnings, []);
});

Deno.test("gradientModel() refuses a parameter that is named twice", () => {
  const options = { loss: "loss", parameters: ["w", "w"] };
  assertThrows(() => gradientModel(constant, options), RangeError, "parameters names 'w' twice");
});
