import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { backward, MissingRuleError } from "../../autodiff/backward.ts";
import { gradientModel } from "../../autodiff/gradient_model.ts";
import { RULES } from "../../autodiff/rules/table.ts";
import type { Site } from "../../autodiff/site.ts";
import { buildModel, encodeModel, Graph, parseModel, tensor, type Value } from "../../onnx/mod.ts";
import { openSession } from "../../runtime/session/session.ts";
import { check, uniformTensor } from "./check.ts";

const vector = (...values: number[]) => tensor(Float32Array.from(values));

async function run(g: Graph, feeds: Record<string, ReturnType<typeof tensor>>) {
  await using session = await openSession(buildModel(g));
  return await session.run(feeds);
}

Deno.test("check() catches an error of 0.1 % in a rule", async () => {
  const x = [uniformTensor([3, 2], 0.5, 2)];
  const right = await check({ name: "exp", inputs: x, build: (g, [v]) => g.exp(v!) });
  const rules = { ...RULES, Exp: (s: Site) => [s.g.mul(s.g.mul(s.dy, s.y()), 1.001)] };
  const wrong = await check({ name: "planted", inputs: x, build: (g, [v]) => g.exp(v!), rules });
  assert(right.static < 1e-8, `${right.static}`);
  assert(wrong.static > 1e-4, `${wrong.static}`);
});

for (
  const [name, build] of Object.entries<(g: Graph, x: Value) => Value>({
    Tanh: (g, x) => g.tanh(x),
    Sigmoid: (g, x) => g.sigmoid(x),
    Exp: (g, x) => g.exp(x),
    Softmax: (g, x) => g.softmax(x),
    LogSoftmax: (g, x) => g.logSoftmax(x),
    Mul: (g, x) => g.mul(x, g.sin(x)),
    Div: (g, x) => g.div(1, g.add(g.mul(x, x), 1)),
    MatMul: (g, x) => g.matMul(x, g.transpose(x)),
    Pow: (g, x) => g.pow(x, 3),
    ReduceLogSumExp: (g, x) => g.reduceLogSumExp(x, [1]),
  })
) {
  Deno.test(`the gradient of ${name} can be differentiated again`, async () => {
    const errors = await check({
      name,
      inputs: [uniformTensor([3, 3], -1, 1)],
      build(g, [x]) {
        const y = build(g, x!);
        const weights = g.constant(uniformTensor(y.shape as number[], 0.5, 1, "weights"));
        return backward(g, { seeds: [{ value: y, cotangent: weights }], wrt: [x!] });
      },
      known: true,
    });
    assert(errors.static < 1e-6, `relative error ${errors.static} in ${errors.precision}`);
  });
}

for (
  const [name, shape, of] of [
    ["itself", [1, 1, 2, 2], (_g, y) => y],
    ["its mean", [1, 1, 2, 2], (g, y) => g.globalAveragePool(y)],
    ["its maxima", [1, 1, 2, 2], (g, y) => g.maxPool(y, { kernel_shape: [2, 2], strides: [2, 2] })[0]!],
  ] as [string, number[], (g: Graph, y: Value) => Value][]
) {
  Deno.test(`no gradient passes Relu at 0, not even an infinite one: sqrt of ${name}`, async () => {
    const g = new Graph();
    const x = g.input("x", "float32", shape);
    const loss = g.sum([
      g.reduceSum(g.sqrt(of(g, g.relu(x))), null, { keepdims: 0 }),
      g.reduceSum(g.mul(x, 3), null, { keepdims: 0 }),
    ]);
    const [dx] = backward(g, { seeds: [{ value: loss, cotangent: g.constant(1) }], wrt: [x] });
    g.output(dx!, "dx");
    const out = await run(g, { x: tensor(Float32Array.of(0, -1, -2, -0), shape) });
    assertEquals([...out.dx!.data], [3, 3, 3, 3]);
  });
}

