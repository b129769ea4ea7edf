import { assert } from "@std/assert";
import {
  graphOf,
  hvpModel,
  type Model,
  openSession,
  parseModel,
  parseSafetensors,
  type Tensor,
  tensor,
} from "../../../mod.ts";
import { inFloat64, wide } from "../../runtime/in_float64.ts";
import { feedsOf, GOLDEN, goldenBytes, withGoldenLoss } from "../exported.ts";

const FOLDER = new URL("../../golden/hvp/", import.meta.url);
const { float32Errors } = JSON.parse(Deno.readTextFileSync(new URL("hvp.json", FOLDER))) as {
  float32Errors: Record<string, number>;
};
const EXACT = parseSafetensors(Deno.readFileSync(new URL("hvp.safetensors", FOLDER))).tensors;

/** A network's model, with the largest relative error of the whole vector that its products may have. */
interface Case {
  readonly file: string;
  /** Against PyTorch in float64. */
  readonly float32: number;
  /** The same in float64, where ONNX Runtime has the kernels. */
  readonly float64?: number;
}

const CASES: Readonly<Record<string, Case>> = {
  mlp: { file: "mlp-script-plain.onnx", float32: 1e-6, float64: 1e-12 },
  lstm: { file: "lstm-script-plain.onnx", float32: 1e-6, float64: 1e-12 },
  gpt: { file: "gpt-script-plain.onnx", float32: 1e-6 },
  lenet: { file: "lenet-script-plain.onnx", float32: 2 * float32Errors.lenet! },
  resnet32: { file: "resnet32-script-train.onnx", float32: 2 * float32Errors.resnet32! },
};

/** The fixed vector of `tools/golden/hvp.py`, by the names of PyTorch's parameters. */
function vectorOf(network: string, parameters: readonly string[]): Record<string, Float64Array> {
  let at = 0;
  return Object.fromEntries(parameters.map((name) => {
    const values = EXACT[`${network}/${name}`]!.data.length;
    return [name, Float64Array.from({ length: values }, () => Math.sin(1 + 0.37 * at++))];
  }));
}

/** Returns the relative error of the product of a model's Hessian with the fixed vector. */
async function errorOf(network: string, { file }: Case, precision: "float32" | "float64"): Promise<number> {
  const { parameters } = GOLDEN.networks[network]!.files[file]!;
  const read = withGoldenLoss(network, parseModel(goldenBytes(file)));
  const model: Model = precision === "float64" ? inFloat64(read.model) : read.model;
  const { initializers } = graphOf(model).graph;
  const held = [...new Set(Object.values(parameters).flatMap((places) => places.map((p) => p.initializer)))];
  const hvp = hvpModel(model, { loss: read.loss, parameters: held });
  const given = Object.entries(feedsOf(network)).map(([n, t]) =>
    [n, precision === "float64" ? wide(t) : t] as const
  );
  const feeds: Record<string, Tensor> = Object.fromEntries(given);
  const vector = vectorOf(network, Object.keys(parameters));
  for (const name of held) {
    const weight = initializers.get(name)!.tensor();
    const direction = new Float64Array(weight.data.length);
    for (const [own, places] of Object.entries(parameters)) {
      for (const { initializer, offsets, transposed } of places) {
        if (initializer !== name) continue;
        if (transposed || offsets === undefined) throw new Error(`${file}: '${own}' has another layout`);
        const length = vector[own]!.length / offsets.length;
        offsets.forEach((o, k) => direction.set(vector[own]!.subarray(k * length, (k + 1) * length), o));
      }
    }
    feeds[name] = weight;
    feeds[`vector_${name}`] = tensor(
      precision === "float64" ? direction : Float32Array.from(direction),
      weight.shape,
    );
  }
  await using session = await openSession(hvp);
  const out = await session.run(feeds);
  let [apart, size] = [0, 0];
  for (const [own, places] of Object.entries(parameters)) {
    const exact = EXACT[`${network}/${own}`]!.data as Float64Array;
    const found = new Float64Array(exact.length);
    for (const { initializer, offsets } of places) {
      const product = out[`hvp_${initializer}`]!.data as Float64Array;
      const length = exact.length / offsets!.length;
      offsets!.forEach((o, k) => {
        for (let i = 0; i < length; i++) found[k * length + i]! += product[o + i]!;
      });
    }
    exact.forEach((v, i) => {
      apart += (v - found[i]!) ** 2;
      size += v ** 2;
    });
  }
  return Math.sqrt(apart / size);
}

for (const [network, c] of Object.entries(CASES)) {
  for (const precision of ["float32", "float64"] as const) {
    const bound = c[precision];
    if (bound === undefined) continue;
    Deno.test(`hvpModel() in ${precision} gives PyTorch's product in float64 for ${network}`, async () => {
      const error = await errorOf(network, c, precision);
      assert(error <= bound, `relative error ${error}, where ${bound} is allowed`);
    });
  }
}
