/**
 * Compares the networks of the zoo on `webgpu` and `cpu`: the losses of a few training steps, at batch sizes that are
 * multiples of 3, of 4 and of neither, because the divisors of channels decide the kernel, and weight gradients have the batch there.
 *
 * `deno task test:webgpu` trains them at their default sizes and prints the table of `docs/webgpu.md`; names of networks
 * after it select these.
 *
 * @module
 */
import {
  cifarnet,
  densenet,
  type Device,
  lenet,
  mlp,
  type Model,
  momentum,
  normal,
  ONNX_RUNTIME_VERSION,
  randomInt,
  recurrentLanguageModel,
  resnet,
  type Tensor,
  tensor,
  tensorOf,
  trainingProgram,
  transformer,
  vgg,
  withLoss,
} from "../../mod.ts";
import { script } from "./webgpu.ts";

/** A network in two sizes, and the shape of an example: an image, or a number of tokens below {@linkcode WORDS}. */
interface Network {
  readonly small: () => Model;
  readonly whole: () => Model;
  readonly example: Readonly<Record<Size, readonly number[] | number>>;
}

/** Small enough for tests that run often, or the default size of the network. */
export type Size = "small" | "whole";

const WORDS = 12;
const CLASSES = 10;

/** The networks. Channels and sizes of the small ones are multiples of 3, of 4 and of neither, like the default ones. */
export const NETWORKS: Readonly<Record<string, Network>> = {
  logistic: {
    small: () => mlp({ inputs: 14, hidden: [], outputs: CLASSES }),
    whole: () => mlp({ inputs: 784, hidden: [], outputs: CLASSES }),
    example: { small: [14], whole: [784] },
  },
  mlp: {
    small: () => mlp({ inputs: 14, hidden: [9], outputs: CLASSES }),
    whole: () => mlp({ inputs: 784, hidden: [256], outputs: CLASSES }),
    example: { small: [14], whole: [784] },
  },
  lenet: {
    small: () => lenet({ image: [1, 16, 16], hidden: [20] }),
    whole: () => lenet(),
    example: { small: [1, 16, 16], whole: [1, 28, 28] },
  },
  lstm: {
    small: () => recurrentLanguageModel({ vocabulary: WORDS, hidden: 9, embedding: 6 }),
    whole: () => recurrentLanguageModel({ vocabulary: WORDS }),
    example: { small: 5, whole: 20 },
  },
  rnn: {
    small: () => recurrentLanguageModel({ vocabulary: WORDS, cell: "rnn", hidden: 9, embedding: 6 }),
    whole: () => recurrentLanguageModel({ vocabulary: WORDS, cell: "rnn" }),
    example: { small: 5, whole: 20 },
  },
  gru: {
    small: () => recurrentLanguageModel({ vocabulary: WORDS, cell: "gru", hidden: 9, embedding: 6 }),
    whole: () => recurrentLanguageModel({ vocabulary: WORDS, cell: "gru" }),
    example: { small: 5, whole: 20 },
  },
  transformer: {
    small: () => transformer({ vocabulary: WORDS, context: 8, width: 12, layers: 2, heads: 2 }),
    whole: () => transformer({ vocabulary: WORDS }),
    example: { small: 7, whole: 64 },
  },
  cifarnet: {
    small: () => cifarnet({ image: [3, 8, 8], channels: 6, hidden: [9, 8] }),
    whole: () => cifarnet(),
    example: { small: [3, 8, 8], whole: [3, 32, 32] },
  },
  "resnet-8": {
    small: () => resnet({ image: [3, 8, 8], depth: 8, width: 6 }),
    whole: () => resnet({ depth: 8 }),
    example: { small: [3, 8, 8], whole: [3, 32, 32] },
  },
  resnet: {
    small: () => resnet({ image: [3, 8, 8], depth: 14, width: 3 }),
    whole: () => resnet(),
    example: { small: [3, 8, 8], whole: [3, 32, 32] },
  },
  densenet: {
    small: () => densenet({ image: [3, 8, 8], layers: 2, growth: 6 }),
    whole: () => densenet(),
    example: { small: [3, 8, 8], whole: [3, 32, 32] },
  },
  vgg: {
    small: () => vgg({ image: [3, 8, 8], blocks: [[6], [8, 8]], hidden: 12 }),
    whole: () => vgg(),
    example: { small: [3, 8, 8], whole: [3, 32, 32] },
  },
};

/** The number of steps before the last loss. */
export const STEPS = 3;

