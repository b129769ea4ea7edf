import { assertEquals } from "@std/assert";
import { describeModel } from "../../autodiff/describe.ts";
import { gradientModel } from "../../autodiff/gradient_model.ts";
import { withLoss } from "../../models/loss.ts";
import {
  buildModel,
  encodeModel,
  Graph,
  type Model,
  parseModel,
  type Tensor,
  tensor,
  type Value,
} from "../../onnx/mod.ts";
import { trainingModel } from "../../runtime/program/training_model.ts";
import { sgd } from "../../optim/rules/sgd.ts";

/** Returns different numbers other than 0 and 1: the weights of a layer. */
const weights = (...shape: number[]): Tensor =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) =>
      ((i + 1) * (i + 3) * 7919 % 101) / 101 - 0.5),
    shape,
  );
const filled = (value: number, ...shape: number[]): Tensor =>
  tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value), shape);
const scalar = (value: number): Tensor => filled(value);

const LOWEST = -3.4028234663852886e38;

/** A case: a graph, and the expectation for each initializer but the weights `w…`: `true` for trained, or the reason. */
interface Case {
  readonly name: string;
  readonly build: (g: Graph, held: Held) => Value;
  readonly right: Readonly<Record<string, true | string>>;
}

const rows = (g: Graph, width = 4) => g.input("x", "float32", ["N", width]);
const layer = (g: Graph, held: Held, out = 3) => g.matMul(rows(g), held("w", weights(4, out)));

type Held = (name: string, t: Tensor) => Value;

/** Returns sines of positions, cosines, or both in turns, of falling frequencies. */
function sines(rows: number, columns: number, kind: "sin" | "cos" | "both"): Tensor {
  const data = Float32Array.from({ length: rows * columns }, (_, i) => {
    const [t, c] = [Math.floor(i / columns), i % columns];
    const angle = t * 100 ** (-Math.floor(c / 2) / columns);
    return kind === "sin" || (kind === "both" && c % 2 === 0) ? Math.sin(angle) : Math.cos(angle);
  });
  return tensor(data, [rows, columns]);
}

/** Returns q cos + rotated(q) sin, as exporters write rotary embeddings. */
function rotary(g: Graph, h: Held): Value {
  const q = g.matMul(g.input("x", "float32", ["N", 6, 4]), h("w", weights(4, 4)));
  const half = (from: number, to: number) => g.slice(q, [from], [to], [2], null);
  const rotated = g.concat([g.neg(half(2, 4)), half(0, 2)], { axis: 2 });
  return g.add(g.mul(q, h("cos", sines(6, 4, "cos"))), g.mul(rotated, h("sin", sines(6, 4, "sin"))));
}

/** Returns a normalization of two groups of channels as exporters write it: an inner one, then the network's scale and shift. */
function groups(g: Graph, h: Held): Value {
  const y = g.conv(g.input("x", "float32", ["N", 2, 6]), h("w", weights(4, 2, 3)), null);
  const inner = g.instanceNormalization(
    g.reshape(y, [0, 2, -1]),
    h("ones", filled(1, 2)),
    h("zeros", filled(0, 2)),
  );
  const back = g.reshape(inner, g.shape(y));
  return g.add(g.mul(back, h("gamma", filled(1, 4, 1))), h("beta", filled(0, 4, 1)));
}

function gru(g: Graph, h: Held, start: Tensor): Value {
  const x = g.input("x", "float32", [5, 2, 4]);
  const names = { w: h("w", weights(1, 9, 4)), r: h("w2", weights(1, 9, 3)), b: h("w3", filled(0, 1, 18)) };
  return g.emit("GRU", [x, names.w, names.r, names.b, null, h("h0", start)], {
    attributes: { hidden_size: 3 },
  })[0]!;
}

