/** Exported models with their golden losses and gradients: see `tests/golden/models/README.md`. */
import { gradientModel } from "../../autodiff/gradient_model.ts";
import { withLoss } from "../../models/loss.ts";
import { graphOf, type Model, parseModel, type Tensor, tensor, toFloat32 } from "../../onnx/mod.ts";
import { type Device, openSession, type Target } from "../../mod.ts";

const FOLDER = new URL("../golden/models/", import.meta.url);

/** The place of a PyTorch parameter in an initializer: transposed, or in equally long pieces that start at `offsets`. */
interface Place {
  readonly initializer: string;
  readonly offsets?: readonly number[];
  readonly transposed?: boolean;
}

interface Exported {
  readonly reference: string;
  readonly parameters: Readonly<Record<string, readonly Place[]>>;
}

interface Network {
  readonly losses: Readonly<Record<string, number>>;
  readonly files: Readonly<Record<string, Exported>>;
}

/** All of `golden.json`. */
export const GOLDEN: { readonly networks: Readonly<Record<string, Network>> } = JSON.parse(
  Deno.readTextFileSync(new URL("golden.json", FOLDER)),
);

/** The names of a network's models, one for each exporter and its settings. */
export function filesOf(network: string): string[] {
  return Object.keys(GOLDEN.networks[network]!.files);
}

/** The bytes of a golden file. */
export function goldenBytes(file: string): Uint8Array<ArrayBuffer> {
  return Deno.readFileSync(new URL(file, FOLDER));
}

/** The tensors of a golden safetensors file, float32 and int64. */
export function goldenTensors(network: string): Record<string, Tensor> {
  const bytes = goldenBytes(`${network}.safetensors`);
  const start = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }> = JSON
    .parse(
      new TextDecoder().decode(bytes.subarray(8, start)),
    );
  return Object.fromEntries(
    Object.entries(header).map(([name, { dtype, shape, data_offsets: [from, to] }]) => {
      const raw = bytes.slice(start + from, start + to).buffer;
      return [name, tensor(dtype === "I64" ? new BigInt64Array(raw) : new Float32Array(raw), shape)];
    }),
  );
}

/** A golden model with its loss, which is then its output `loss`. */
export function withGoldenLoss(network: string, model: Model): { model: Model; loss: string } {
  const classified = "target" in goldenTensors(network);
  return classified
    ? { model: withLoss(model, { loss: "cross-entropy" }), loss: "loss" }
    : { model, loss: "y" };
}

/** What to feed a golden model with. */
export function feedsOf(network: string): Record<string, Tensor> {
  const inputs = Object.entries(goldenTensors(network)).filter(([n]) =>
    n.startsWith("input/") || n === "target"
  );
  return Object.fromEntries(inputs.map(([n, t]) => [n.replace("input/", ""), t]));
}

/** The gradient of a parameter of PyTorch from those of the initializers that hold it: their sum, in its own layout. */
function gathered(
  places: readonly Place[],
  grads: Readonly<Record<string, Tensor>>,
  size: number,
): Float64Array {
  const sum = new Float64Array(size);
  for (const { initializer, offsets = [], transposed } of places) {
    const { data, shape } = grads[`grad_${initializer}`]!;
    const dx = data as Float32Array;
    if (transposed) {
      const [rows, columns] = shape as [number, number];
      for (let i = 0; i < size; i++) sum[i]! += dx[(i % rows) * columns + Math.floor(i / rows)]!;
    } else {
      const length = size / offsets.length;
      offsets.forEach((o, k) => {
        for (let i = 0; i < length; i++) sum[k * length + i]! += dx[o + i]!;
      });
    }
  }
  return sum;
}

/** The differences of a model's loss and gradients from PyTorch's. */
export interface Distance {
  /** The difference of the losses, relative to PyTorch's. */
  readonly loss: number;
  /** The largest difference of an element of a gradient, relative to the largest element of that gradient. */
  readonly gradient: number;
  /** The parameter with that difference. */
  readonly at: string;
  /** The number of compared parameters. */
  readonly compared: number;
}

function largestOf(values: Float32Array): number {
  return values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
}

/**
 * Reads a golden model, adds its loss, differentiates it, runs it, and compares it with PyTorch.
 *
 * @param options.target the kind of device that the gradient is lowered for; by default the one that it runs on
 */
export async function distanceOf(
  network: string,
  file: string,
  { device = "cpu", target = device === "cpu" ? "cpu" : "gpu" }: { device?: Device; target?: Target } = {},
): Promise<Distance> {
  const { losses, files } = GOLDEN.networks[network]!;
  const { reference, parameters } = files[file]!;
  const { model, loss } = withGoldenLoss(network, toFloat32(parseModel(goldenBytes(file))));
  const held = new Set(Object.values(parameters).flatMap((places) => places.map((p) => p.initializer)));
  const gradient = gradientModel(model, { loss, parameters: [...held], target });
  const initializers = graphOf(model).graph.initializers;
  const feeds = feedsOf(network);
  for (const name of held) feeds[name] = initializers.get(name)!.tensor();
  await using session = await openSession(gradient, { device });
  const out = await session.run(feeds);
  const golden = goldenTensors(network);
  const expectedOf = (name: string) => golden[`${reference}/${name}`]!.data as Float32Array;
  const overall = Math.max(...Object.keys(parameters).map((name) => largestOf(expectedOf(name))));
  let [worst, at] = [0, ""];
  for (const [name, places] of Object.entries(parameters)) {
    const expected = expectedOf(name);
    const found = gathered(places, out, expected.length);
    // A bias before a batch normalization has no effect: its gradient in float64 is rounding, so it cannot be compared.
    const own = largestOf(expected);
    const largest = own > 1e-9 * overall ? own : overall;
    if (!(largest > 0)) {
      throw new Error(`the golden gradient of ${network} ${name} is 0 throughout: it would test nothing`);
    }
    for (const [i, g] of found.entries()) {
      const d = Math.abs(g - expected[i]!) / largest;
      // Not `d > worst`: a NaN has to count.
      if (!(d <= worst)) [worst, at] = [d, name];
    }
  }
  const wanted = losses[reference]!;
  return {
    loss: Math.abs(Number(out[loss]!.data[0]) - wanted) / Math.abs(wanted),
    gradient: worst,
    at,
    compared: Object.keys(parameters).length,
  };
}

/** Prints the differences for networks (all of their models) or single models on a device, for tests in separate processes. */
if (import.meta.main) {
  const [device, ...names] = Deno.args as [Device, ...string[]];
  const found: Record<string, Distance> = {};
  for (const name of names.length > 0 ? names : Object.keys(GOLDEN.networks)) {
    const network = name.split("-")[0]!;
    for (const file of name === network ? filesOf(network) : [`${name}.onnx`]) {
      found[file] = await distanceOf(network, file, { device });
    }
  }
  console.log(JSON.stringify(found, null, 1));
}
