/**
 * The number of channels in a block of the processor's own layout.
 *
 * @module
 */
import { type Block, NCHWC } from "../../lowering/blocks/mod.ts";
import { buildModel, encodeModel, Graph, tensorOf } from "../../onnx/mod.ts";
import { environmentVariable } from "./environment.ts";
import { type OnnxRuntime, onnxRuntime } from "./onnx_runtime.ts";

const VARIABLE = "DESCENT_CPU_BLOCK";

let probed: Promise<Block | undefined> | undefined;

/**
 * Returns how many channels ONNX Runtime puts into a block on this processor; `undefined` if this build of it has no
 * blocks, or if the environment variable `DESCENT_CPU_BLOCK` is `none`. The runtime is asked once in a process.
 *
 * @throws {RangeError} when the variable is neither empty nor `none`.
 *
 * @example
 * ```ts
 * import { cpuBlock } from "./cpu_block.ts";
 * import { assert } from "@std/assert";
 * assert([8, 16, undefined].includes(await cpuBlock()));
 * ```
 */
export async function cpuBlock(): Promise<Block | undefined> {
  const wished = environmentVariable(VARIABLE) ?? "";
  if (wished === "none") return undefined;
  if (wished !== "") {
    throw new RangeError(
      `${VARIABLE} must be 'none' or empty, got '${wished}': the processor determines the size of a block`,
    );
  }
  return await (probed ??= onnxRuntime().then(probe));
}

/** Cuts 4 channels into blocks: the result has as many channels as a block. */
async function probe(ort: Pick<OnnxRuntime, "InferenceSession" | "Tensor">): Promise<Block | undefined> {
  const g = new Graph({ opsets: { "": 21, [NCHWC]: 1 } });
  const x = g.input("x", "float32", [1, 4, 1, 1]);
  const [y] = g.emit("ReorderInput", [x], { domain: NCHWC, outputNames: ["y"] });
  y!.known = { dtype: "float32", shape: undefined };
  g.output(y!);
  const { data, shape } = tensorOf([1, 2, 3, 4], [1, 4, 1, 1]);
  try {
    const session = await ort.InferenceSession.create(encodeModel(buildModel(g)), {
      intraOpNumThreads: 1,
      logSeverityLevel: 4,
    });
    const results = await session.run({ x: new ort.Tensor("float32", data as Float32Array, shape) });
    await session.release();
    const channels = results.y!.dims[1];
    return channels === 8 || channels === 16 ? channels : undefined;
  } catch {
    // A build without the operator refuses the model: it has no blocks.
    return undefined;
  }
}
