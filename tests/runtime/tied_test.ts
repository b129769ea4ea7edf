import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { describeModel } from "../../autodiff/describe.ts";
import { untieModel } from "../../autodiff/trained/prepare.ts";
import { withLoss } from "../../models/loss.ts";
import {
  buildModel,
  Graph,
  type Model,
  parseModel,
  tensorOf,
  type Value,
  withWeights,
} from "../../onnx/mod.ts";
import { adam } from "../../optim/rules/adam.ts";
import { sgd } from "../../optim/rules/sgd.ts";
import { fit, type FitOptions } from "../../runtime/training/fit.ts";

/** PyTorch's training of networks whose fresh parameters are equal: `tools/golden/tied_models.py`. */
interface Golden {
  readonly rate: number;
  readonly epsilon: number;
  readonly networks: Readonly<
    Record<string, { parameters: number; losses: number[]; x: number[]; y: number[] }>
  >;
}

const FOLDER = new URL("../golden/tied/", import.meta.url);
const GOLDEN: Golden = JSON.parse(Deno.readTextFileSync(new URL("golden.json", FOLDER)));

const read = (file: string): Model => parseModel(Deno.readFileSync(new URL(`${file}.onnx`, FOLDER)));

/** Returns the losses before each of 20 steps on the same examples, and the result of `fit`. */
async function trained(network: string, model: Model, options: Partial<FitOptions> = {}) {
  const { x, y } = GOLDEN.networks[network]!;
  const losses: number[] = [];
  const result = await fit({
    model,
    optimizer: adam({ learningRate: GOLDEN.rate, epsilon: GOLDEN.epsilon }),
    train: { x: tensorOf(x, [4, 3, 8], "float32"), target: tensorOf(y, [4, 3, 8], "float32") },
    epochs: 20,
    batchSize: 4,
    onChunk: ({ records }) => losses.push(...records.map((r) => r.loss)),
    ...options,
  });
  return { losses, result };
}

function furthest(losses: readonly number[], right: readonly number[]): number {
  assertEquals(losses.length, right.length);
  return Math.max(...losses.map((v, i) => Math.abs(v - right[i]!) / right[i]!));
}

for (const [network, { losses: right, parameters }] of Object.entries(GOLDEN.networks)) {
  for (const exporter of ["dynamo", "script"]) {
    const plain = read(`${network}-${exporter}`);
    const model = withLoss(plain, { loss: "mse" });

    Deno.test(`fit() with untie gives PyTorch's losses over 20 steps: ${network}, ${exporter}`, async () => {
      const { losses, result } = await trained(network, model, { untie: true });
      assertEquals(Object.keys(result.state.params).length, parameters);
      assertEquals(result.warnings, []);
      const distance = furthest(losses, right);
      assert(distance < 1e-3, `the losses differ by ${distance}`);
      // The weights fit the untied model, with its loss or without.
      const written = withWeights(untieModel(plain), result.state.params, { partial: true });
      assertEquals(
        describeModel(written).parameters.filter((p) => p.constant === undefined).length,
        parameters,
      );
    });

    Deno.test(`fit() says which initializers stand for several parameters: ${network}, ${exporter}`, async () => {
      const { losses, result } = await trained(network, model);
      const described = describeModel(model);
      const standing = described.parameters.filter((p) => p.constant === undefined);
      assertEquals(standing.reduce((sum, p) => sum + (p.standsFor ?? 1), 0), parameters);
      const tied = standing.filter((p) => p.standsFor !== undefined);
      assert(tied.length > 0);
      assertEquals(described.warnings, result.warnings);
      assertEquals(result.warnings.length, tied.length);
      for (const [i, p] of tied.entries()) {
        assert(
          result.warnings[i]!.includes(`'${p.name}' stands for ${p.standsFor} parameters`),
          result.warnings[i],
        );
      }
      const distance = furthest(losses, right);
      assert(distance > 1e-3, `tied parameters should train otherwise, the losses differ by ${distance}`);
    });
  }
}

Deno.test("untieModel() keeps a module that is called twice tied, and accepts names", () => {
  for (const exporter of ["dynamo", "script"]) {
    const shared = read(`shared-${exporter}`);
    const names = (m: Model) => m.graph!.initializer.map((t) => t.name);
    const added = names(untieModel(shared)).filter((n) => !names(shared).includes(n));
    assertEquals(added, ["block.first.bias_2", "block.first.bias_3", "block.first.bias_4"]);
    assertEquals(names(untieModel(shared, ["block.first.bias"])), names(untieModel(shared)));
    assertEquals(untieModel(untieModel(shared)), untieModel(shared));
    assertThrows(() => untieModel(shared, ["block.norm.weight"]), RangeError, "'block.norm.weight'");
  }
});

