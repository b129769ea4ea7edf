/**
 * What the tests of the `webgpu` device have in common: finding an adapter, and the cases, each run as a process of its
 * own. Graphics drivers are native code that can take a process down with it, and the Vulkan loader reads its environment
 * when it is first used: neither is for the process of the test runner.
 *
 * @module
 */
import {
  adagrad,
  adam,
  amsgrad,
  evaluator,
  momentum,
  openSession,
  type Optimizer,
  requireDevice,
  rmsprop,
  sgd,
  type Tensor,
  tensor,
  trainingProgram,
  type TrainState,
} from "../../mod.ts";
import { importOnnxRuntime } from "../../deps.ts";
import { buildModel, type DType, Graph, type Model, writeModel } from "../../onnx/mod.ts";
import { flattenState } from "../../optim/state.ts";
import type { Device } from "../../runtime/device.ts";
import { trainingModel } from "../../runtime/training_model.ts";
import { data, model, SIZE } from "./problem.ts";

/** The optimisers that are tried, one for each kind of update rule. */
export const OPTIMIZERS: Readonly<Record<string, () => Optimizer>> = {
  sgd: () => sgd({ learningRate: 0.1 }),
  momentum: () => momentum({ learningRate: 0.1 }),
  adagrad: () => adagrad({ learningRate: 0.05 }),
  rmsprop: () => rmsprop({ learningRate: 0.01 }),
  adam: () => adam({ learningRate: 0.01 }),
  amsgrad: () => amsgrad({ learningRate: 0.01 }),
};

/** Parameters, state and losses as JSON has them: numbers by name. */
export type Numbers = Record<string, number[]>;

/** What training gave: on each device in one run, and on `webgpu` in runs of one step. */
export interface Trained {
  readonly start: Numbers;
  readonly cpu: Numbers;
  readonly webgpu: Numbers;
  readonly steps: Numbers;
}

const STEPS = 7;
const batchSize = 6;
const rows = Array.from({ length: STEPS * batchSize }, (_, i) => (i * 17) % SIZE.examples);

function numbers(state: TrainState, loss: Iterable<number>): Numbers {
  const all: Record<string, Tensor> = { ...state.params, ...flattenState(state.optimizer) };
  const arrays = Object.entries(all).map(([n, t]) => [n, Array.from(t.data as Float32Array)]);
  return { ...Object.fromEntries(arrays), loss: [...loss] };
}

async function train(name: string): Promise<Trained> {
  const open = (device: Device) =>
    trainingProgram({ model: model(), optimizer: OPTIMIZERS[name]!(), data: data(), device });
  const whole = async (device: Device) => {
    await using program = await open(device);
    const { state, reports } = await program.run(program.init(), { rows, batchSize });
    return numbers(state, reports.loss!);
  };
  await using program = await open("webgpu");
  const start = program.init();
  let state = start;
  const losses: number[] = [];
  for (let k = 0; k < STEPS; k++) {
    const batch = rows.slice(k * batchSize, (k + 1) * batchSize);
    const run = await program.run(state, { rows: batch, batchSize });
    state = run.state;
    losses.push(run.reports.loss![0]!);
  }
  return {
    start: numbers(start, []),
    cpu: await whole("cpu"),
    webgpu: await whole("webgpu"),
    steps: numbers(state, losses),
  };
}

/** Loss and accuracy of the untrained model, over batches of which the last is smaller. */
async function evaluate(device: Device): Promise<Record<string, number>> {
  const [m, set] = [model(), data()];
  const program = await trainingProgram({ model: m, optimizer: sgd({ learningRate: 0 }), data: set });
  const { params } = program.init();
  await program.close();
  await using evaluation = await evaluator({
    model: m,
    metrics: ["loss", "accuracy"],
    inputs: set,
    parameters: Object.keys(params),
    batchSize: 20,
    device,
  });
  return await evaluation.evaluate(params, set);
}

function product(dtype: DType): Model {
  const g = new Graph();
  const x = g.input("x", dtype, ["n", 3]);
  g.output(g.matMul(x, g.transpose(x, { perm: [1, 0] })), "y");
  return buildModel(g);
}

