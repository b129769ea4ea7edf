/**
 * Common parts of the tests of the `webgpu` device: finding an adapter, and the cases, each of which runs in its own
 * process. Graphics drivers are native code that can crash a process, and the Vulkan loader reads its environment when
 * it is first used: neither must happen in the test runner's process.
 *
 * @module
 */
import {
  adagrad,
  adam,
  amsgrad,
  applyIfFinite,
  averaged,
  cutout,
  type DataTensor,
  dpSgd,
  evaluator,
  fit,
  horizontalFlip,
  lenet,
  mixup,
  mlp,
  momentum,
  normal,
  openSession,
  type Optimizer,
  type ProgramOptions,
  randomBits,
  randomCrop,
  requireDevice,
  rmsprop,
  sgd,
  sophia,
  switchCriterion,
  type Tensor,
  tensor,
  trainingProgram,
  type TrainState,
  withLoss,
} from "../../mod.ts";
import { importOnnxRuntime } from "../../deps.ts";
import { buildModel, type DType, encodeModel, Graph, type Model } from "../../onnx/mod.ts";
import { flattenState } from "../../optim/state.ts";
import { type Device, executionProvider } from "../../runtime/session/device.ts";
import { OpenedProgram } from "../../runtime/program/opened_program.ts";
import { ProgramSession } from "../../runtime/program/session_choice.ts";
import { placeData, type Placement } from "../../runtime/program/place_data.ts";
import { trainingModel } from "../../runtime/program/training_model.ts";
import { cases } from "../lowering/accelerator/cases.ts";
import { data, model, SIZE } from "./problem.ts";

/** The tested optimizers, one for each kind of update rule. */
export const OPTIMIZERS: Readonly<Record<string, () => Optimizer>> = {
  sgd: () => sgd({ learningRate: 0.1 }),
  momentum: () => momentum({ learningRate: 0.1 }),
  adagrad: () => adagrad({ learningRate: 0.05 }),
  rmsprop: () => rmsprop({ learningRate: 0.01 }),
  adam: () => adam({ learningRate: 0.01 }),
  amsgrad: () => amsgrad({ learningRate: 0.01 }),
  "averaged applyIfFinite": () => averaged(applyIfFinite(adam({ learningRate: 0.01 }))),
  sophia: () => sophia({ learningRate: 0.01 }),
  dpSgd: () => dpSgd({ learningRate: 0.1, l2NormClip: 0.5 }),
};

/** Parameters, state and losses as in JSON: numbers by name. */
export type Numbers = Record<string, number[]>;

/** Results of training on `cpu`, and on `webgpu` in either form in one run, and in runs of one step. */
export interface Trained {
  readonly start: Numbers;
  readonly cpu: Numbers;
  readonly webgpu: Numbers;
  readonly scan: Numbers;
  readonly steps: Numbers;
  /** From runs of one step whose states stay on the device. */
  readonly onDevice: Numbers;
  /** The number of tensors on the device at the end. */
  readonly left: number;
}

/** The trained models: the small perceptron, or networks with layers that have a training form. */
const PROBLEMS: Readonly<
  Record<string, () => Pick<ProgramOptions, "model" | "data" | "augment" | "labelSmoothing">>
> = {
  perceptron: () => ({ model: model(), data: data() }),
  normalized: () => ({ model: normalized(), data: data() }),
  lenet: () => ({
    model: withLoss(lenet({ seed: 2, image: [1, 15, 15], channels: [3, 5], hidden: [20] }), {
      loss: "cross-entropy",
    }),
    data: images(),
  }),
  augmented: () => ({
    model: withLoss(mlp({ inputs: 225, hidden: [8], outputs: 10, seed: 2 }), { loss: "cross-entropy" }),
    data: images(),
    augment: {
      x: [randomCrop({ padding: 3 }), horizontalFlip(), cutout({ size: 6 }), mixup({ alpha: 0.4 })],
    },
    labelSmoothing: 0.1,
  }),
};

