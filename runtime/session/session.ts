/**
 * A model that can be run.
 *
 * @module
 */
import { checkOptions, messageOf, type OptionNames } from "../../options/mod.ts";
import {
  type DType,
  encodeModel,
  type Model,
  parseModel,
  type Tensor,
  tensor,
  type TensorData,
} from "../../onnx/mod.ts";
import { type Device, DeviceError, executionProvider, prepareDevice, requireDevice } from "./device.ts";
import { keepKernels } from "./compiled_kernels.ts";
import { DeviceTensor } from "./device_tensor.ts";
import { freeMemory } from "./host_memory.ts";
import { isClock } from "./names.ts";
import { type OnnxRuntime, onnxRuntime } from "./onnx_runtime.ts";
import { SESSION_OPTIONS, type SessionOptions } from "./session_options.ts";
import { spinningOf } from "./spinning.ts";
import { requireTf32On } from "./tf32.ts";
import { allThreads, threadsOf, threadsToOpen } from "./threads.ts";
import { webgpuForm } from "./webgpu_form.ts";

/** The options of a session that may keep outputs on the device. */
export interface ResidentOptions extends SessionOptions {
  /**
   * Names of outputs that stay on the device if it is `"webgpu"`; none by default. Such a tensor can be fed to a session
   * there, and must be released.
   */
  resident?: readonly string[];
  /**
   * Whether the memory of intermediate results is kept from run to run, which small models are faster with; `true` by
   * default.
   */
  keepMemory?: boolean;
}

const RESIDENT_OPTIONS = { ...SESSION_OPTIONS, resident: false, keepMemory: "flag" } satisfies OptionNames<
  ResidentOptions
>;

/** A model, opened on a device. */
export interface Session extends AsyncDisposable {
  /** The device on which it runs. */
  readonly device: Device;
  /** The number of threads within an operator. */
  readonly threads: number;
  /** Whether these threads spin while they wait. */
  readonly spinning: boolean;
  /** The names of its inputs, in order. */
  readonly inputNames: readonly string[];
  /** The names of its outputs, in order. */
  readonly outputNames: readonly string[];
  /** Number of its output tensors that are on the device and not yet released. */
  readonly resident: number;
  /**
   * Runs the model once.
   *
   * @param feeds a tensor for each input
   * @param into tensors on the host to write outputs to, by the names of the outputs; none by default
   * @returns the outputs by name: those of `into` themselves, new tensors for all others
   * @throws {Error} with the runtime's message, when an input is missing or has a wrong type or shape.
   */
  run(
    feeds: Readonly<Record<string, Tensor>>,
    into?: Readonly<Record<string, Tensor>>,
  ): Promise<Record<string, Tensor>>;
  /** Frees the session and its tensors on the device once pending runs have ended. A second call does nothing. */
  close(): Promise<void>;
}

/**
 * Opens a model on a device.
 *
 * @throws {RangeError} when an option is unknown or out of its range
 * @throws {DeviceError} when the device is not available, or cannot compute with the model's element types
 * @throws {Error} when the runtime refuses the model.
 *
 * @example
 * ```ts
 * import { buildModel, Graph, tensorOf } from "../../onnx/mod.ts";
 * import { openSession } from "./session.ts";
 * import { assertEquals } from "@std/assert";
 * const g = new Graph();
 * const x = g.input("x", "float32", ["N"]);
 * g.output(g.mul(x, x), "y");
 * await using session = await openSession(buildModel(g));
 * const { y } = await session.run({ x: tensorOf([1, 2, 3]) });
 * assertEquals(y!.data, Float32Array.of(1, 4, 9));
 * ```
 */
