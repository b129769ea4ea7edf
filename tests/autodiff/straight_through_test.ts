import { assert, assertEquals, assertThrows } from "@std/assert";
import { describeModel } from "../../autodiff/describe.ts";
import { gradientModel, type GradientOptions } from "../../autodiff/gradient_model.ts";
import { buildModel, Graph, type Model, tensor, tensorOf, type Value } from "../../onnx/mod.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { fit } from "../../runtime/training/fit.ts";
import { openSession } from "../../runtime/session/session.ts";

/** PyTorch's losses and gradients: `tools/golden/quantized.py`. */
interface Golden {
  readonly x: number[];
  readonly w: number[];
  readonly c: number[];
  readonly scale: number;
  readonly zero: number;
  readonly scales: number[];
  readonly cases: Readonly<Record<string, { loss: number; gradient: number[] }>>;
}

const GOLDEN: Golden = JSON.parse(
  Deno.readTextFileSync(new URL("../golden/quantized.json", import.meta.url)),
);

const int8 = (values: number[], shape: number[] = [values.length]) => tensor(Int8Array.from(values), shape);

/** Returns sum(y * c) of the y that `build` makes from x [3, 4] and w [4, 5]. */
function modelOf(build: (g: Graph, x: Value, w: Value) => Value): Model {
  const g = new Graph();
  const x = g.input("x", "float32", [3, 4]);
  const w = g.initializer("w", tensorOf(GOLDEN.w, [4, 5], "float32"));
  const y = build(g, x, w);
  const c = g.input("c", "float32", [3, 5]);
  g.output(g.reduceSum(g.mul(y, c), null, { keepdims: 0 }), "loss");
  return buildModel(g);
}

const quantized = (g: Graph, v: Value, layout: (q: Value) => Value = (q) => q) => {
  const [scale, zero] = [g.constant(GOLDEN.scale), g.constant(int8([GOLDEN.zero], []))];
  const q = g.emit("QuantizeLinear", [v, scale, zero], { name: "quantize" })[0]!;
  return g.emit("DequantizeLinear", [layout(q), scale, zero])[0]!;
};

const MODELS: Readonly<Record<string, readonly Model[]>> = {
  activations: [
    modelOf((g, x, w) => quantized(g, g.matMul(x, w))),
    modelOf((g, x, w) => g.transpose(quantized(g, g.matMul(x, w), (q) => g.transpose(q)))),
    modelOf((g, x, w) => g.reshape(quantized(g, g.matMul(x, w), (q) => g.reshape(q, [5, 3])), [3, 5])),
  ],
  weights: [modelOf((g, x, w) => {
    const scales = g.constant(tensorOf(GOLDEN.scales, "float32"));
    const zeros = g.constant(int8([0, 0, 0, 0, 0]));
    const q = g.emit("QuantizeLinear", [w, scales, zeros], { attributes: { axis: 1 } })[0]!;
    return g.matMul(x, g.emit("DequantizeLinear", [q, scales, zeros], { attributes: { axis: 1 } })[0]!);
  })],
  rounded: [
    modelOf((g, x, w) => g.matMul(x, g.round(g.mul(w, 4)))),
    modelOf((g, x, w) =>
      g.matMul(x, g.cast(g.cast(g.round(g.mul(w, 4)), { to: "int32" }), { to: "float32" }))
    ),
  ],
};

/** The models' inputs. Training may reorder the rows of both, because the loss is a sum over them. */
const FEEDS = { x: tensorOf(GOLDEN.x, [3, 4], "float32"), c: tensorOf(GOLDEN.c, [3, 5], "float32") };

async function gradientOf(model: Model, options: Partial<GradientOptions> = {}) {
  await using session = await openSession(gradientModel(model, { loss: "loss", ...options }), { threads: 1 });
  const out = await session.run({
    ...FEEDS,
    w: tensorOf(GOLDEN.w, [4, 5], "float32"),
  });
  return { loss: Number(out.loss!.data[0]), gradient: [...out.grad_w!.data as Float32Array] };
}

for (const [name, models] of Object.entries(MODELS)) {
  Deno.test(`gradientModel() passes quantization straight through like PyTorch: ${name}`, async () => {
    const right = GOLDEN.cases[name]!;
    assert(right.gradient.some((v) => v !== 0));
    for (const model of models) {
      const found = await gradientOf(model, { quantization: "straight-through" });
      assert(Math.abs(found.loss - right.loss) <= 1e-5 * Math.abs(right.loss), `loss ${found.loss}`);
      const largest = Math.max(...right.gradient.map(Math.abs));
      found.gradient.forEach((v, i) =>
        assert(Math.abs(v - right.gradient[i]!) <= 1e-6 * largest, `${i}: ${v}`)
      );
    }
  });

  Deno.test(`gradientModel() and fit() refuse a gradient of zero: ${name}`, async () => {
    for (const model of models) {
      const node = name === "rounded" ? /Round/ : /QuantizeLinear/;
      const error = assertThrows(() => gradientModel(model, { loss: "loss" }), RangeError, "'w'");
      assert(node.test(error.message), error.message);
      assert(error.message.includes("straight-through"));
      const { parameters, warnings } = describeModel(model);
      assert(node.test(parameters[0]!.constant!), parameters[0]!.constant);
      assertEquals(warnings.length, 1);
      const options = { model, optimizer: sgd({ learningRate: 0.01 }), epochs: 1, batchSize: 3 };
      const train = FEEDS;
      await rejected(() => fit({ ...options, train }), node);
      await rejected(() => fit({ ...options, train, parameters: ["w"] }), node);
      const { state, warnings: told } = await fit({ ...options, train, quantization: "straight-through" });
      const moved = [...state.params.w!.data as Float32Array];
      moved.forEach((v, i) => {
        const right = GOLDEN.w[i]! - 0.01 * GOLDEN.cases[name]!.gradient[i]!;
        assert(Math.abs(v - right) < 1e-6, `${i}: ${v}, not ${right}`);
      });
      assertEquals(told, []);
    }
  });
}

