/**
 * The works of the bench: models, data and steps, the same for every subject.
 *
 * @module
 */
import type { DataTensor, Device, Model, Precision, Tensor } from "../mod.ts";

/** The update rules to measure, with PyTorch's defaults except for the rate. */
export const OPTIMIZERS = {
  sgd: { learningRate: 0.1 },
  momentum: { learningRate: 0.05, momentum: 0.9 },
  adam: { learningRate: 1e-3 },
  adamw: { learningRate: 5e-5, weightDecay: 0.01 },
  // Their authors' code, in Python, is where the environment variables SOAP_FILE and SHAMPOO_ROOT say.
  soap: { learningRate: 3e-3 },
  shampoo: { learningRate: 1e-3, beta2: 0.99, grafting: "adam" },
} as const;

/** The name of an update rule. */
export type OptimizerName = keyof typeof OPTIMIZERS;

/** The rules that keep matrices. */
export const MATRIX_RULES: ReadonlySet<string> = new Set(["soap", "shampoo"]);

/** The rules that a work is measured with unless it names its own. */
export const USUAL_OPTIMIZERS: readonly OptimizerName[] = ["sgd", "momentum", "adam"];

/** The network as other subjects build it: its kind and sizes. */
export interface Architecture {
  /** The kind. */
  readonly kind: string;
  /** Its sizes, in the order in which data flows. */
  readonly sizes: readonly number[];
}

/** A requirement of a subject or a work. */
export interface Needs {
  /** What it is. */
  readonly what: string;
  /** The command that succeeds if it is there. */
  readonly check: readonly string[];
}

/** The device that subjects compute on, and the precision. */
export interface Hardware {
  readonly device: Device;
  /** The precision of matrix products and convolutions. PyTorch's is that of `autocast`. */
  readonly precision: Precision;
  /** Lets CUDA take TF32. */
  readonly tf32: boolean;
}

/** The hardware that a bench measures unless it is told otherwise. */
export const CPU: Hardware = { device: "cpu", precision: "float32", tf32: false };

/** A training to measure. */
export interface Work {
  /** Its name in the table. */
  readonly name: string;
  /** The same model for subjects that build it themselves. */
  readonly architecture: Architecture;
  /** Examples per step. */
  readonly batchSize: number;
  /** Whether it takes too long for a quick run. */
  readonly slow?: boolean;
  /** Whether it is a network that PyTorch exports, too large for a run that does not name it. */
  readonly large?: boolean;
  /** Keeps a GPU busy, and is too large for a CPU unless it is named. */
  readonly accelerator?: boolean;
  /** The update rules to measure it with; `USUAL_OPTIMIZERS` by default. */
  readonly optimizers?: readonly OptimizerName[];
  /** Its requirement, and how to check it; without it the work is left out by name. */
  readonly needs?: Needs;
  /** The numbers of steps after which the losses of all subjects must agree; after 2 and 10 by default. */
  readonly checked?: readonly [few: number, many: number];
  /**
   * The relative change of the loss after ten steps if the weights change by a rounding error, if that is large: two
   * runtimes cannot agree more closely.
   */
  readonly amplified?: number;
  /** The model with its loss. */
  readonly model: () => Model | Promise<Model>;
  /** The data set: the model's input, and `target`. */
  readonly data: () => Readonly<Record<string, DataTensor>>;
}

/** A work with an update rule, as passed to a subject in another process. */
export interface Task extends Hardware {
  readonly work: string;
  readonly optimizer: OptimizerName;
  readonly architecture: Architecture;
  readonly batchSize: number;
  readonly threads: number;
  /** The ONNX file of the model with its loss. */
  readonly model: string;
  /** The name of the model's input. */
  readonly input: string;
  /** The tensors: the data set under `data.<input>` and `data.target`; parameters and statistics under their own names. */
  readonly tensors: Readonly<Record<string, StoredTensor>>;
  /** The factor from the stored input to the input of the model. */
  readonly scale: number;
}

/** A tensor in a file, little-endian. */
export interface StoredTensor {
  readonly file: string;
  readonly dtype: string;
  readonly shape: readonly number[];
}

/** The minimum work of a step. */
export interface Floor {
  /** Multiplications and additions in its matrix products and convolutions. */
  readonly flops: number;
  /** Bytes of parameters and of the rule's state, read and written. */
  readonly bytes: number;
}

/** Returns the rows of a step's batch as a function of the step: the same for every subject, spread over the data set. */
export function rowsOf(
  step: number,
  { batchSize, examples }: { batchSize: number; examples: number },
): number[] {
  return Array.from({ length: batchSize }, (_, i) => ((step * batchSize + i) * 7919) % examples);
}

/** Writes a task with its files into a folder. Returns the path of its description. */
export async function writeTask(
  folder: string,
  task: Omit<Task, "model" | "tensors" | "scale" | "input">,
  { model, params, data }: {
    model: Uint8Array;
    params: Readonly<Record<string, Tensor>>;
    data: Readonly<Record<string, DataTensor>>;
  },
): Promise<string> {
  await Deno.writeFile(`${folder}/model.onnx`, model);
  const tensors: Record<string, StoredTensor> = {};
  const input = Object.keys(data).find((name) => name !== "target")!;
  const all: Record<string, Tensor> = { ...params };
  for (const [name, t] of Object.entries(data)) all[`data.${name}`] = t;
  for (const [i, [name, t]] of Object.entries(all).entries()) {
    const file = `${folder}/${i}.bin`;
    const { buffer, byteOffset, byteLength } = t.data as Float32Array<ArrayBuffer>;
    await Deno.writeFile(file, new Uint8Array(buffer, byteOffset, byteLength));
    tensors[name] = { file, dtype: t.dtype, shape: t.shape };
  }
  const path = `${folder}/task.json`;
  const scale = data[input]!.scale ?? 1;
  const whole: Task = { ...task, input, model: `${folder}/model.onnx`, tensors, scale };
  await Deno.writeTextFile(path, JSON.stringify(whole));
  return path;
}
