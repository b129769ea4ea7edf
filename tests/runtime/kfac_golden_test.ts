/** Trains beside kfac-jax, whose trajectories are stored in `tests/golden/kfac`. */
import { assert } from "@std/assert";
import { buildModel, Graph, type Model, tensor } from "../../onnx/mod.ts";
import { crossEntropy } from "../../models/loss.ts";
import { kfac } from "../../optim/rules/kfac.ts";
import { trainingProgram } from "../../runtime/program/mod.ts";

interface Stored {
  readonly shape: number[];
  readonly data: number[];
}

interface Golden {
  readonly batch: number;
  readonly x: Stored;
  readonly target: number[];
  readonly params: Record<string, Stored>;
  readonly cases: readonly Case[];
}

interface Case {
  readonly hyper: Record<string, number> & { readonly labels?: "sampled" };
  readonly params: Record<string, Record<string, number[]>>;
  /** The numbers that labels were drawn by, for each step. */
  readonly uniforms?: number[][];
}

type Width = "float32" | "float64";

const goldenOf = (name: string): Golden =>
  JSON.parse(Deno.readTextFileSync(new URL(`../golden/kfac/${name}.json`, import.meta.url)));

const floats = (data: number[], dtype: Width) =>
  dtype === "float64" ? Float64Array.from(data) : Float32Array.from(data);

/** Builds the network of a file: convolutions and dense layers in order, with tanh between. */
function networkOf(name: string, { params }: Golden, dtype: Width): Model {
  const g = new Graph();
  const w = (n: string) => g.initializer(n, tensor(floats(params[n]!.data, dtype), params[n]!.shape));
  let scores;
  if (name === "mlp") {
    const x = g.input("x", dtype, ["N", 6]);
    // One layer of each form that exporters write: Gemm, and MatMul with the weight transposed and a sum.
    const hidden = g.tanh(g.gemm(x, w("fc1.weight"), w("fc1.bias"), { transB: 1 }));
    scores = g.add(g.matMul(hidden, g.transpose(w("fc2.weight"), { perm: [1, 0] })), w("fc2.bias"));
  } else {
    const x = g.input("x", dtype, ["N", 2, 6, 7]);
    const first = g.tanh(g.conv(x, w("conv1.weight"), w("conv1.bias"), { pads: [1, 1, 1, 1] }));
    const options = { strides: [2, 2], pads: [0, 0, 1, 0] };
    const second = g.tanh(g.conv(first, w("conv2.weight"), w("conv2.bias"), options));
    scores = g.gemm(g.flatten(second), w("fc.weight"), w("fc.bias"), { transB: 1 });
  }
  g.output(crossEntropy(g, scores, g.input("target", "int64", ["N"])), "loss");
  return buildModel(g);
}

/** Returns the largest difference of parameters, relative to the largest element of each tensor, after each kept step. */
async function differences(name: string, index: number, dtype: Width): Promise<Record<string, number>> {
  const golden = goldenOf(name);
  const { hyper, params, uniforms } = golden.cases[index]!;
  const examples = golden.target.length;
  const data = {
    x: tensor(floats(golden.x.data, dtype), golden.x.shape),
    target: tensor(BigInt64Array.from(golden.target, BigInt)),
  };
  const optimizer = kfac({
    learningRate: hyper.learning_rate!,
    momentum: hyper.momentum!,
    damping: hyper.damping!,
    factorDecay: hyper.curvature_ema!,
    interval: hyper.inverse_update_period!,
    normConstraint: hyper.norm_constraint ?? 0,
    weightDecay: hyper.l2_reg ?? 0,
    labels: uniforms === undefined ? "empirical" : "sampled",
  });
  await using program = await trainingProgram({ model: networkOf(name, golden, dtype), optimizer, data });
  if (uniforms !== undefined) {
    // The numbers of kfac-jax in the place of the program's own.
    const [own] = program.compiled.draws;
    Object.assign(own!, { draw: ({ step }: { step: number }) => Float32Array.from(uniforms[step]!) });
  }
  let state = program.init();
  const found: Record<string, number> = {};
  let step = 0;
  for (const [kept, tensors] of Object.entries(params)) {
    const rows = Array.from(
      { length: (Number(kept) - step) * golden.batch },
      (_, i) => (step * golden.batch + i) % examples,
    );
    ({ state } = await program.run(state, { rows, batchSize: golden.batch }));
    step = Number(kept);
    found[kept] = Math.max(
      ...Object.entries(tensors).map(([n, expected]) => {
        const scale = Math.max(...expected.map(Math.abs));
        const got = state.params[n]!.data as Float64Array;
        return Math.max(...expected.map((v, i) => Math.abs(got[i]! - v))) / scale;
      }),
    );
  }
  return found;
}

for (const [name, dtype, bound] of [["mlp", "float64", 1e-11], ["cnn", "float32", 1e-6]] as const) {
  goldenOf(name).cases.forEach((_, index) =>
    Deno.test(`kfac() trains ${name} ${index} as kfac-jax does, in ${dtype}`, async () => {
      const found = await differences(name, index, dtype);
      assert(Object.values(found).every((d) => d < bound), JSON.stringify(found));
    })
  );
}