async function rejected(run: () => Promise<unknown>, message: RegExp): Promise<void> {
  const error = await run().then(() => undefined, (e: Error) => e);
  assert(error instanceof RangeError && message.test(error.message), String(error));
}

Deno.test("the straight-through gradient keeps the bits of the loss", async () => {
  // ONNX Runtime 1.30 loses the type of a quantization whose layout changes, and cannot open those models unchanged.
  const opened = Object.values(MODELS).flat().filter((m) => !MODELS.activations!.slice(1).includes(m));
  for (const model of opened) {
    // With optimizations ONNX Runtime computes a product with quantized weights differently and less exactly.
    await using session = await openSession(model, { threads: 1, optimization: "disabled" });
    const { loss } = await session.run(FEEDS);
    const found = await gradientOf(model, { quantization: "straight-through" });
    assertEquals(found.loss, Number(loss!.data[0]));
  }
});

for (
  const [name, build] of Object.entries({
    ArgMax: (g: Graph, x: Value, w: Value) =>
      g.oneHot(g.argMax(g.matMul(x, w), { axis: 1, keepdims: 0 }), 5, g.constant([0, 1])),
    Cast: (g: Graph, x: Value, w: Value) => {
      const whole = g.cast(g.matMul(x, w), { to: "int64" });
      return g.gather(g.constant(tensorOf(GOLDEN.c, "float32")), g.clip(whole, 0, 14));
    },
    Greater: (g: Graph, x: Value, w: Value) => g.cast(g.greater(g.matMul(x, w), 0), { to: "float32" }),
  })
) {
  Deno.test(`fit() refuses to train if ${name} cuts off every path to the loss`, async () => {
    const model = modelOf(build);
    for (const quantization of ["exact", "straight-through"] as const) {
      const options = { model, optimizer: sgd({ learningRate: 0.1 }), epochs: 1, batchSize: 3, quantization };
      await rejected(
        () => fit({ ...options, train: FEEDS }),
        new RegExp(`no gradient reaches 'w': every path from it to the loss .*${name} node`),
      );
    }
  });
}

Deno.test("a cut-off branch beside others is reported, and its parameters stay unchanged", async () => {
  const model = modelOf((g, x, w) => {
    const v = g.initializer("v", tensorOf(GOLDEN.w.toReversed(), [4, 5], "float32"));
    return g.add(g.matMul(x, w), quantized(g, g.matMul(x, v)));
  });
  const { parameters, warnings } = describeModel(model);
  assertEquals(parameters.map((p) => p.constant === undefined), [true, false]);
  assertEquals(warnings.length, 1);
  assert(/'v'.*QuantizeLinear node 'quantize'/.test(warnings[0]!), warnings[0]);
  const result = await fit({
    model,
    optimizer: sgd({ learningRate: 0.1 }),
    train: FEEDS,
    epochs: 1,
    batchSize: 3,
  });
  assertEquals(Object.keys(result.state.params), ["w"]);
  assertEquals(result.leftOut.map((p) => p.name), ["v"]);
  assertEquals(result.warnings, warnings);
  assertThrows(() => gradientModel(model, { loss: "loss", parameters: ["v"] }), RangeError, "'quantize'");
});

Deno.test("a parameter with another path to the loss than a cut-off branch is trained, and the branch is reported", async () => {
  const model = modelOf((g, x, w) => {
    const y = g.matMul(x, w);
    return g.add(y, quantized(g, y));
  });
  const { parameters, warnings } = describeModel(model);
  assertEquals(parameters.map((p) => p.constant), [undefined]);
  assertEquals(warnings.length, 1);
  assert(/QuantizeLinear node 'quantize'.*'w'/.test(warnings[0]!), warnings[0]);
  const whole = await gradientOf(model, { quantization: "straight-through" });
  const part = await gradientOf(model);
  const other = GOLDEN.cases.activations!.gradient;
  whole.gradient.forEach((v, i) => assert(Math.abs(v - part.gradient[i]! - other[i]!) < 1e-5));
});

Deno.test("weights before a quantization on every path are refused, although those after it have a gradient", () => {
  const model = modelOf((g, x, w) => {
    const v = g.initializer("v", tensorOf(GOLDEN.w.slice(0, 16), [4, 4], "float32"));
    return g.matMul(quantized(g, g.matMul(x, v)), w);
  });
  assertThrows(() => gradientModel(model, { loss: "loss" }), RangeError, "no gradient reaches 'v'");
  const straight = gradientModel(model, { loss: "loss", quantization: "straight-through" });
  assertEquals(straight.graph!.output.map((o) => o.name), ["loss", "grad_w", "grad_v"]);
  const chosen = gradientModel(model, { loss: "loss", parameters: ["w"] });
  assertEquals(chosen.graph!.output.map((o) => o.name), ["loss", "grad_w"]);
});
