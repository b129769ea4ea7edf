/**
 * ONNX Runtime for browsers with the interface of `onnxruntime-node`, as far as the library uses it. In the package,
 * bundlers for browsers put it in the place of that one.
 *
 * @module
 */
import type { importOnnxRuntime } from "../deps.ts";
import { type Build, buildNamed } from "./builds.ts";
import type { WebRuntime } from "./packages.ts";

type Runtime = Awaited<ReturnType<typeof importOnnxRuntime>>;
type Options = NonNullable<Parameters<Runtime["InferenceSession"]["create"]>[1]>;
type WebSession = Awaited<ReturnType<WebRuntime["InferenceSession"]["create"]>>;
type WebTensor = InstanceType<WebRuntime["Tensor"]>;

/** A tensor on the host. */
class HostTensor {
  readonly location = "cpu";

  constructor(readonly type: string, readonly data: ArrayBufferView, readonly dims: readonly number[]) {}
}

/** Tensors by name; `null` for an output that the runtime allocates. */
type Tensors = Readonly<Record<string, HostTensor | WebTensor | null>>;

/** A session, with runs that wait for their turn. */
class Session {
  readonly #build: Build;
  readonly #session: WebSession;

  constructor(build: Build, session: WebSession) {
    this.#build = build;
    this.#session = session;
  }

  get inputNames() {
    return this.#session.inputNames;
  }

  get outputNames() {
    return this.#session.outputNames;
  }

  get inputMetadata() {
    return this.#session.inputMetadata;
  }

  get outputMetadata() {
    return this.#session.outputMetadata;
  }

  /** Runs the model. The runtime does not write to outputs that are given, so this does. */
  async run(feeds: Tensors, into: Tensors = {}): Promise<Record<string, WebTensor>> {
    const { Tensor } = this.#build.runtime;
    const inputs = Object.entries(feeds).map(([name, t]) =>
      [
        name,
        t instanceof HostTensor
          ? new Tensor(t.type as "uint8", t.data as Uint8Array, t.dims)
          : t as WebTensor,
      ] as const
    );
    const found = await this.#build.inTurn(() => this.#session.run(Object.fromEntries(inputs)));
    const results = found as Record<string, WebTensor>;
    for (const [name, target] of Object.entries(into)) {
      if (target instanceof HostTensor) bytesOf(target.data).set(bytesOf(results[name]!.data as Uint8Array));
    }
    return results;
  }

  release(): Promise<void> {
    return this.#build.inTurn(() => this.#session.release());
  }
}

/** As bytes, halves are copied alike into an array of halves or of their bits. */
function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Opens models. */
export const InferenceSession = {
  /** Opens a model, in the build that has the device. */
  async create(model: Uint8Array, options: Options = {}): Promise<Session> {
    const onWebgpu = options.executionProviders?.some((p) =>
      (typeof p === "string" ? p : p.name) === "webgpu"
    );
    const build = await buildNamed(onWebgpu ? "webgpu" : "wasm");
    const session = await build.inTurn(() => build.runtime.InferenceSession.create(model, options));
    return new Session(build, session);
  },
};

export { HostTensor as Tensor };

/** The runtime's settings; each build is silent by itself. */
export const env = { logLevel: "fatal" };