/** Returns a model with a batch normalization and a dropout between two dense layers. */
function normalized(): Model {
  const { features, classes } = SIZE;
  const g = new Graph();
  const x = g.input("x", "float32", ["N", features]);
  const weight = (name: string, shape: number[]) => {
    const n = shape.reduce((a, b) => a * b, 1);
    return g.initializer(name, tensor(normal({ seed: 3, stream: name }, n).map((v) => v / 4), shape));
  };
  const each = (name: string, value: number) => g.initializer(name, tensor(new Float32Array(8).fill(value)));
  const h = g.gemm(x, weight("in.weight", [8, features]), null, { transB: 1 });
  const [y] = g.batchNormalization(
    h,
    each("scale", 1),
    each("shift", 0),
    each("mean", 0),
    each("variance", 1),
  );
  const [d] = g.emit("Dropout", [g.tanh(y!), 0.25], { name: "drop" });
  g.output(g.gemm(d!, weight("out.weight", [classes, 8]), null, { transB: 1 }), "scores");
  return withLoss(buildModel(g), { loss: "cross-entropy" });
}

/** Returns random images with sizes in bytes that are not a multiple of a device's words. */
function images(): Record<string, DataTensor> {
  const [examples, side] = [SIZE.examples, 15];
  const x = Uint8Array.from(randomBits({ seed: 4, stream: "x" }, examples * side * side), (b) => b >>> 24);
  const target = BigInt64Array.from({ length: examples }, (_, i) => BigInt(x[i * side * side]! % 10));
  return { x: { ...tensor(x, [examples, 1, side, side]), scale: 1 / 255 }, target: tensor(target) };
}

const STEPS = 7;
const batchSize = 6;
const rows = Array.from({ length: STEPS * batchSize }, (_, i) => (i * 17) % SIZE.examples);
const batch = (k: number) => ({ rows: rows.slice(k * batchSize, (k + 1) * batchSize), batchSize });

function numbers(state: TrainState, loss: Iterable<number>): Numbers {
  const all: Record<string, Tensor> = { ...state.params, ...flattenState(state.optimizer), ...state.buffers };
  const arrays = Object.entries(all).map(([n, t]) => [n, Array.from(t.data as Float32Array)]);
  return { ...Object.fromEntries(arrays), loss: [...loss] };
}

/** Trains a problem with an optimizer, given as `problem/optimizer`, in every form. */
async function train(name: string): Promise<Trained> {
  const [problem, optimizer] = name.split("/") as [string, string];
  const open = (options: Pick<ProgramOptions, "device" | "form">) =>
    trainingProgram({ ...PROBLEMS[problem]!(), optimizer: OPTIMIZERS[optimizer]!(), seed: 5, ...options });
  const whole = async (options: Pick<ProgramOptions, "device" | "form">) => {
    await using program = await open(options);
    const { state, reports } = await program.run(program.init(), { rows, batchSize });
    return numbers(state, reports.loss!);
  };
  await using program = await open({ device: "webgpu" });
  const start = program.init();
  const one = async (onDevice: boolean) => {
    let state = start;
    const losses: number[] = [];
    for (let k = 0; k < STEPS; k++) {
      const run = await program.run(state, batch(k), { onDevice });
      program.release(state);
      state = run.state;
      losses.push(run.reports.loss![0]!);
    }
    const here = await program.fetch(state);
    program.release(state);
    return numbers(here, losses);
  };
  return {
    start: numbers(start, []),
    cpu: await whole({ device: "cpu" }),
    webgpu: await whole({ device: "webgpu" }),
    scan: await whole({ device: "webgpu", form: "scan" }),
    steps: await one(false),
    onDevice: await one(true),
    left: program.resident,
  };
}

/** Trains by `fit` with a rule that changes in the middle of a chunk, and with checkpoints at other steps. */
async function switched(device: Device) {
  const saved: { step: number; train: Numbers }[] = [];
  const result = await fit({
    model: model(),
    optimizer: adam({ learningRate: 0.01 }),
    train: data(),
    evaluate: { all: data() },
    epochs: 3,
    batchSize,
    chunk: 4,
    device,
    switching: {
      criterion: {
        init: () => switchCriterion().init(),
        // The eleventh step is the second of a chunk's four.
        update: (state, { k }) => k < 11 ? state : { ...state, fired: true, firedAt: k, learningRate: 0.1 },
      },
      to: (learningRate) => sgd({ learningRate }),
    },
    checkpoint: {
      every: 7,
      save: (s) => void saved.push({ step: s.step, train: numbers(s.train, []) }),
    },
  });
  return {
    state: numbers(result.state, result.epochs.map((e) => e.metrics.all!.loss!)),
    switchedAtStep: result.switchedAtStep,
    saved: Object.fromEntries(saved.map(({ step, train }) => [step, train])),
  };
}

