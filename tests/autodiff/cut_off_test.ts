import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { backward } from "../../autodiff/backward.ts";
import { describeModel } from "../../autodiff/describe.ts";
import { gradientModel, type GradientOptions } from "../../autodiff/gradient_model.ts";
import { StraightThrough } from "../../autodiff/straight_through.ts";
import { buildModel, Graph, importModel, type Model, tensor, tensorOf, type Value } from "../../onnx/mod.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { fit } from "../../runtime/training/fit.ts";
import { hutchinson } from "../../runtime/program/hutchinson.ts";
import { openSession } from "../../runtime/session/session.ts";

const W = [0.7, -1.2, 0.4];
const X = [0.5, 2, -1];

/** Returns sum(y * y) of the y that `build` makes from x [3] and the initializers w [3] and others. */
function modelOf(build: (g: Graph, x: Value, w: Value) => Value): Model {
  const g = new Graph();
  const [x, w] = [g.input("x", "float32", [3]), g.initializer("w", tensorOf(W, "float32"))];
  const y = build(g, x, w);
  g.output(g.reduceSum(g.mul(y, y), null, { keepdims: 0 }), "loss");
  return buildModel(g);
}

/** Returns the gradient with respect to w. */
async function gradientOf(model: Model, options: Partial<GradientOptions> = {}): Promise<number[]> {
  const gradient = gradientModel(model, { loss: "loss", parameters: ["w"], ...options });
  await using session = await openSession(gradient, { threads: 1 });
  const feeds = { x: tensorOf(X, "float32"), w: tensorOf(W, "float32") };
  const out = await session.run(
    Object.fromEntries(session.inputNames.map((n) => [n, feeds[n as keyof typeof feeds]])),
  );
  return [...out.grad_w!.data as Float32Array];
}

function assertClose(found: readonly number[], right: readonly number[]): void {
  assertEquals(found.length, right.length);
  found.forEach((v, i) => assertAlmostEquals(v, right[i]!, 1e-5));
}

const positive = (g: Graph, x: Value) => g.greater(g.reduceSum(x, null, { keepdims: 0 }), 0);

/** Returns a Loop of two steps, h = h * step(w). */
const loop = (g: Graph, x: Value, step: (body: Graph) => Value) => {
  const body = new Graph({ parent: g });
  body.input("i", "int64", []);
  const go = body.input("go", "bool", []);
  const h = body.input("h", "float32", [3]);
  body.output(body.emit("Identity", [go], { share: false })[0]!);
  body.output(body.mul(h, step(body)));
  return g.emit("Loop", [g.constant(2, "int64"), null, x], { attributes: { body } })[0]!;
};

const WITHIN: Readonly<Record<string, [RegExp, (g: Graph, x: Value, w: Value) => Value]>> = {
  "a branch of If": [
    /Round node .*Sign node/,
    (g, x, w) => g.if(positive(g, x), (a) => [a.round(w)], (b) => [b.sign(w)])[0]!,
  ],
  "the body of Loop": [
    /Cast node/,
    (g, x, w) => loop(g, x, (body) => body.cast(body.cast(w, { to: "int64" }), { to: "float32" })),
  ],
  "the slices that Scan takes": [
    /Floor node/,
    (g, x, w) =>
      g.scan({
        states: [],
        scanned: [w, x],
        body: (body, _, [a, b]) => ({ states: [], outputs: [body.mul(body.floor(a!), b!)] }),
      }).outputs[0]!,
  ],
  "a state of Scan": [
    /Round node/,
    (g, x, w) =>
      g.scan({
        states: [w],
        scanned: [x],
        body: (body, [h], [v]) => ({ states: [body.mul(body.round(h!), v!)], outputs: [] }),
      }).states[0]!,
  ],
  "an If in a Scan": [
    /Round node/,
    (g, x, w) =>
      g.scan({
        states: [],
        scanned: [x],
        body: (body, _, [v]) => ({
          states: [],
          outputs: body.if(body.greater(v!, 0), (a) => [a.round(w)], (b) => [b.mul(b.round(w), v!)]),
        }),
      }).outputs[0]!,
  ],
};