/** PyTorch 2.15 in float64: tanh(BatchNorm1d(2)), five steps of SGD at rate 0.1 over the same four examples. */
const NORMALIZED = {
  x: [1, 2, 3, -1, 0.5, 0.25, -2, 4],
  y: [1, 0, 0, 1, 2, -1, 1, 1],
  losses: [
    1.6310216674478335,
    1.5705516271894946,
    1.5115783113711088,
    1.4539088631242965,
    1.3970208937022035,
  ],
  scale: [0.8727604207591285, 0.931335053939491],
  shift: [0.35257840191093154, -0.010424197954232868],
  mean: [0.25594375, 0.537481875],
  // The variance over n, as ONNX defines it.
  variance: [1.88940453125, 2.0413711328125],
};

/** Returns the layer as an exporter writes a fresh one: the same ones for scale and variance, the same zeros for shift and mean. */
function normalized(copied: boolean): Model {
  const g = new Graph();
  const [one, zero] = [1, 0].map((v) => g.initializer(v ? "one" : "zero", tensorOf([v, v], "float32")));
  const again = (v: Value) => (copied ? g.emit("Identity", [v], { share: false })[0]! : v);
  const x = g.input("x", "float32", ["N", 2]);
  const y = g.emit("BatchNormalization", [x, one!, zero!, again(zero!), again(one!)])[0]!;
  g.output(g.tanh(y), "y");
  return buildModel(g);
}

for (const copied of [false, true]) {
  const model = withLoss(normalized(copied), { loss: "mse" });
  const by = copied ? "by Identity" : "as they are";
  const options: FitOptions = {
    model,
    optimizer: sgd({ learningRate: 0.1 }),
    train: {
      x: tensorOf(NORMALIZED.x, [4, 2], "float32"),
      target: tensorOf(NORMALIZED.y, [4, 2], "float32"),
    },
    epochs: 5,
    batchSize: 4,
  };

  Deno.test(`fit() refuses scales that are also running statistics, read ${by}`, async () => {
    const error = await assertRejects(() => fit(options), RangeError, "set untie to true");
    for (const name of ["one", "zero"]) {
      const told = `'${name}' stands for a parameter and the running statistics of a batch normalization`;
      assert(error.message.includes(told), error.message);
    }
    await assertRejects(() => fit({ ...options, untie: ["one"] }), RangeError, "'zero'");
    const { parameters, warnings } = describeModel(model);
    assertEquals(parameters.map((p) => p.standsFor), [undefined, undefined]);
    assertEquals(warnings.length, 2);
  });

  Deno.test(`fit() with untie keeps scales and running statistics apart, read ${by}`, async () => {
    const losses: number[] = [];
    const { state, warnings } = await fit({
      ...options,
      untie: true,
      onChunk: ({ records }) => losses.push(...records.map((r) => r.loss)),
    });
    assert(furthest(losses, NORMALIZED.losses) < 1e-5, `${losses}`);
    assertEquals([Object.keys(state.params), warnings], [["one", "zero"], []]);
    const { scale, shift, mean, variance } = NORMALIZED;
    const right = { one: scale, zero: shift, one_2: variance, zero_2: mean };
    for (const [name, numbers] of Object.entries(right)) {
      const found = [...(state.params[name] ?? state.buffers[name])!.data as Float32Array];
      found.forEach((v, i) => assertAlmostEquals(v, numbers[i]!, 1e-5, name));
    }
    const named = await fit({ ...options, untie: true, parameters: ["zero"] });
    assertEquals(Object.keys(named.state.params), ["zero"]);
  });
}

