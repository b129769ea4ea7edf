/**
 * The tensors that kernels of a provider read or write in the host's memory: sizes, axes, bounds.
 *
 * @module
 */
import type { Node } from "../../onnx/mod.ts";
import type { Provider } from "./table.ts";

const BOTH: Readonly<Record<string, readonly number[]>> = {
  CumSum: [1],
  Expand: [1],
  Pad: [1, 2, 3],
  Range: [0, 1, 2],
  ReduceL1: [1],
  ReduceL2: [1],
  ReduceLogSum: [1],
  ReduceLogSumExp: [1],
  ReduceMax: [1],
  ReduceMean: [1],
  ReduceMin: [1],
  ReduceProd: [1],
  ReduceSum: [1],
  ReduceSumSquare: [1],
  Reshape: [1],
  Resize: [1, 2, 3],
  Slice: [1, 2, 3, 4],
  Split: [1],
  Squeeze: [1],
  Tile: [1],
  TopK: [1],
  Trilu: [1],
  Unsqueeze: [1],
  // Control flow: the condition of a branch; the number of steps and the condition of a loop.
  If: [0],
  Loop: [0, 1],
};

/** Indices of the inputs on the host by operator, in all versions; `tools/kernels/check.ts` compares them. */
const INPUTS: Readonly<Record<Provider, Readonly<Record<string, readonly number[]>>>> = {
  cuda: {
    ...BOTH,
    ConstantOfShape: [0],
    Dropout: [1, 2],
    GRU: [4],
    LSTM: [4],
    NonMaxSuppression: [2, 3, 4],
    RNN: [4],
    Upsample: [1],
  },
  webgpu: { ...BOTH, Clip: [1, 2], DFT: [1, 2] },
};

/** Returns whether a kernel reads an input in the host's memory. */
export function readsOnHost(provider: Provider, node: Node, input: number): boolean {
  return node.domain === "" && (INPUTS[provider][node.opType]?.includes(input) ?? false);
}

/** Returns whether a kernel writes its outputs to the host's memory. */
export function writesOnHost(node: Node): boolean {
  return node.domain === "" && (node.opType === "Shape" || node.opType === "Size");
}