for (
  const [name, of] of Object.entries<(g: Graph, x: Value, w: Value) => Value>({
    "Gemm of a turned weight": (g, x, w) => g.gemm(x, w, null, { transB: 1 }),
    "Gemm of a turned weight, twice": (g, x, w) => g.gemm(x, w, null, { transB: 1, alpha: 2 }),
    "MatMul of a turned weight": (g, x, w) => g.matMul(x, g.transpose(w)),
    "MatMul of rows in batches": (g, x, w) => g.matMul(g.unsqueeze(x, [0]), g.transpose(w)),
    "a turned MatMul": (g, x, w) => g.transpose(g.matMul(w, g.transpose(x))),
  })
) {
  for (const outputs of [7, 4001]) {
    Deno.test(`the gradient of ${outputs} x 5 weights on each kind of device: ${name}`, async () => {
      const g = new Graph();
      const x = uniformTensor([3, 5], -1, 1, "x");
      const w = g.input("w", "float64", [outputs, 5]);
      const y = of(g, g.constant(x), w);
      const dy = uniformTensor([3, outputs], -1, 1, "dy");
      const cotangent = g.reshape(g.constant(dy), y.shape as number[]);
      for (const target of ["cpu", "gpu"] as const) {
        const [dw] = backward(g, { seeds: [{ value: y, cotangent }], wrt: [w], target });
        g.output(dw!, target);
      }
      const out = await run(g, { w: uniformTensor([outputs, 5], -1, 1, "w") });
      const factor = name.endsWith("twice") ? 2 : 1;
      const sum = (o: number, i: number) =>
        [0, 1, 2].reduce((s, n) => s + Number(dy.data[n * outputs + o]) * Number(x.data[n * 5 + i]), 0);
      for (const target of ["cpu", "gpu"]) {
        assertEquals(out[target]!.shape, [outputs, 5]);
        out[target]!.data.forEach((v, k) => {
          assertAlmostEquals(Number(v), factor * sum(Math.floor(k / 5), k % 5), 1e-12);
        });
      }
    });
  }
}

Deno.test("backward() refuses a seed of another shape than its value", () => {
  const g = new Graph();
  const x = g.input("x", "float32", [2]);
  const y = g.reduceSum(x);
  assertThrows(
    () => backward(g, { seeds: [{ value: y, cotangent: g.constant(1) }], wrt: [x] }),
    TypeError,
    `a seed of float32[] for '${y.name}', which is float32[1]`,
  );
});

Deno.test("backward() names every operator without a rule, with node, domain and opset", () => {
  const g = new Graph({ opsets: { "": 21, custom: 3 } });
  const x = g.input("x", "float32", [2, 2]);
  const [a] = g.emit("Fancy", [x], { domain: "custom", name: "first" });
  a!.known = { dtype: "float32", shape: [2, 2] };
  const b = g.bernoulli(a!);
  const seeds = [{ value: b, cotangent: g.constant(tensor(new Float32Array(4), [2, 2])) }];
  const error = assertThrows(() => backward(g, { seeds, wrt: [x] }), MissingRuleError);
  assertEquals(
    error.message,
    "no differentiation rule for Fancy node 'first' (custom 3); Bernoulli node 'bernoulli' (ai.onnx 21)",
  );
});

Deno.test("backward() does not lose a gradient in sequences", () => {
  const g = new Graph();
  const x = g.input("x", "float32", [2, 2]);
  const [sequence] = g.emit("SplitToSequence", [g.exp(x)], { attributes: { axis: 0 } });
  const [row] = g.emit("SequenceAt", [sequence!, g.constant(0, "int64")]);
  row!.known = { dtype: "float32", shape: [1, 2] };
  assertThrows(
    () => backward(g, { seeds: [{ value: row!, cotangent: row! }], wrt: [x] }),
    MissingRuleError,
    "SplitToSequence node 'splitToSequence' (ai.onnx 21); SequenceAt node",
  );
});

Deno.test("backward() adds up the gradients of a value used twice, and gives zeros for an unused one", async () => {
  const g = new Graph();
  const [x, unused] = [g.input("x", "float32", [2]), g.input("u", "float32", [3])];
  const y = g.add(g.mul(x, x), g.mul(x, 3));
  const [dx, du] = backward(g, {
    seeds: [{ value: y, cotangent: g.constant(vector(1, 10)) }],
    wrt: [x, unused],
  });
  g.output(dx!, "dx");
  g.output(du!, "du");
  const out = await run(g, { x: vector(2, 5), u: vector(0, 0, 0) });
  assertEquals(Array.from(out.dx!.data as Float32Array), [7, 130]);
  assertEquals(Array.from(out.du!.data as Float32Array), [0, 0, 0]);
});