export async function openSession(
  model: Model | Uint8Array,
  options: ResidentOptions = {},
): Promise<Session> {
  checkOptions("openSession", options, RESIDENT_OPTIONS);
  const { device = "cpu", optimization = "all", resident = [], keepMemory = true } = options;
  requireTf32On(device, options.tf32);
  const asked = threadsOf(options.threads);
  const threads = asked ?? await allThreads();
  const spinning = await spinningOf(options.spinning, { threads });
  const ort = await onnxRuntime();
  const bytes = bytesFor(device, model);
  const opened = {
    device,
    threads: await threadsToOpen(asked),
    spinning,
    optimization,
    resident,
    keepMemory,
    tf32: options.tf32,
  };
  const session = await create(ort, bytes, opened);
  const underWay = new Set<Promise<unknown>>();
  const living = new Set<DeviceTensor>();
  let closing: Promise<void> | undefined;
  // The runtime starts a run one turn after the call, so releasing the session at once would break that run.
  const close = () =>
    closing ??= Promise.allSettled(underWay).then(() => {
      for (const t of living) t.release();
      return session.release();
    });
  return {
    device,
    threads,
    spinning,
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    get resident() {
      return living.size;
    },
    async run(feeds, into = {}) {
      if (closing !== undefined) throw new Error("the session is closed: open another one to run the model");
      const inputs: Record<string, OrtTensor> = {};
      for (const [name, t] of Object.entries(feeds)) inputs[name] = toRuntime(ort, t);
      const given = session.outputNames.map((n) => [n, into[n] && toRuntime(ort, into[n])] as const);
      const running = Object.keys(into).length === 0
        ? session.run(inputs)
        : session.run(inputs, Object.fromEntries(given.map(([n, t]) => [n, t ?? null])));
      underWay.add(running);
      const outputs = await running.finally(() => underWay.delete(running));
      const result = ([name, t]: [string, OrtTensor]) => {
        if (into[name] === undefined) return [name, fromRuntime(t, living)];
        // The binding also copies what it wrote to a given tensor: nobody needs that copy.
        freeMemory(t.data as TensorData);
        return [name, into[name]];
      };
      return Object.fromEntries(Object.entries(outputs).map(result));
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Returns the bytes to open; on WebGPU, those of a model rewritten to avoid kernels that are wrong. */
function bytesFor(device: Device, model: Model | Uint8Array): Uint8Array {
  if (device !== "webgpu") return model instanceof Uint8Array ? model : encodeModel(model);
  const read = model instanceof Uint8Array ? parseModel(model) : model;
  const form = webgpuForm(read);
  return model instanceof Uint8Array && form === read ? model : encodeModel(form);
}

type OrtTensor = InstanceType<OnnxRuntime["Tensor"]>;
type OrtSession = Awaited<ReturnType<OnnxRuntime["InferenceSession"]["create"]>>;

async function create(
  ort: OnnxRuntime,
  bytes: Uint8Array,
  { device, threads, spinning, optimization, resident, keepMemory, tf32 }: {
    device: Device;
    threads: number | undefined;
    spinning: boolean;
    optimization: string;
    resident: readonly string[];
    keepMemory: boolean;
    tf32: boolean | undefined;
  },
) {
  prepareDevice(device, tf32);
  if (device === "webgpu") await keepKernels(ort);
  const at = (level: string) =>
    ort.InferenceSession.create(bytes, {
      executionProviders: [executionProvider(device)],
      graphOptimizationLevel: level as "all",
      enableCpuMemArena: keepMemory,
      // Errors are thrown; the log would only repeat them.
      logSeverityLevel: 4,
      // A pattern plans one block for all of a run's tensors, after a first run without it: both then stay allocated.
      enableMemPattern: false,
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      ...(spinning ? {} : { extra: { session: { intra_op: { allow_spinning: "0" } } } }),
      ...(device === "webgpu" && resident.length > 0
        ? { preferredOutputLocation: Object.fromEntries(resident.map((n) => [n, "gpu-buffer" as const])) }
        : {}),
    });
  let session: OrtSession;
  try {
    session = await at(optimization);
  } catch (error) {
    // The message does not distinguish a missing device from a bad model, so this checks the device.
    await requireDevice(device, tf32 === undefined ? {} : { tf32 });
    throw new Error(`ONNX Runtime refuses the model: ${messageOf(error)}`, { cause: error });
  }
  const wide = float64Of(session);
  if (wide === undefined || (device !== "webgpu" && !ROUNDING.has(optimization))) return session;
  await session.release();
  if (device !== "webgpu") return await at("basic");
  throw new DeviceError(
    `device 'webgpu' has no kernels for float64, which '${wide}' is: the model would run on the CPU; ` +
      "make it float32, or use --device cpu",
  );
}

/**
 * The levels at which ONNX Runtime 1.30 rounds float64 models to float32: it fuses factors of products into an attribute of
 * that type, with an error of 1e-8. Version 1.32 does not.
 */
const ROUNDING: ReadonlySet<string> = new Set(["extended", "all"]);

/**
 * Returns the first input or output of doubles, which WebGPU does not have; ONNX Runtime would not report it. Clocks of
 * a rule are exempt: they are scalars that the CPU may add.
 */
function float64Of(session: OrtSession): string | undefined {
  return [...session.inputMetadata, ...session.outputMetadata].find((v) =>
    v.isTensor && v.type === "float64" && !(v.shape.length === 0 && isClock(v.name))
  )?.name;
}

function toRuntime(ort: OnnxRuntime, t: Tensor): OrtTensor {
  if (t instanceof DeviceTensor) return t.handle as OrtTensor;
  if (t.dtype === "float16") {
    // The runtime's binding finds no elements in a Float16Array; in a Uint16Array it takes the bits for what `type` says.
    const { buffer, byteOffset, length } = t.data as Float16Array;
    const bits = new ort.Tensor("uint16", new Uint16Array(buffer, byteOffset, length), t.shape);
    return Object.assign(bits, { type: "float16" });
  }
  return new ort.Tensor(t.dtype as "float32", t.data as Float32Array, t.shape);
}

function fromRuntime(t: OrtTensor, living: Set<DeviceTensor>): Tensor {
  if (t.location === "gpu-buffer") return new DeviceTensor(t, living);
  return tensor(t.data as TensorData, t.dims as number[], t.type as DType);
}
