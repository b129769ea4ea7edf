/**
 * Tensors that stay on a device between runs.
 *
 * @module
 */
import type { DType, StaticShape, Tensor } from "../../onnx/mod.ts";

/** The runtime's handle of a tensor. */
interface Handle {
  readonly type: string;
  readonly dims: readonly number[];
  dispose(): void;
}

/**
 * A tensor whose elements are on a device: it can be fed to sessions there, but not read. The runtime's own way to read
 * one, `getData()`, ends the whole process under Deno (onnxruntime-node 1.30): a session has to hand it to the host.
 */
export class DeviceTensor implements Tensor {
  /** The element type. */
  readonly dtype: DType;
  /** The dimensions. */
  readonly shape: StaticShape;
  #handle: Handle | undefined;
  readonly #living: Set<DeviceTensor>;

  /**
   * Takes over a tensor of the runtime's.
   *
   * @param living the set that holds it until it is released
   */
  constructor(handle: Handle, living: Set<DeviceTensor>) {
    this.dtype = handle.type as DType;
    this.shape = handle.dims;
    this.#handle = handle;
    this.#living = living.add(this);
  }

  /** Nothing. @throws {Error} always. */
  get data(): never {
    throw new Error(
      "the elements of this tensor are on the device: read those of the state that `await program.fetch(state)` gives",
    );
  }

  /** The runtime's tensor. @throws {Error} when it was released. */
  get handle(): Handle {
    if (this.#handle === undefined) {
      throw new Error("the tensor was released: its state cannot be used any more");
    }
    return this.#handle;
  }

  /** Frees the device's memory. A second call does nothing. */
  release(): void {
    this.#handle?.dispose();
    this.#handle = undefined;
    this.#living.delete(this);
  }
}