for (const [where, [nodes, build]] of Object.entries(WITHIN)) {
  Deno.test(`gradientModel() and fit() refuse a gradient of zero by rounding in ${where}`, async () => {
    const model = modelOf(build);
    for (const parameters of [undefined, ["w"]]) {
      for (const quantization of ["exact", "straight-through"] as const) {
        const options = { quantization, ...(parameters ? { parameters } : {}) };
        const told = `no gradient reaches 'w': every path from it to the loss passes nodes`;
        const error = assertThrows(
          () => gradientModel(model, { loss: "loss", ...options }),
          RangeError,
          told,
        );
        assert(nodes.test(error.message), error.message);
        const given = { model, optimizer: sgd({ learningRate: 0.1 }), epochs: 1, batchSize: 3, ...options };
        await assertRejects(() => fit({ ...given, train: { x: tensorOf(X, "float32") } }), RangeError, told);
      }
    }
    const { parameters, warnings } = describeModel(model);
    assert(nodes.test(parameters[0]!.constant!), parameters[0]!.constant);
    assertEquals(warnings.length, 1);
  });
}

Deno.test("gradientModel() accepts a weight that only one branch of If rounds", async () => {
  const model = modelOf((g, x, w) => g.if(positive(g, x), (a) => [a.mul(w, w)], (b) => [b.round(w)])[0]!);
  // sum(w^4)
  assertClose(await gradientOf(model), W.map((v) => 4 * v ** 3));
  const { warnings } = describeModel(model);
  assertEquals(warnings.length, 1);
  assert(/no gradient passes Round node/.test(warnings[0]!), warnings[0]);
});

Deno.test("gradientModel() accepts a state of Scan that only the second step rounds", async () => {
  // The first step reads w, the second round(w), so the gradient passes through the first.
  const model = modelOf((g, x, w) => {
    const { states } = g.scan({
      states: [x, w],
      scanned: [g.constant(tensorOf([1, 2], "float32"))],
      body: (body, [h, v], [s]) => ({
        states: [body.add(h!, body.mul(v!, s!)), body.round(v!)],
        outputs: [],
      }),
    });
    return states[0]!;
  });
  // y = x + w + 2 round(w)
  const y = X.map((v, i) => v + W[i]! + 2 * Math.round(W[i]!));
  assertClose(await gradientOf(model), y.map((v) => 2 * v));
});

const APART: Readonly<Record<string, (g: Graph, x: Value, p: Value) => Value>> = {
  "the type that CastLike casts to": (g, x, p) => g.emit("CastLike", [x, p])[0]!,
  "the shape of EyeLike": (g, x, p) => g.mul(x, g.reduceSum(g.emit("EyeLike", [g.unsqueeze(p, [0])])[0]!)),
  "the shape of RandomNormalLike": (g, x, p) => g.add(x, g.emit("RandomNormalLike", [p])[0]!),
  "the limit of Range": (g, x, p) =>
    g.mul(
      x,
      g.reduceSum(g.range(g.constant(0), g.reduceSum(g.abs(p), null, { keepdims: 0 }), g.constant(1))),
    ),
  "another output": (g, x, p) => {
    g.output(g.neg(p), "other");
    return x;
  },
};

for (const [what, build] of Object.entries(APART)) {
  Deno.test(`gradientModel() and fit() refuse a name whose values only set ${what}`, async () => {
    const model = modelOf((g, x, w) => g.mul(build(g, x, g.initializer("p", tensorOf(X, "float32"))), w));
    const told = "does not depend on the values of 'p'";
    for (const parameters of [["p"], ["w", "p"]]) {
      assertThrows(() => gradientModel(model, { loss: "loss", parameters }), RangeError, told);
      const given = { model, optimizer: sgd({ learningRate: 0.1 }), epochs: 1, batchSize: 3, parameters };
      await assertRejects(() => fit({ ...given, train: { x: tensorOf(X, "float32") } }), RangeError, told);
    }
    const { graph } = gradientModel(model, { loss: "loss" });
    assertEquals(graph!.output.map((o) => o.name), ["loss", "grad_w"]);
  });
}

