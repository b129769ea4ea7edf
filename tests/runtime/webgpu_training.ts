/**
 * Trains the networks of the zoo on `webgpu`, on `cpu` with other orders of sums, and in float64.
 *
 * @module
 */
import {
  type Device,
  type Model,
  momentum,
  ONNX_RUNTIME_VERSION,
  permutation,
  type Tensor,
  trainingProgram,
  withLoss,
} from "../../mod.ts";
import { flattenState } from "../../optim/state.ts";
import { inFloat64, wide } from "./in_float64.ts";
import { examples, NETWORKS, type Size } from "./webgpu_zoo.ts";

/** The number of steps before the last loss. */
export const STEPS = 20;

/** The result of training a network. */
export interface Training {
  readonly network: string;
  /** The first loss on `cpu` and on `webgpu`. */
  readonly first: readonly [cpu: number, webgpu: number];
  /**
   * For each gradient of the first step, its largest difference over its largest element on `cpu`. One of almost nothing
   * counts as {@linkcode LEAST} of the largest: that of a bias before a batch normalization is 0 but for rounding.
   */
  readonly gradients: Readonly<Record<string, number>>;
  /** The last loss in float64; `null` if ONNX Runtime lacks a float64 kernel for an operator. */
  readonly float64: number | null;
  /** The last loss on `cpu`, with the examples of each batch in several orders. */
  readonly cpu: readonly number[];
  readonly webgpu: number;
}

/** The least size of a gradient, as a share of the largest of all. */
const LEAST = 0.1;

/** How many orders of the examples of a batch are tried on the CPU. */
const ORDERS = 5;

interface Setting {
  readonly model: Model;
  readonly data: Readonly<Record<string, Tensor>>;
  readonly batchSize: number;
  readonly steps: number;
  readonly device: Device;
  /** The order of the examples of a batch; 0 for that of the data set. */
  readonly order?: number;
}

async function losses({ model, data, batchSize, steps, device, order = 0 }: Setting) {
  // The same updates take the steps in any number of runs, and a rate so low keeps rounding errors from growing.
  await using program = await trainingProgram({
    model,
    data,
    optimizer: momentum({ learningRate: 0.02 }),
    batchSize,
    dropout: false,
    device,
  });
  const rows = Array.from({ length: steps + 1 }, (_, k) => {
    const own = order === 0
      ? Array.from({ length: batchSize }, (_, i) => i)
      : Array.from(permutation({ seed: order, stream: `${k}` }, batchSize));
    return own.map((i) => k * batchSize + i);
  }).flat();
  const { state, reports } = await program.run(program.init(), { rows, batchSize });
  return { losses: reports.loss!, slots: flattenState(state.optimizer) };
}

/** Trains a network everywhere. */
export async function trainEverywhere(
  network: string,
  { size, batchSize }: { size: Size; batchSize: number },
): Promise<Training> {
  const { x, target } = examples(NETWORKS[network]!.example[size], (STEPS + 1) * batchSize);
  const model = withLoss(NETWORKS[network]![size](), { loss: "cross-entropy", classes: "last" });
  const input = model.graph!.input[0]!.name;
  const setting = { model, data: { [input]: x, target }, batchSize, steps: STEPS };
  // After a first step, the buffers of momentum are the gradients.
  const [here, there] = [
    await losses({ ...setting, steps: 0, device: "cpu" }),
    await losses({ ...setting, steps: 0, device: "webgpu" }),
  ];
  const largest = (values: Float32Array) => values.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  const slots = Object.entries(here.slots).map(([name, { data }]) =>
    [name, data as Float32Array, there.slots[name]!.data as Float32Array] as const
  );
  const least = LEAST * Math.max(...slots.map(([, a]) => largest(a)));
  const gradients = slots.map(([name, a, b]) =>
    [name, largest(a.map((v, i) => v - b[i]!)) / Math.max(least, largest(a))] as const
  );
  const cpu: number[] = [];
  for (let order = 0; order < ORDERS; order++) {
    cpu.push((await losses({ ...setting, device: "cpu", order })).losses.at(-1)!);
  }
  const float64 = await losses({
    ...setting,
    model: inFloat64(model),
    data: { [input]: wide(x), target },
    device: "cpu",
  }).then((r) => r.losses.at(-1)!, (error: Error) => {
    if (!/Could not find an implementation|NOT_IMPLEMENTED/.test(error.message)) throw error;
    return null;
  });
  return {
    network,
    first: [here.losses[0]!, there.losses[0]!],
    gradients: Object.fromEntries(gradients),
    float64,
    cpu,
    webgpu: (await losses({ ...setting, device: "webgpu" })).losses.at(-1)!,
  };
}

/** Returns the largest difference of the CPU's last losses from the reference, and that of WebGPU's. */
export function distances({ float64, cpu, webgpu }: Training): { cpu: number; webgpu: number } {
  const reference = float64 ?? cpu[0]!;
  return {
    cpu: Math.max(...cpu.map((v) => Math.abs(v - reference))),
    webgpu: Math.abs(webgpu - reference),
  };
}

function row(training: Training): string {
  const { network, first, gradients, float64, cpu, webgpu } = training;
  const apart = distances(training);
  const text = (v: number) => v.toExponential(1);
  const cells = [
    network,
    text(Math.abs(first[0] - first[1]) / Math.abs(first[0])),
    text(Math.max(...Object.values(gradients))),
    float64 === null ? `${cpu[0]!.toFixed(6)} (cpu)` : float64.toFixed(6),
    text(apart.cpu),
    text(apart.webgpu),
    webgpu.toFixed(6),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** Given a size, a batch size and networks, trains them in this process, and prints JSON or rows of a table. */
if (import.meta.main) {
  const [size = "small", batchSize = "6", form = "table", ...chosen] = Deno.args;
  if (form === "table") console.log(`${Deno.build.target}, ONNX Runtime ${ONNX_RUNTIME_VERSION}`);
  for (const network of chosen.length > 0 ? chosen : Object.keys(NETWORKS)) {
    const training = await trainEverywhere(network, { size: size as Size, batchSize: Number(batchSize) });
    console.log(form === "table" ? row(training) : JSON.stringify(training));
  }
}