/** Returns random examples with their labels. */
export function examples(example: readonly number[] | number, n: number): { x: Tensor; target: Tensor } {
  const integers = (stream: string, shape: number[], high: number) =>
    tensorOf(
      randomInt({ seed: 3, stream }, shape.reduce((a, b) => a * b, 1), { low: 0, high }),
      shape,
      "int64",
    );
  if (typeof example === "number") {
    const shape = [n, example];
    return { x: integers("tokens", shape, WORDS), target: integers("next", shape, WORDS) };
  }
  const size = example.reduce((a, b) => a * b, n);
  return {
    x: tensor(normal({ seed: 2, stream: "x" }, size), [n, ...example]),
    target: integers("target", [n], CLASSES),
  };
}

/** Returns the loss before each of a few training steps and after the last, each on its own examples. */
async function losses(
  name: string,
  { size, batchSize, device }: { size: Size; batchSize: number; device: Device },
): Promise<number[]> {
  const network = NETWORKS[name]!;
  const n = (STEPS + 1) * batchSize;
  const { x, target } = examples(network.example[size], n);
  const model = withLoss(network[size](), { loss: "cross-entropy", classes: "last" });
  await using program = await trainingProgram({
    model,
    data: { [model.graph!.input[0]!.name]: x, target },
    optimizer: momentum({ learningRate: 0.02 }),
    seed: 1,
    device,
  });
  const rows = Array.from({ length: n }, (_, i) => i);
  const { reports } = await program.run(program.init(), { rows, batchSize });
  return [...reports.loss!];
}

/** The result of training at one batch size. */
export interface Compared {
  /** The network. */
  readonly network: string;
  /** Examples a step. */
  readonly batchSize: number;
  /** The losses on the CPU, before each step and after the last. */
  readonly cpu: readonly number[];
  /** The losses on WebGPU. */
  readonly webgpu: readonly number[];
  /** The largest difference of a loss, relative if the loss is above 1. */
  readonly difference: number;
}

/** Trains a network on both devices. */
export async function compare(
  network: string,
  { size, batchSize }: { size: Size; batchSize: number },
): Promise<Compared> {
  const cpu = await losses(network, { size, batchSize, device: "cpu" });
  const webgpu = await losses(network, { size, batchSize, device: "webgpu" });
  const apart = cpu.map((a, i) => Math.abs(a - webgpu[i]!) / Math.max(1, Math.abs(a)));
  // `Math.max` keeps a NaN.
  return { network, batchSize, cpu, webgpu, difference: Math.max(...apart) };
}

/** The allowed difference: other orders of sums give some 1e-7, a wrong kernel at least 1e-3. */
export const BOUND = 1e-5;

function row({ network, batchSize, cpu, webgpu, difference }: Compared): string {
  const [a, b] = [cpu.at(-1)!, webgpu.at(-1)!].map((v) => v.toFixed(6));
  return `| ${network} | ${batchSize} | ${a} | ${b} | ${difference.toExponential(1)} |`;
}

/** Trains networks at batch sizes, in this process. */
async function printed(size: Size, batches: string, chosen: readonly string[]): Promise<void> {
  for (const network of chosen) {
    for (const batchSize of batches.split(",").map(Number)) {
      const compared = await compare(network, { size, batchSize });
      console.log(size === "whole" ? row(compared) : JSON.stringify(compared));
      if (!(compared.difference <= BOUND)) Deno.exitCode = 1;
    }
  }
}

/** Prints a table of networks at their default sizes, each trained in its own process. */
async function table(chosen: readonly string[]): Promise<void> {
  const day = new Date().toISOString().slice(0, 10);
  console.log(
    `${day}, ONNX Runtime ${ONNX_RUNTIME_VERSION}, Deno ${Deno.version.deno}, ${Deno.build.target}\n`,
  );
  console.log(
    "| network | batch | cpu | webgpu | difference |\n| --- | --- | --- | --- | --- |",
  );
  for (const network of chosen) {
    for (const batch of [6, 8, 9, 32]) {
      const { code, out, err } = await script(SELF, ["whole", `${batch}`, network]);
      await Deno.stdout.write(new TextEncoder().encode(out));
      if (code !== 0) {
        if (out === "") throw new Error(`${network} at ${batch} did not train:\n${err}`);
        Deno.exitCode = 1;
      }
    }
  }
}

const SELF = "tests/runtime/webgpu_zoo.ts";

/** Given a size, batch sizes and networks, trains them in this process; given networks or nothing, prints the table. */
if (import.meta.main) {
  const [first, batches, ...rest] = Deno.args;
  if (first === "small" || first === "whole") await printed(first, batches!, rest);
  else await table(Deno.args.length > 0 ? Deno.args : Object.keys(NETWORKS));
}