/** Uses an earlier state and a released one, and reads states. */
async function states() {
  await using program = await trainingProgram({
    model: model(),
    optimizer: adam({ learningRate: 0.01 }),
    data: data(),
    device: "webgpu",
  });
  const first = (await program.run(program.init(), batch(0), { onDevice: true })).state;
  const second = (await program.run(first, batch(1), { onDevice: true })).state;
  const again = (await program.run(first, batch(1), { onDevice: true })).state;
  const [a, b] = [await program.fetch(second), await program.fetch(again)];
  let unread = "";
  try {
    void first.params["layers.0.weight"]!.data;
  } catch (error) {
    unread = String(error);
  }
  const living = program.resident;
  for (const state of [first, second, again]) program.release(state);
  return {
    second: numbers(a, []),
    again: numbers(b, []),
    unread,
    living: [living, program.resident],
    released: await program.run(first, batch(1)).catch(String),
  };
}

/** Runs many chunks on the device: returns the number of tensors there after each. */
async function chunks(): Promise<number[]> {
  const options = { model: model(), optimizer: adam({ learningRate: 0.01 }), data: data() };
  await using program = await trainingProgram({ ...options, device: "webgpu" });
  let state = program.init();
  const tensors: number[] = [];
  for (let k = 0; k < 200; k++) {
    const run = await program.run(state, batch(k % STEPS), { onDevice: true });
    program.release(state);
    state = run.state;
    tensors.push(program.resident);
  }
  return tensors;
}

/** Trains on a data set that is too large for the device, so the host gathers its batches. */
async function gathered() {
  const trained = async (how: { mostBytes?: number; placement?: Placement } = {}) => {
    const set = data();
    const inputs = set;
    const compiled = trainingModel({
      model: model(),
      optimizer: adam({ learningRate: 0.01 }),
      inputs,
      form: "steps",
    });
    await using session = await openSession(compiled.model, { device: "webgpu" });
    const placed = await placeData(set, {
      device: "webgpu",
      form: "steps",
      ...how,
    });
    const options = { model: model(), optimizer: adam({ learningRate: 0.01 }), data: set };
    const program = new OpenedProgram({
      options,
      compiled,
      session: new ProgramSession(session, { block: "none" }),
      placed,
    });
    const { state, reports } = await program.run(program.init(), { rows, batchSize });
    await program.close();
    return numbers(state, reports.loss!);
  };
  return {
    resident: await trained(),
    gathered: await trained({ mostBytes: 10 }),
    used: await trained({ placement: "used" }),
  };
}

/** Returns loss and accuracy of the untrained model over batches, the last of which is smaller. */
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