const CASES: Case[] = [
  // Exponents, and parameters beside them.
  {
    name: "an exponent",
    build: (g, h) => g.pow(layer(g, h), h("three", scalar(3))),
    right: { three: "exponent" },
  },
  {
    name: "an exponent of one element",
    build: (g, h) => g.pow(layer(g, h), h("p", filled(2, 1))),
    right: { p: "exponent" },
  },
  {
    name: "an exponent behind casts and reshapes",
    build: (g, h) => g.pow(layer(g, h), g.reshape(g.cast(h("p", filled(2, 1, 1)), { to: "float32" }), [1])),
    right: { p: "exponent" },
  },
  {
    name: "the base of a power",
    build: (g, h) => g.pow(h("two", scalar(2)), layer(g, h)),
    right: { two: "base" },
  },
  // Epsilons and biases: both are one number that is added.
  {
    name: "an epsilon under a root",
    build: (g, h) => {
      const y = layer(g, h);
      return g.div(y, g.sqrt(g.add(g.reduceMean(g.mul(y, y), [1]), h("eps", scalar(1e-5)))));
    },
    right: { eps: "epsilon" },
  },
  {
    name: "an epsilon of one element under a root",
    build: (g, h) => {
      const y = layer(g, h);
      return g.div(y, g.sqrt(g.add(g.reduceMean(g.mul(y, y), [1]), h("eps", filled(1e-5, 1)))));
    },
    right: { eps: "epsilon" },
  },
  {
    name: "an epsilon in a divisor",
    build: (g, h) => {
      const y = layer(g, h);
      return g.div(y, g.add(g.reduceSum(g.abs(y), [1]), h("eps", scalar(1e-8))));
    },
    right: { eps: "epsilon" },
  },
  {
    name: "an epsilon in a logarithm",
    build: (g, h) => g.log(g.add(g.softmax(layer(g, h)), h("eps", scalar(1e-8)))),
    right: { eps: "epsilon" },
  },
  {
    name: "an epsilon under a negative power",
    build: (g, h) => {
      const y = layer(g, h);
      return g.mul(
        y,
        g.pow(g.add(g.reduceMean(g.mul(y, y), [1]), h("eps", scalar(1e-6))), h("half", scalar(-0.5))),
      );
    },
    right: { eps: "epsilon", half: "exponent" },
  },
  {
    name: "a bias of one unit",
    build: (g, h) => g.add(layer(g, h, 1), h("b", filled(0.5, 1))),
    right: { b: true },
  },
  {
    name: "a bias of one unit that is 0",
    build: (g, h) => g.add(layer(g, h, 1), h("b", filled(0, 1))),
    right: { b: true },
  },
  {
    name: "a bias of one unit as small as an epsilon, before a logarithm",
    build: (g, h) => g.log(g.exp(g.add(layer(g, h, 1), h("b", filled(1e-6, 1))))),
    right: { b: true },
  },
  {
    name: "a bias of one unit behind a reshape",
    build: (g, h) => g.add(g.reshape(layer(g, h, 1), [-1, 2, 1]), h("b", filled(0.5, 1))),
    right: { b: true },
  },
  {
    name: "a scalar bias of one unit",
    build: (g, h) => g.add(layer(g, h, 1), h("b", scalar(0.5))),
    right: { b: true },
  },
  {
    name: "a bias on the left",
    build: (g, h) => g.add(h("b", filled(0.5, 1)), layer(g, h, 1)),
    right: { b: true },
  },
  { name: "a bias of zeros", build: (g, h) => g.add(layer(g, h), h("b", filled(0, 3))), right: { b: true } },
  {
    name: "the bias of Gemm of one unit",
    build: (g, h) => g.gemm(rows(g), h("w", weights(4, 1)), h("b", filled(0, 1))),
    right: { b: true },
  },
  {
    name: "the bias of Conv of one channel",
    build: (g, h) =>
      g.conv(g.input("x", "float32", ["N", 2, 5]), h("w", weights(1, 2, 3)), h("b", filled(0, 1))),
    right: { b: true },
  },
  {
    name: "a weight of one element",
    build: (g, h) => g.matMul(g.input("x", "float32", ["N", 1]), h("v", filled(0.5, 1, 1))),
    right: { v: true },
  },
  {
    name: "an epsilon of a product of activations",
    build: (g, h) => {
      const y = layer(g, h);
      return g.sqrt(g.add(g.matMul(y, g.transpose(y, { perm: [1, 0] })), h("eps", filled(1e-5, 1))));
    },
    right: { eps: "epsilon" },
  },
  {
    name: "the 3 of a hard swish",
    build: (g, h) => {
      const y = layer(g, h);
      return g.mul(y, g.clip(g.add(y, h("three", scalar(3))), h("low", scalar(0)), h("high", scalar(6))));
    },
    right: { three: "scalar", low: "setting of Clip", high: "setting of Clip" },
  },
  // Factors, divisors and learned gains.
  {
    name: "a factor",
    build: (g, h) => g.mul(layer(g, h), h("half", scalar(0.5))),
    right: { half: "scalar" },
  },
  {
    name: "a factor of one element",
    build: (g, h) => g.mul(layer(g, h), h("half", filled(0.5, 1))),
    right: { half: "factor" },
  },
  {
    name: "an exporter's factor",
    build: (g, h) => g.mul(layer(g, h), h("/attn/Constant_3_output_0", filled(0.5, 1))),
    right: { "/attn/Constant_3_output_0": "factor" },
  },
  {
    name: "a gain that a module holds",
    build: (g, h) => g.mul(layer(g, h), h("blocks.0.alpha", filled(0.1, 1))),
    right: { "blocks.0.alpha": true },
  },
  {
    name: "a gain that starts at 0",
    build: (g, h) =>
      g.add(
        layer(g, h),
        g.mul(
          g.relu(g.matMul(g.input("z", "float32", ["N", 4]), h("w2", weights(4, 3)))),
          h("alpha", filled(0, 1)),
        ),
      ),
    right: { alpha: true },
  },
  {
    name: "a temperature behind Exp",
    build: (g, h) => g.mul(layer(g, h), g.exp(h("log_temperature", scalar(0.7)))),
    right: { log_temperature: true },
  },
  {
    name: "a divisor",
    build: (g, h) => g.div(layer(g, h), h("scale", scalar(8))),
    right: { scale: "divisor" },
  },
  {
    name: "divisors",
    build: (g, h) => g.div(layer(g, h), h("scale", weights(3))),
    right: { scale: "divisor" },
  },
  {
    name: "a numerator",
    build: (g, h) => g.div(h("one", scalar(1)), g.exp(layer(g, h))),
    right: { one: "scalar" },
  },
  {
    name: "scales of channels",
    build: (g, h) => g.mul(layer(g, h), h("gamma", filled(1e-5, 3))),
    right: { gamma: true },
  },
  { name: "1 - y", build: (g, h) => g.sub(h("one", scalar(1)), layer(g, h)), right: { one: "scalar" } },
  {
    name: "numbers alone",
    build: (g, h) => g.add(g.mul(g.input("x", "float32", ["N"]), h("a", scalar(2))), h("b", scalar(1))),
    right: { a: true, b: true },
  },
  {
    name: "numbers alone, one of them an exponent",
    build: (g, h) => g.mul(g.pow(g.input("x", "float32", ["N"]), h("p", scalar(2))), h("a", scalar(2))),
    right: { a: true, p: "exponent" },
  },
  // Bounds.
  {
    name: "a bound of Max",
    build: (g, h) => g.max([layer(g, h), h("zero", scalar(0))]),
    right: { zero: "bound" },
  },
  {
    name: "a bound of Min, of one element",
    build: (g, h) => g.min([layer(g, h), h("six", filled(6, 1))]),
    right: { six: "bound" },
  },
  {
    name: "thresholds of channels",
    build: (g, h) => g.max([layer(g, h), h("tau", weights(3))]),
    right: { tau: true },
  },
  {
    name: "a bound in a comparison",
    build: (g, h) => {
      const y = layer(g, h);
      return g.where(g.greater(y, h("limit", scalar(20))), y, g.softplus(y));
    },
    right: { limit: "bound" },
  },
  {
    name: "a slope",
    build: (g, h) => g.pRelu(layer(g, h), h("slope", filled(0.25, 1))),
    right: { slope: true },
  },
  // Masks.
  {
    name: "a mask with infinities",
    build: (g, h) => g.add(layer(g, h), h("mask", tensor(Float32Array.of(0, -Infinity, 0)))),
    right: { mask: "not finite" },
  },
  {
    name: "a mask with the lowest float",
    build: (g, h) => g.softmax(g.add(layer(g, h), h("mask", tensor(Float32Array.of(0, LOWEST, 0))))),
    right: { mask: "mask" },
  },
  {
    name: "a mask with -10000",
    build: (g, h) =>
      g.softmax(g.add(layer(g, h), g.unsqueeze(h("mask", tensor(Float32Array.of(0, -10000, 0))), [0]))),
    right: { mask: "mask" },
  },
  {
    name: "a mask of one number",
    build: (g, h) =>
      g.where(g.equal(g.input("m", "int64", ["N", 3]), 0), h("low", scalar(-1e9)), layer(g, h)),
    right: { low: "fill value" },
  },
  {
    name: "a mask of ones and zeros",
    build: (g, h) => g.mul(layer(g, h), h("mask", tensor(Float32Array.of(1, 0, 1)))),
    right: { mask: "mask" },
  },
  {
    name: "a token in place of masked elements",
    build: (g, h) =>
      g.where(g.equal(g.input("m", "int64", ["N", 1]), 0), h("token", filled(0, 1, 3)), layer(g, h)),
    right: { token: true },
  },
  {
    name: "a weight that begins as the identity",
    build: (g, h) =>
      g.matMul(layer(g, h), h("u", tensor(Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1), [3, 3]))),
    right: { u: true },
  },
  // Tables.
  {
    name: "tables of rotary embeddings",
    build: rotary,
    right: { cos: "table of positions", sin: "table of positions" },
  },
  {
    name: "a table of sines that is added",
    build: (g, h) =>
      g.matMul(
        g.add(g.input("x", "float32", ["N", 6, 4]), h("pe", sines(6, 4, "both"))),
        h("w", weights(4, 3)),
      ),
    right: { pe: "table of positions" },
  },
  {
    name: "learned positions that are added",
    build: (g, h) =>
      g.matMul(
        g.add(g.input("x", "float32", ["N", 6, 4]), h("pos", weights(1, 6, 4))),
        h("w", weights(4, 3)),
      ),
    right: { pos: true },
  },
  {
    name: "learned positions that start at 0",
    build: (g, h) =>
      g.matMul(
        g.add(g.input("x", "float32", ["N", 6, 4]), h("pos", filled(0, 1, 6, 4))),
        h("w", weights(4, 3)),
      ),
    right: { pos: true },
  },
  {
    name: "frequencies of positions",
    build: (g, h) => {
      const angle = g.mul(
        g.unsqueeze(g.input("t", "float32", ["N"]), [1]),
        h("freq", tensor(Float32Array.of(1, 0.3, 0.1))),
      );
      return g.matMul(g.concat([g.sin(angle), g.cos(angle)], { axis: 1 }), h("w", weights(6, 3)));
    },
    right: { freq: "table of frequencies" },
  },
  {
    name: "a first layer before a sine",
    build: (g, h) => g.sin(g.mul(layer(g, h), h("thirty", scalar(30)))),
    right: { thirty: "scalar" },
  },
  {
    name: "mean and spread of the inputs",
    build: (g, h) =>
      g.conv(
        g.div(
          g.sub(g.input("x", "float32", ["N", 3, 5]), h("mean", filled(0.4, 1, 3, 1))),
          h("std", weights(1, 3, 1)),
        ),
        h("w", weights(2, 3, 3)),
        null,
      ),
    right: { mean: "statistic of the inputs", std: "divisor" },
  },
  // Normalizations.
  {
    name: "an instance normalization of fresh ones and zeros",
    build: (g, h) =>
      g.instanceNormalization(
        g.conv(g.input("x", "float32", ["N", 2, 5]), h("w", weights(4, 2, 3)), null),
        h("scale", filled(1, 4)),
        h("shift", filled(0, 4)),
      ),
    right: { scale: true, shift: true },
  },
  {
    name: "the inner ones and zeros of a group normalization",
    build: groups,
    right: {
      ones: "inner scale of a group normalization",
      zeros: "inner scale of a group normalization",
      gamma: true,
      beta: true,
    },
  },
  {
    name: "a layer normalization of ones",
    build: (g, h) =>
      g.layerNormalization(layer(g, h), h("scale", filled(1, 3)), h("shift", filled(0, 3)))[0]!,
    right: { scale: true, shift: true },
  },
  {
    name: "ones that an exporter fills in",
    build: (g, h) => g.layerNormalization(layer(g, h), h("/norm/Constant_output_0", filled(1, 3)), null)[0]!,
    right: { "/norm/Constant_output_0": "filled in for LayerNormalization" },
  },
  // Recurrent layers.
  {
    name: "the initial state of a GRU",
    build: (g, h) => gru(g, h, filled(0, 1, 2, 3)),
    right: { h0: "initial state" },
  },
  { name: "a learned initial state", build: (g, h) => gru(g, h, weights(1, 2, 3)), right: { h0: true } },
  {
    name: "the initial state of a loop",
    build: (g, h) =>
      g.scan({
        states: [h("h0", filled(0, 3))],
        scanned: [g.input("x", "float32", [5, 3])],
        body: (s, [a], [x]) => ({
          states: [s.tanh(s.add(s.squeeze(s.matMul(s.unsqueeze(a!, [0]), h("w", weights(3, 3))), [0]), x!))],
          outputs: [],
        }),
      }).states[0]!,
    right: { h0: "initial state" },
  },
  // Sizes.
  {
    name: "numbers from which sizes are computed",
    build: (g, h) => {
      const y = g.conv(g.input("x", "float32", ["N", 2, 4, 4]), h("w", weights(3, 2, 1, 1)), null);
      const sizes = g.floor(
        g.mul(g.cast(g.shape(y), { to: "float32" }), h("scales", tensor(Float32Array.of(1, 1, 2, 1.5)))),
      );
      return g.emit("Resize", [y, null, null, g.cast(sizes, { to: "int64" })])[0]!;
    },
    right: { scales: "sizes" },
  },
  {
    name: "as many groups as channels",
    build: (g, h) => {
      const y = g.conv(g.input("x", "float32", [2, 2, 6]), h("w", weights(4, 2, 3)), null);
      const inner = g.instanceNormalization(
        g.reshape(y, [0, 4, -1]),
        h("ones", filled(1, 4)),
        h("zeros", filled(0, 4)),
      );
      return g.add(
        g.mul(g.reshape(inner, [2, 4, 4]), h("gamma", filled(1, 4, 1))),
        h("beta", filled(0, 4, 1)),
      );
    },
    right: {
      ones: "inner scale of a group normalization",
      zeros: "inner scale of a group normalization",
      gamma: true,
      beta: true,
    },
  },
  // Fill values.
  {
    name: "a number for padding",
    build: (g, h) => g.pad(layer(g, h), [0, 1, 0, 1], h("with", scalar(0)), null),
    right: { with: "setting of Pad" },
  },
  {
    name: "a number in front",
    build: (g, h) =>
      g.concat([
        g.expand(h("zero", filled(0, 1, 1)), [2, 1]),
        g.matMul(g.input("x", "float32", [2, 4]), h("w", weights(4, 3))),
      ], { axis: 1 }),
    right: { zero: "fill value" },
  },
  {
    name: "a class token",
    build: (g, h) =>
      g.concat([
        g.expand(h("cls", filled(0, 1, 1, 3)), [2, 1, 3]),
        g.matMul(g.input("x", "float32", [2, 5, 4]), h("w", weights(4, 3))),
      ], { axis: 1 }),
    right: { cls: true },
  },
  {
    name: "an exporter's factor that is a weight elsewhere",
    build: (g, h) => {
      const b = h("b", filled(0.5, 1));
      return g.mul(g.add(layer(g, h, 1), b), b);
    },
    right: { b: true },
  },
];