Deno.test("fit() reports running statistics that several layers share, and separates them when untied", async () => {
  const g = new Graph();
  const [one, zero] = [1, 0].map((v) => g.initializer(v ? "var" : "mean", tensorOf([v, v], "float32")));
  const layer = (x: Value, name: string) => {
    const [scale, shift] = [g.initializer(`${name}.w`, tensorOf([1, 2], "float32")), g.constant([0, 0])];
    return g.emit("BatchNormalization", [x, scale, shift, zero!, one!])[0]!;
  };
  g.output(layer(g.relu(layer(g.input("x", "float32", ["N", 2]), "a")), "b"), "y");
  const options: FitOptions = {
    model: withLoss(buildModel(g), { loss: "mse" }),
    optimizer: sgd({ learningRate: 0.1 }),
    train: {
      x: tensorOf(NORMALIZED.x, [4, 2], "float32"),
      target: tensorOf(NORMALIZED.y, [4, 2], "float32"),
    },
    epochs: 1,
    batchSize: 4,
  };
  const tied = await fit(options);
  assertEquals(tied.warnings.length, 2);
  assert(/'var' stands for 2 running statistics of batch normalizations/.test(tied.warnings.join()));
  const { state, warnings } = await fit({ ...options, untie: true });
  assertEquals(warnings, []);
  // A tenth of the means of x, and of those of relu(w x^) with x^ of mean 0 and variance 1, for two different layers.
  const [first, second] = ["mean", "mean_2"].map((n) => [...state.buffers[n]!.data as Float32Array]);
  [0.0625, 0.13125].forEach((v, i) => assertAlmostEquals(first![i]!, v, 1e-6));
  const columns = [0, 1].map((c) => NORMALIZED.x.filter((_, i) => i % 2 === c));
  const wanted = columns.map((column, c) => {
    const mean = column.reduce((a, b) => a + b) / 4;
    const deviation = Math.sqrt(column.reduce((a, b) => a + (b - mean) ** 2, 0) / 4 + 1e-5);
    return column.reduce((a, b) => a + Math.max(0, (c + 1) * (b - mean) / deviation), 0) / 40;
  });
  wanted.forEach((v, i) => assertAlmostEquals(second![i]!, v, 1e-6));
});

Deno.test("fit() reports an initializer that may be several parameters of one module, and untie separates it by name", async () => {
  // y = (x s) t + (u + v), where the exporter merged ones into s and zeros into u; all nodes belong to one module.
  const g = new Graph();
  const [s, u] = [1, 0].map((v) => g.initializer(v ? "s" : "u", tensorOf([v, v], "float32")));
  const x = g.input("x", "float32", ["N", 2]);
  const node = (op: string, name: string, a: Value, b: Value) => g.emit(op, [a, b], { name: `/${name}` })[0]!;
  const scaled = node("Mul", "Mul_1", node("Mul", "Mul", x, s!), s!);
  g.output(node("Add", "Add_1", node("Add", "Add", scaled, u!), u!), "y");
  const options: FitOptions = {
    model: withLoss(buildModel(g, { producerName: "pytorch" }), { loss: "mse" }),
    optimizer: sgd({ learningRate: 0.1 }),
    train: {
      x: tensorOf(NORMALIZED.x, [4, 2], "float32"),
      target: tensorOf(NORMALIZED.y, [4, 2], "float32"),
    },
    epochs: 1,
    batchSize: 4,
  };
  for (const untie of [false, true]) {
    const { state, warnings } = await fit({ ...options, untie });
    assertEquals(Object.keys(state.params), ["s", "u"]);
    assertEquals(warnings.length, 2);
    for (const [i, name] of ["s", "u"].entries()) {
      assert(warnings[i]!.startsWith(`'${name}' is read at 2 places of one module`), warnings[i]);
      assert(warnings[i]!.endsWith(`name '${name}' in untie`), warnings[i]);
    }
  }
  const { state, warnings } = await fit({ ...options, untie: ["s", "u"] });
  assertEquals([Object.keys(state.params).sort(), warnings], [["s", "s_2", "u", "u_2"], []]);
  // Each takes one step along its own gradient: with s = t = 1 and u = v = 0, 2 sum((x - y) x) / 8 and 2 sum(x - y) / 8.
  const residuals = NORMALIZED.x.map((v, i) => v - NORMALIZED.y[i]!);
  for (const c of [0, 1]) {
    const column = residuals.map((r, i) => [r, NORMALIZED.x[i]!] as const).filter((_, i) => i % 2 === c);
    const scale = 1 - 0.1 * column.reduce((a, [r, v]) => a + 2 * r * v / 8, 0);
    const shift = -0.1 * column.reduce((a, [r]) => a + 2 * r / 8, 0);
    for (const [name, right] of Object.entries({ s: scale, s_2: scale, u: shift, u_2: shift })) {
      assertAlmostEquals(Number(state.params[name]!.data[c]), right, 1e-6, name);
    }
  }
});