/** For each provider, the operators that a training step with Adam ran on it, by the runtime's own profile. */
async function placement(): Promise<Record<string, string[]>> {
  const ort = await importOnnxRuntime();
  const inputs = data();
  const compiled = trainingModel({ model: model(), optimizer: OPTIMIZERS.adam!(), inputs });
  const folder = await Deno.makeTempDir();
  try {
    const session = await ort.InferenceSession.create(writeModel(compiled.model), {
      executionProviders: ["webgpu"],
      logSeverityLevel: 4,
      enableProfiling: true,
      profileFilePrefix: `${folder}/profile`,
    });
    const sizes: Record<string, number> = { examples: SIZE.examples, steps: 1, batch: batchSize };
    const feeds = session.inputMetadata.map((input) => {
      if (!input.isTensor) throw new Error(`${input.name} is no tensor`);
      const shape = input.shape.map((d) => (typeof d === "number" ? d : sizes[d]!));
      const size = shape.reduce((a, b) => a * b, 1);
      const zeros =
        { uint8: Uint8Array, int64: BigInt64Array, float32: Float32Array }[input.type as "float32"];
      return [input.name, new ort.Tensor(input.type as "float32", new zeros(size), shape)] as const;
    });
    await session.run(Object.fromEntries(feeds));
    session.endProfiling();
    await session.release();
    const [file] = [...Deno.readDirSync(folder)];
    const events = JSON.parse(await Deno.readTextFile(`${folder}/${file!.name}`)) as {
      cat: string;
      args?: { provider?: string; op_name?: string };
    }[];
    const by: Record<string, Set<string>> = {};
    for (const { cat, args } of events) {
      if (cat !== "Node" || !args?.provider) continue;
      (by[args.provider] ??= new Set()).add(args.op_name!);
    }
    return Object.fromEntries(Object.entries(by).map(([provider, ops]) => [provider, [...ops].sort()]));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const CASES: Readonly<Record<string, (arg: string) => Promise<unknown>>> = {
  probe: () => requireDevice("webgpu"),
  train,
  placement,
  evaluate: async () => ({ cpu: await evaluate("cpu"), webgpu: await evaluate("webgpu") }),
  /** The error of opening a model of these elements; `null` where it was opened. */
  open: (dtype) => openSession(product(dtype as DType), { device: "webgpu" }).then(() => null, String),
  /** Ends with a session open. */
  async leave() {
    const session = await openSession(product("float32"), { device: "webgpu" });
    const { y } = await session.run({ x: tensor(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]) });
    return Array.from(y!.data as Float32Array);
  },
  /** Closes a session twice, with runs under way, then another is opened. */
  async close() {
    const feeds = { x: tensor(Float32Array.of(1, 2, 3), [1, 3]) };
    const session = await openSession(product("float32"), { device: "webgpu" });
    const runs = [session.run(feeds), session.run(feeds)];
    await Promise.all([session.close(), session.close()]);
    await using other = await openSession(product("float32"), { device: "webgpu" });
    const all = [...await Promise.all(runs), await other.run(feeds)];
    return { products: all.map((o) => o.y!.data[0]), after: await session.run(feeds).catch(String) };
  },
};

/** What a process came to. */
export interface Outcome {
  readonly code: number;
  /** The signal that killed it. */
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

const ROOT = new URL("../../", import.meta.url);
const PERMISSIONS = ["--allow-ffi", "--allow-read", "--allow-write", "--allow-env", "--allow-sys"];

/** Where Debian's package `chromium` puts the description of its Vulkan driver in software. */
const SWIFTSHADER = "/usr/lib/chromium/vk_swiftshader_icd.json";

/** For children: Debian's driver in software, where none is named and it is installed; it rounds alike on every machine. */
function environment(): Record<string, string> {
  if (Deno.env.has("VK_DRIVER_FILES") || Deno.env.has("VK_ICD_FILENAMES")) return {};
  try {
    Deno.statSync(SWIFTSHADER);
    return { VK_DRIVER_FILES: SWIFTSHADER };
  } catch {
    return {};
  }
}

/** Runs a script of the repository, by default where an adapter can be found if there is one. */
export async function script(
  path: string,
  args: readonly string[],
  env: Record<string, string> = environment(),
): Promise<Outcome> {
  const { code, signal, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", ...PERMISSIONS, path, ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", ...env },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, signal, out: text(stdout), err: text(stderr) };
}

/** Runs a case. @throws {Error} with all it wrote, where the process did not end well. */
export async function runCase(name: string, arg = "", env?: Record<string, string>): Promise<unknown> {
  const { code, signal, out, err } = await script("tests/runtime/webgpu.ts", [name, arg], env);
  if (code !== 0) throw new Error(`'${name} ${arg}' ended with ${signal ?? code}:\n${out}${err}`);
  return JSON.parse(out);
}

/** Whether ONNX Runtime finds an adapter; any other failure is none of the adapter's, and is thrown. */
export async function hasAdapter(): Promise<boolean> {
  const { code, err } = await script("tests/runtime/webgpu.ts", ["probe"]);
  if (code !== 0 && !err.includes("DeviceError")) throw new Error(err);
  return code === 0;
}

if (import.meta.main) {
  const [name = "", arg = ""] = Deno.args;
  const result = await CASES[name]!(arg);
  if (result !== undefined) console.log(JSON.stringify(result));
}