Deno.test("backward() does not go through integers", async () => {
  const g = new Graph();
  const x = g.input("x", "float32", [2]);
  const y = g.mul(x, g.cast(g.cast(x, { to: "int64" }), { to: "float32" }));
  const [dx] = backward(g, { seeds: [{ value: y, cotangent: g.constant(vector(1, 1)) }], wrt: [x] });
  g.output(dx!, "dx");
  assertEquals(Array.from((await run(g, { x: vector(2.5, 3.75) })).dx!.data as Float32Array), [2, 3]);
});

Deno.test("gradientModel() names its inputs and outputs, and the nodes that it cannot differentiate", () => {
  const g = new Graph();
  const w = g.initializer("w", vector(1, 2));
  const spare = g.initializer("spare", vector(3, 4));
  const n = g.initializer("n", tensor(BigInt64Array.of(2n)));
  const y = g.mul(g.input("x", "float32", ["N", 2]), w);
  g.output(
    g.reduceMean(g.reshape(y, g.concat([n, g.constant([-1], "int64")], { axis: 0 })), null, { keepdims: 0 }),
    "loss",
  );
  g.output(g.neg(spare), "other");
  g.output(y, "y");
  const model = buildModel(g);
  const names = (m: typeof model) => [m.graph!.input.map((i) => i.name), m.graph!.output.map((o) => o.name)];
  assertEquals(names(gradientModel(model, { loss: "loss" })), [["x", "w"], ["loss", "grad_w"]]);
  const both = gradientModel(model, { loss: "loss", parameters: ["x", "w"] });
  assertEquals(names(both), [["x", "w"], ["loss", "grad_x", "grad_w"]]);
  for (const parameters of [["spare"], ["x", "spare"]]) {
    const message = "'loss' does not depend on the values of 'spare'";
    assertThrows(() => gradientModel(model, { loss: "loss", parameters }), RangeError, message);
  }
  assertThrows(() => gradientModel(model, { loss: "y" }), RangeError, "loss must have one element");
  assertThrows(() => gradientModel(model, { loss: "z" }), RangeError, "there is no 'z'");
  assertThrows(() => gradientModel(model, { loss: "loss", parameters: ["v"] }), RangeError, "'v' is none");
  assertThrows(() => gradientModel(model, { loss: "loss", parameters: ["n"] }), RangeError, "must be floats");
});

Deno.test("backward() names an operator of another domain instead of treating its result as a constant", () => {
  const g = new Graph({ opsets: { "": 21, local: 1 } });
  const w = g.initializer("w", tensor(Float32Array.of(1, 2)));
  const y = g.emit("Unknown", [w], { domain: "local" })[0]!;
  g.output(g.reduceSum(g.mul(g.cast(y, { to: "float32" }), w), null, { keepdims: 0 }), "loss");
  assertThrows(() => gradientModel(buildModel(g), { loss: "loss" }), MissingRuleError, "Unknown node");
});

Deno.test("gradientModel() treats initializers as parameters, but not the numbers of formulas", async () => {
  const g = new Graph();
  const w = g.initializer("w", tensor(Float32Array.of(1, 2)));
  const scale = g.constant([3, 4]);
  g.output(g.reduceSum(g.mul(g.mul(w, scale), 0.5), null, { keepdims: 0 }), "loss");
  const model = parseModel(encodeModel(buildModel(g)));
  assertEquals(model.graph!.initializer.map((i) => i.name).includes("const"), false);
  const gradient = gradientModel(model, { loss: "loss" });
  assertEquals(gradient.graph!.output.map((o) => o.name), ["loss", "grad_w"]);
  await using session = await openSession(gradient);
  const out = await session.run({ w: tensor(Float32Array.of(1, 2)) });
  assertEquals(out.grad_w!.data, Float32Array.of(1.5, 2));
});