/** Returns the model of a case as in a file, and the expectations for its initializers: the weights `w…` are trained. */
function modelOf({ build, right }: Case): { model: Model; right: Record<string, true | string> } {
  const g = new Graph();
  const held: Record<string, true | string> = {};
  const y = build(g, (name, t) => {
    held[name] = right[name] ?? (name.startsWith("w") ? true : "not told");
    return g.initializer(name, t);
  });
  g.output(y, "y");
  return { model: parseModel(encodeModel(buildModel(g, { producerName: "" }))), right: held };
}

for (const c of CASES) {
  Deno.test(`describeModel(), programs and gradientModel() agree on ${c.name}`, () => {
    const { model, right } = modelOf(c);
    const told = describeModel(model).parameters.map((p) => [p.name, p.constant ?? true]);
    assertEquals(Object.fromEntries(told), right);
    const trained = Object.keys(right).filter((n) => right[n] === true).sort();
    const lossy = withLoss(model, { loss: "mse" });
    const gradient = gradientModel(lossy, { loss: "loss" });
    const grads = gradient.graph!.output.map((o) => o.name).filter((n) => n.startsWith("grad_"));
    assertEquals(grads.map((n) => n.slice("grad_".length)).sort(), trained);
    const inputs = Object.fromEntries(
      lossy.graph!.input.map((
        i,
      ) => [i.name, { dtype: i.name === "m" ? "int64" as const : "float32" as const, shape: shapeOf(i) }]),
    );
    const program = trainingModel({ model: lossy, optimizer: sgd({ learningRate: 0.1 }), inputs });
    assertEquals(Object.keys(program.parameters).sort(), trained);
    const left = Object.fromEntries(program.leftOut.map((p) => [p.name, p.constant!]));
    assertEquals(left, Object.fromEntries(Object.entries(right).filter(([, r]) => r !== true)));
  });
}

/** Returns the shape of a data set for an input: its own shape, with 4 for an open batch. */
function shapeOf(input: NonNullable<Model["graph"]>["input"][number]): number[] {
  const type = input.type!.value;
  if (type.case !== "tensorType") throw new Error(`${input.name} is no tensor`);
  return type.value.shape!.dim.map((d) => (d.value.case === "dimValue" ? Number(d.value.value) : 4));
}