const PASSED_OVER: Readonly<Record<string, (g: Graph, x: Value, p: Value) => Value>> = {
  Dropout: (g, x, p) => g.emit("Dropout", [x, g.reduceMean(g.abs(p), null, { keepdims: 0 })])[0]!,
  GridSample: (g, x, p) =>
    g.emit(
      "GridSample",
      [g.reshape(x, [1, 1, 1, 3]), g.reshape(g.concat([p, p], { axis: 0 }), [1, 1, 3, 2])],
      {
        attributes: { mode: "nearest" },
      },
    )[0]!,
  BatchNormalization: (g, x, p) => {
    const ones = g.constant(tensorOf([1, 1, 1], "float32"));
    return g.emit("BatchNormalization", [g.reshape(x, [1, 3, 1]), ones, ones, p, ones], {
      attributes: { training_mode: 1 },
      outputs: 3,
    })[0]!;
  },
};

for (const [op, build] of Object.entries(PASSED_OVER)) {
  Deno.test(`gradientModel() refuses a name that ${op} passes no gradient to`, () => {
    const model = modelOf((g, x, w) => {
      const y = build(g, x, g.initializer("p", tensorOf(X.map((v) => v / 5), "float32")));
      return g.mul(g.reshape(y, [3]), w);
    });
    const told = new RegExp(`no gradient reaches 'p': .*${op} node`);
    const error = assertThrows(
      () => gradientModel(model, { loss: "loss", parameters: ["w", "p"] }),
      RangeError,
    );
    assert(told.test(error.message), error.message);
  });
}

/** Returns w as DynamicQuantizeLinear rounds it. */
const dynamic = (g: Graph, w: Value) => {
  const [q, scale, zero] = g.emit("DynamicQuantizeLinear", [w], { outputs: 3 });
  return g.emit("DequantizeLinear", [q!, scale!, zero!])[0]!;
};

Deno.test("the straight-through gradient passes DynamicQuantizeLinear, although its scale depends on the weight", async () => {
  const model = modelOf((g, x, w) => g.mul(dynamic(g, w), x));
  // By the operator's definition: rounded to steps of 1 / 255 of the range from -1.2 to 0.7.
  const scale = (0.7 + 1.2) / 255;
  const rounded = W.map((v) => Math.round(v / scale) * scale);
  const found = await gradientOf(model, { quantization: "straight-through" });
  assertClose(found, rounded.map((v, i) => 2 * v * X[i]! ** 2));
  const { graph } = gradientModel(model, { loss: "loss", quantization: "straight-through" });
  assertEquals(graph!.output.map((o) => o.name), ["loss", "grad_w"]);
});

Deno.test("the straight-through gradient refuses a scale that is named as a parameter", () => {
  const model = modelOf((g, x, w) => {
    const [scale, zero] = [
      g.initializer("scale", tensorOf([0.1], [], "float32")),
      g.constant(tensor(Int8Array.of(0), [])),
    ];
    const q = g.emit("QuantizeLinear", [w, scale, zero])[0]!;
    return g.mul(g.emit("DequantizeLinear", [q, scale, zero])[0]!, x);
  });
  for (const parameters of [["scale"], ["w", "scale"]]) {
    const options = { loss: "loss", parameters, quantization: "straight-through" } as const;
    assertThrows(() => gradientModel(model, options), RangeError, "no gradient reaches 'scale'");
  }
});

Deno.test("gradientModel() of a straight-through gradient does not differentiate its rounding as exact", () => {
  const model = modelOf((g, x, w) => g.mul(g.cast(g.cast(w, { to: "int64" }), { to: "float32" }), x));
  const first = gradientModel(model, { loss: "loss", quantization: "straight-through" });
  const g = new Graph();
  const { values } = importModel(first, g);
  g.output(g.reduceSum(values.get("grad_w")!, null, { keepdims: 0 }), "h");
  g.prune();
  const again = buildModel(g);
  assertThrows(() => gradientModel(again, { loss: "h" }), RangeError, "no gradient reaches 'w'");
});