/** Returns for each provider the operators that a training step with Adam ran on it, by the runtime's own profile. */
async function placement(): Promise<Record<string, string[]>> {
  const ort = await importOnnxRuntime();
  const inputs = data();
  const compiled = trainingModel({
    model: model(),
    optimizer: OPTIMIZERS.adam!(),
    inputs,
    form: "steps",
    target: "gpu",
  });
  const folder = await Deno.makeTempDir();
  try {
    const session = await ort.InferenceSession.create(encodeModel(compiled.model), {
      executionProviders: [executionProvider("webgpu")],
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

/** An operator with random operands of these shapes. */
type Kernel = readonly [
  op: string,
  shapes: readonly number[][],
  attributes?: Record<string, number | number[]>,
];

/** Cases in which kernels of ONNX Runtime 1.30 are wrong in one layout or the other, and neighboring cases. */
const KERNELS: readonly Kernel[] = [
  // Channels a multiple of 3 and not of 4, into a multiple of 4: wrong with channels last.
  ...[3, 6, 9, 12, 15, 18, 30].map((
    c,
  ): Kernel => ["Conv", [[2, c, 6, 5], [4, c, 3, 3]], { pads: [1, 1, 1, 1] }]),
  ["Conv", [[2, 9, 6, 5], [8, 9, 1, 1]], { strides: [2, 2] }],
  ["Conv", [[2, 6, 9], [16, 6, 3]]],
  ["Conv", [[2, 6, 8, 7], [4, 6, 7, 6]]],
  ["ConvTranspose", [[2, 6, 4, 3], [6, 1, 3, 3]], { group: 3, strides: [2, 2] }],
  ["ConvTranspose", [[2, 6, 4, 3], [6, 4, 3, 3]]],
  ["MaxPool", [[2, 6, 6, 7]], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }],
  ["AveragePool", [[2, 6, 6, 7]], { kernel_shape: [2, 2], strides: [2, 2] }],
  ["InstanceNormalization", [[2, 6, 4, 3], [6], [6]]],
  // Even channels in two dimensions: wrong with channels second.
  ...[5, 6, 8].map((c): Kernel => ["BatchNormalization", [[4, c], [c], [c], [c], [c]]]),
  ["BatchNormalization", [[2, 6, 3, 2], [6], [6], [6], [6]]],
];

/** Slices of `[7, 6]`: starts, ends, axes and steps. Kernels of both layouts are wrong if a slice goes back from within. */
const SLICES: readonly (readonly number[][])[] = [
  [[4], [0], [0], [-1]],
  [[5, 1], [-8, 6], [0, 1], [-2, 2]],
  [[3, 4], [-100, -6], [0, 1], [-1, -3]],
  [[-1], [-8], [0], [-1]],
];

/** Returns the difference of each kernel's result on `webgpu` from that on `cpu`. */
async function kernels(): Promise<Record<string, number>> {
  const g = new Graph();
  const feeds: Record<string, Tensor> = {};
  const operand = (shape: readonly number[], positive: boolean) => {
    const name = `x${Object.keys(feeds).length}`;
    const drawn = normal({ seed: 1, stream: name }, shape.reduce((a, b) => a * b, 1));
    feeds[name] = tensor(positive ? drawn.map((v) => v * v + 0.5) : drawn, shape);
    return g.input(name, "float32", shape);
  };
  const names: string[] = [];
  for (const [op, shapes, attributes = {}] of KERNELS) {
    // The last operand of a batch normalization is the variance.
    const operands = shapes.map((s, i) => operand(s, op === "BatchNormalization" && i === 4));
    names.push(`${op} ${JSON.stringify([shapes.slice(0, 2), attributes])}`);
    g.output(g.emit(op, operands, { attributes })[0]!, `y${names.length}`);
  }
  for (const [starts, ends, axes, steps] of SLICES as [number[], number[], number[], number[]][]) {
    names.push(`Slice ${JSON.stringify([starts, ends, axes, steps])}`);
    g.output(g.slice(operand([7, 6], false), starts, ends, axes, steps), `y${names.length}`);
  }
  const on = async (device: Device) => {
    await using session = await openSession(buildModel(g), { device });
    return await session.run(feeds);
  };
  const [cpu, webgpu] = [await on("cpu"), await on("webgpu")];
  return differences(names, cpu, webgpu);
}

type Tensors = Readonly<Record<string, Tensor>>;

/** Returns the largest difference of each output `y1`, `y2`, …, by its case; relative to numbers above 1. */
function differences(names: readonly string[], cpu: Tensors, webgpu: Tensors): Record<string, number> {
  return Object.fromEntries(names.map((name, i) => {
    const [a, b] = [cpu, webgpu].map((o) => o[`y${i + 1}`]!.data as Float32Array) as [
      Float32Array,
      Float32Array,
    ];
    const apart = (v: number, k: number) => Math.abs(v - b[k]!) / Math.max(1, Math.abs(v));
    // JSON has no NaN, and would return null.
    return [name, a.reduce((worst, v, k) => Math.max(worst, apart(v, k)), 0)];
  }));
}

/** Returns the difference of each operator without a kernel on `webgpu`, where others replace it, from that on `cpu`. */
async function replaced(): Promise<Record<string, number>> {
  const { model, feeds, names } = cases();
  const on = async (device: Device) => {
    await using session = await openSession(model, { device });
    return await session.run(feeds);
  };
  return differences(names, await on("cpu"), await on("webgpu"));
}

const CASES: Readonly<Record<string, (arg: string) => Promise<unknown>>> = {
  together: (calls) => runTogether(JSON.parse(calls)),
  probe: () => requireDevice("webgpu"),
  train,
  switched: async () => ({ cpu: await switched("cpu"), webgpu: await switched("webgpu") }),
  states,
  chunks,
  gathered,
  placement,
  kernels,
  replaced,
  evaluate: async () => ({ cpu: await evaluate("cpu"), webgpu: await evaluate("webgpu") }),
  /** Returns the error of opening a model with elements of a type; `null` if it opens. */
  open: (dtype) => openSession(product(dtype as DType), { device: "webgpu" }).then(() => null, String),
  /** Ends with a session open. */
  async leave() {
    const session = await openSession(product("float32"), { device: "webgpu" });
    const { y } = await session.run({ x: tensor(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]) });
    return Array.from(y!.data as Float32Array);
  },
  /** Opens two sessions one after the other. @returns how many sessions were opened and closed. */
  async kept() {
    const { InferenceSession } = await importOnnxRuntime();
    const create = InferenceSession.create;
    const count = { opened: 0, closed: 0 };
    InferenceSession.create = (async (bytes: Uint8Array, options: Record<string, unknown>) => {
      const session = await create(bytes, options);
      count.opened++;
      const release = session.release.bind(session);
      session.release = () => (count.closed++, release());
      return session;
    }) as typeof create;
    for (let k = 0; k < 2; k++) await (await openSession(product("float32"), { device: "webgpu" })).close();
    return count;
  },
  /** Closes a session twice during runs, then opens another. */
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

/** A case and its argument, which may be empty. */
export type Call = readonly [name: string, arg: string];

/** The result of a case, or its error. */
type Ended = { readonly value: unknown } | { readonly error: string };

/** Runs cases one after the other in this process, so that they share compiled kernels. An error ends its case only. */
async function runTogether(calls: readonly Call[]): Promise<Ended[]> {
  const all: Ended[] = [];
  for (const [name, arg] of calls) {
    const value = CASES[name]!(arg);
    all.push(await value.then((value) => ({ value }), (e: Error) => ({ error: e.stack ?? e.message })));
  }
  return all;
}

/** The result of a process. */
export interface Outcome {
  readonly code: number;
  /** The signal that killed it. */
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

const ROOT = new URL("../../", import.meta.url);
const PERMISSIONS = ["--allow-ffi", "--allow-read", "--allow-write", "--allow-env", "--allow-sys"];

/** The description of the software Vulkan driver in Debian's package `chromium`. */
const CHROMIUM = "/usr/lib/chromium";
const SWIFTSHADER = `${CHROMIUM}/vk_swiftshader_icd.json`;

/** The environment of child processes: Debian's software driver, which rounds alike on all machines, unless one is named. */
function environment(): Record<string, string> {
  if (Deno.env.has("VK_DRIVER_FILES") || Deno.env.has("VK_ICD_FILENAMES")) return {};
  try {
    Deno.statSync(SWIFTSHADER);
    // Chromium has a Vulkan loader too; the system's own may be missing.
    return { VK_DRIVER_FILES: SWIFTSHADER, LD_LIBRARY_PATH: CHROMIUM };
  } catch {
    return {};
  }
}

/** Runs a script of the repository, by default in an environment in which an adapter is found if there is one. */
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

/** Runs a case. @throws {Error} with its output, if the process failed. */
export async function runCase(name: string, arg = "", env?: Record<string, string>): Promise<unknown> {
  const { code, signal, out, err } = await script("tests/runtime/webgpu.ts", [name, arg], env);
  if (code !== 0) throw new Error(`'${name} ${arg}' ended with ${signal ?? code}:\n${out}${err}`);
  return JSON.parse(out);
}

/** Returns a function that returns the result of one of these cases, or throws its error. They share one process. */
export function sharedProcess(calls: readonly Call[]): (name: string, arg?: string) => Promise<unknown> {
  let ended: Promise<Ended[]> | undefined;
  return async (name, arg = "") => {
    ended ??= runCase("together", JSON.stringify(calls)) as Promise<Ended[]>;
    const found = (await ended)[calls.findIndex((call) => call[0] === name && call[1] === arg)];
    if (found === undefined) throw new Error(`'${name} ${arg}' is not among the cases that share a process`);
    if ("error" in found) throw new Error(`'${name} ${arg}' failed:\n${found.error}`);
    return found.value;
  };
}

/** Returns whether ONNX Runtime finds an adapter; throws any other error. */
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
