/**
 * A model that can be run.
 *
 * @module
 */
import { type DType, type Model, type Tensor, tensor, type TensorData, writeModel } from "../onnx/mod.ts";
import { type Device, deviceError } from "./device.ts";
import { type OnnxRuntime, onnxRuntime } from "./onnx_runtime.ts";

/** How a session is opened. */
export interface SessionOptions {
  /** Where the model runs; `"cpu"` by default. There is never a fall-back to another device. */
  device?: Device;
  /** Threads within an operator, at least 1; as many as the machine has cores by default. */
  threads?: number;
  /** How far ONNX Runtime rewrites the graph before it runs it; `"all"` by default. */
  optimization?: "disabled" | "basic" | "extended" | "all";
}

/** A model, opened on a device. */
export interface Session extends AsyncDisposable {
  /** Where it runs. */
  readonly device: Device;
  /** The names of its inputs, in order. */
  readonly inputNames: readonly string[];
  /** The names of its outputs, in order. */
  readonly outputNames: readonly string[];
  /**
   * One evaluation.
   *
   * @param feeds a tensor for each input
   * @returns the outputs by name
   * @throws {Error} with the runtime's message, when an input is missing or has a wrong type or shape.
   */
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>;
  /** Frees what the runtime holds. */
  close(): Promise<void>;
}

/**
 * Opens a model on a device.
 *
 * @throws {RangeError} when an option is out of its range
 * @throws {DeviceError} when the device is not available; {Error} when the runtime refuses the model.
 */
export async function openSession(model: Model | Uint8Array, options: SessionOptions = {}): Promise<Session> {
  const { device = "cpu", threads, optimization = "all" } = options;
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1)) {
    throw new RangeError(`threads must be a whole number of at least 1, got ${threads}`);
  }
  const ort = await onnxRuntime();
  const bytes = model instanceof Uint8Array ? model : writeModel(model);
  const session = await create(ort, bytes, { device, threads, optimization });
  return {
    device,
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(feeds) {
      const inputs: Record<string, OrtTensor> = {};
      for (const [name, t] of Object.entries(feeds)) inputs[name] = toRuntime(ort, t);
      const outputs = await session.run(inputs);
      return Object.fromEntries(Object.entries(outputs).map(([name, t]) => [name, fromRuntime(t)]));
    },
    close: () => session.release(),
    [Symbol.asyncDispose]: () => session.release(),
  };
}

type OrtTensor = InstanceType<OnnxRuntime["Tensor"]>;

async function create(
  ort: OnnxRuntime,
  bytes: Uint8Array,
  { device, threads, optimization }: { device: Device; threads: number | undefined; optimization: string },
) {
  try {
    return await ort.InferenceSession.create(bytes, {
      executionProviders: [device],
      graphOptimizationLevel: optimization as "all",
      // Errors are thrown; the log would only repeat them.
      logSeverityLevel: 4,
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (device !== "cpu" && /provider|adapter|shared library|webgpu|cuda/i.test(message)) {
      throw deviceError(device, message);
    }
    throw new Error(`ONNX Runtime refuses the model: ${message}`, { cause: error });
  }
}

function toRuntime(ort: OnnxRuntime, t: Tensor): OrtTensor {
  return new ort.Tensor(t.dtype as "float32", t.data as Float32Array, t.shape);
}

function fromRuntime(t: OrtTensor): Tensor {
  return tensor(t.data as TensorData, t.dims as number[], t.type as DType);
}
