import { assert, assertEquals, assertThrows } from "@std/assert";
import { gradientModel } from "../../autodiff/gradient_model.ts";
import {
  buildModel,
  encodeModel,
  Graph,
  importModel,
  type Model,
  parseModel,
  tensor,
} from "../../onnx/mod.ts";
import { openSession } from "../../runtime/session/session.ts";

const all = { keepdims: 0 };
const vector = (...v: number[]) => tensor(Float32Array.from(v));
const outputs = (m: Model) => m.graph!.output.map((o) => o.name);

/** Returns the model `loss = sum(tanh(w x + b)^2)`. */
function layer(): Model {
  const g = new Graph();
  const w = g.initializer("w", vector(0.5, -0.3, 0.8));
  const b = g.initializer("b", vector(0.1, 0.2, 0.3));
  const y = g.tanh(g.add(g.mul(w, g.input("x", "float32", [3])), b));
  g.output(g.reduceSumSquare(y, null, all), "loss");
  return buildModel(g);
}

/** Adds `hv = sum over the parameters of gradient times v`, or another name for it, to the model of a gradient. */
function alongDirection(gradient: Model, directions: Readonly<Record<string, number[]>>, name = "hv"): Model {
  const g = new Graph();
  const { values } = importModel(gradient, g);
  const parts = Object.entries(directions).map(([p, v]) =>
    g.reduceSum(g.mul(values.get(`grad_${p}`)!, vector(...v)), null, all)
  );
  g.output(parts.length === 1 ? g.add(parts[0]!, 0) : g.sum(parts), name);
  return buildModel(g);
}

const AT = { x: vector(1, 2, -1), w: vector(0.5, -0.3, 0.8), b: vector(0.1, 0.2, 0.3) };
const DIRECTIONS = { w: [1, -2, 0.5], b: [0.3, 1, -1] };

Deno.test("gradientModel() differentiates the model of a gradient without named parameters", async () => {
  const hv = alongDirection(gradientModel(layer(), { loss: "loss" }), DIRECTIONS);
  // Written and read, as from a file.
  const twice = gradientModel(parseModel(encodeModel(hv)), { loss: "hv" });
  assertEquals(outputs(twice), ["hv", "grad_w", "grad_b"]);
  await using session = await openSession(twice);
  const out = await session.run(AT);
  // y = tanh a: d2/da2 of y^2 is 2 (1 - y^2) (1 - 3 y^2); a moves by v_w x + v_b.
  [0, 1, 2].forEach((i) => {
    const at = (t: { data: unknown }) => (t.data as Float32Array)[i]!;
    const y = Math.tanh(at(AT.w) * at(AT.x) + at(AT.b));
    const curvature = 2 * (1 - y * y) * (1 - 3 * y * y) * (DIRECTIONS.w[i]! * at(AT.x) + DIRECTIONS.b[i]!);
    assert(Math.abs(at(out.grad_b!) - curvature) < 1e-5, `${at(out.grad_b!)} for ${curvature}`);
    assert(Math.abs(at(out.grad_w!) - curvature * at(AT.x)) < 1e-5);
  });
});

Deno.test("gradientModel() differentiates the model of a gradient by names, and a third time", () => {
  const once = gradientModel(layer(), { loss: "loss" });
  const twice = gradientModel(alongDirection(once, DIRECTIONS), { loss: "hv", parameters: ["b", "w"] });
  assertEquals(outputs(twice), ["hv", "grad_b", "grad_w"]);
  const thrice = gradientModel(alongDirection(twice, { w: [1, 1, 1] }, "third"), { loss: "third" });
  assertEquals(outputs(thrice), ["third", "grad_w", "grad_b"]);
});

Deno.test("gradientModel() of a gradient's own loss gives the gradient again", async () => {
  const once = gradientModel(layer(), { loss: "loss" });
  const again = gradientModel(once, { loss: "loss" });
  assertEquals(outputs(again), ["loss", "grad_w", "grad_b"]);
  await using a = await openSession(once);
  await using b = await openSession(again);
  assertEquals((await a.run(AT)).grad_w!.data, (await b.run(AT)).grad_w!.data);
});

/** Returns the model `loss = sum((w x)^2)` with a value, an input or an initializer called `grad_w`. */
function named(what: "value" | "input" | "initializer" | "loss"): Model {
  const g = new Graph();
  const [w, x] = [g.initializer("w", vector(1, 2)), g.input("x", "float32", [2])];
  let y = g.emit("Mul", [w, x], { outputNames: [what === "value" ? "grad_w" : "y"] })[0]!;
  if (what === "input") y = g.add(y, g.input("grad_w", "float32", [2]));
  if (what === "initializer") y = g.add(y, g.initializer("grad_w", vector(0, 0)));
  g.output(g.reduceSumSquare(y, null, all), what === "loss" ? "grad_w" : "loss");
  return buildModel(g);
}

for (
  const [what, expected] of [
    ["value", ["loss", "grad_w"]],
    ["input", ["loss", "grad_w_1"]],
    ["initializer", ["loss", "grad_w_1", "grad_grad_w"]],
    ["loss", ["grad_w", "grad_w_1"]],
  ] as const
) {
  Deno.test(`gradientModel() accepts a model with ${what} 'grad_w'`, async () => {
    const loss = what === "loss" ? "grad_w" : "loss";
    const gradient = gradientModel(named(what), { loss });
    assertEquals(outputs(gradient), [...expected]);
    await using session = await openSession(gradient);
    const given = { x: vector(3, 4), w: vector(1, 2), grad_w: vector(0, 0) };
    const feeds = Object.fromEntries(
      session.inputNames.map((n) => [n, given[n as keyof typeof given]]),
    );
    const out = await session.run(feeds);
    // 2 w x^2
    assertEquals(out[expected[1]]!.data, Float32Array.of(18, 64));
    assertEquals(out[loss]!.data, Float32Array.of(73));
  });
}

Deno.test("gradientModel() refuses a model in which no parameter reaches the loss", () => {
  const g = new Graph();
  g.output(g.reduceSum(g.input("x", "float32", [2]), null, all), "loss");
  assertThrows(
    () => gradientModel(buildModel(g), { loss: "loss" }),
    RangeError,
    "loss must depend on a float initializer, 'loss' depends on none: name in parameters what to differentiate with respect to, of x",
  );
});