Deno.test("hutchinson() differentiates rounding like the first pass", async () => {
  // loss = sum((x round(4 w))^2): straight through, the second derivative is 2 (4 x)^2.
  const model = modelOf((g, x, w) =>
    g.mul(g.cast(g.cast(g.mul(w, 4), { to: "int64" }), { to: "float32" }), x)
  );
  const g = new Graph();
  const straight = new StraightThrough(g);
  const { values } = importModel(model, g, { replace: straight.replace });
  const [loss, w] = [values.get("loss")!, values.get("w")!];
  const [dw] = backward(g, {
    seeds: [{ value: loss, cotangent: g.constant(1) }],
    wrt: [w],
    own: straight.rules,
    constants: straight.constants,
  });
  const probes = { w: g.constant(tensorOf([1, -1, 1], "float32")) };
  g.output(hutchinson(g, { grads: { w: dw! }, params: { w }, probes, straight }).w!, "h");
  g.prune();
  await using session = await openSession(buildModel(g), { threads: 1 });
  const out = await session.run({ x: tensorOf(X, "float32") });
  assertClose([...out.h!.data as Float32Array], X.map((v) => 2 * (4 * v) ** 2));
});

/** Returns sum(relu(x w1 + b) w2 + b), with another output that reads b. */
const tied = (() => {
  const g = new Graph();
  const w = (name: string) => g.initializer(name, tensorOf([1, 2, 3, 4], [2, 2], "float32"));
  const b = g.initializer("b", tensorOf([0, 0], "float32"));
  const x = g.input("x", "float32", ["N", 2]);
  g.output(g.add(g.matMul(x, w("w3")), b), "other");
  const hidden = g.relu(g.add(g.matMul(x, w("w1")), b));
  const y = g.add(g.matMul(hidden, w("w2")), b);
  g.output(g.reduceSum(g.mul(y, y), null, { keepdims: 0 }), "loss");
  return buildModel(g);
})();

Deno.test("gradientModel() unties named initializers, and leaves out copies that the loss does not depend on", () => {
  const { graph } = gradientModel(tied, { loss: "loss", parameters: ["b", "w1"], untie: true });
  // The first copy, b itself, belongs to the other output.
  assertEquals(graph!.output.map((o) => o.name), ["loss", "grad_b_2", "grad_b_3", "grad_w1"]);
});

Deno.test("backward() names a node once if its rule fails", () => {
  const model = modelOf((g, x, w) => {
    const at = g.constant(tensor(BigInt64Array.of(0n, 1n, 1n)));
    return g.emit("ScatterElements", [w, at, x], { attributes: { reduction: "mul" }, name: "scatter" })[0]!;
  });
  const error = assertThrows(() => gradientModel(model, { loss: "loss" }), Error);
  assertEquals(error.message.split("'scatter'").length, 2, error.message);
});

Deno.test("describeModel() reports a tensor that an exporter stored twice, in another shape", () => {
  // The norm of a weight, flattened by the exporter: `x w' / |w|`.
  const g = new Graph();
  const numbers = [1, -2, 3, 0.5, 0.25, -1];
  const w = g.initializer("w", tensorOf(numbers, [2, 3], "float32"));
  const flat = g.initializer("onnx::ReduceL2_8", tensorOf(numbers, [6], "float32"));
  const y = g.gemm(g.input("x", "float32", ["N", 3]), w, null, { transB: 1 });
  g.output(g.div(y, g.reduceL2(flat, [0])), "y");
  const { warnings } = describeModel(buildModel(g, { producerName: "pytorch" }));
  assertEquals(warnings.length, 1);
  assert(warnings[0]!.startsWith("'w' and 'onnx::ReduceL2_8' hold the same numbers"), warnings[0]);
});
