import { assertThrows } from "@std/assert";
import { build, type Case, fed, known, node } from "./oracle.ts";

const two = () => fed([2, 3]);
const image = () => fed([1, 4, 5, 5]);

/** Invalid nodes, and what the message must contain. */
const WRONG: readonly [Case, string][] = [
  [node("Add", [two(), fed([4])]), "shapes [2, 3] and [4] do not broadcast"],
  [node("PRelu", [two(), fed([4, 2, 3])]), "input slope [4, 2, 3] must broadcast to input X [2, 3]"],
  [
    node("MatMul", [fed([5, 4]), fed([3, 2])]),
    "input A [5, 4] has 4 columns, input B [3, 2] has 3 rows: they must be equal",
  ],
  [node("MatMul", [fed([]), two()]), "input A must have rank 1 or more, got []"],
  [node("Gemm", [two(), two()]), "they must be equal"],
  [node("Gemm", [two(), fed([3, 4]), fed([3])]), "input C [3] must broadcast to [2, 4]"],
  [node("Gemm", [fed([3]), fed([3, 4])]), "input A must have rank 2, got [3]"],
  [node("Det", [two()]), "must hold square matrices, got [2, 3]"],
  [
    node("Einsum", [two(), two()], { attributes: { equation: "ij,jk" } }),
    "'j' must be 3 as in the terms before it, got 2",
  ],
  [node("Einsum", [two()], { attributes: { equation: "ijk" } }), "must have rank 3, got [2, 3]"],
  [node("Einsum", [two()], { attributes: { equation: "ij,jk" } }), "must have 1 terms, one an input, has 2"],
  [
    node("Einsum", [two()], { attributes: { equation: "ij->k" } }),
    "has 'k' in the result, where no input has it",
  ],
  [node("Einsum", [two()], { attributes: { equation: "i*j" } }), "must consist of letters"],
  [node("ReduceSum", [two(), known([2])]), "axes must be in -2..1 for rank 2, got 2"],
  [node("ArgMax", [two()], { attributes: { axis: -3 } }), "axis must be in -2..1 for rank 2, got -3"],
  [
    node("Reshape", [two(), known([4, -1])]),
    "input shape [4, -1] must hold as many elements as input data [2, 3]",
  ],
  [node("Reshape", [two(), known([5])]), "input shape [5] must hold as many elements as input data [2, 3]"],
  [node("Reshape", [two(), known([-1, -1])]), "must have at most one -1"],
  [node("Reshape", [two(), known([0, 0, 0])]), "copies dimension 2, which input data [2, 3] does not have"],
  [node("Reshape", [two(), known([-2])]), "must hold sizes, 0 or -1, got -2"],
  [
    node("Flatten", [two()], { attributes: { axis: 3 } }),
    "attribute 'axis' must be in -2..2 for rank 2, got 3",
  ],
  [node("Squeeze", [two(), known([0])]), "dimension 0 of [2, 3] is 2"],
  [node("Unsqueeze", [two(), known([0, 0])]), "axes must not repeat, got [0, 0]"],
  [
    node("Transpose", [two()], { attributes: { perm: [0, 2] } }),
    "must hold each of 0..1 once for [2, 3], got [0, 2]",
  ],
  [
    node("Concat", [two(), fed([2, 4])], { attributes: { axis: 0 } }),
    "may differ along axis 0 only: dimensions 1 must be equal, got 3 and 4",
  ],
  [
    node("Concat", [two(), fed([2])], { attributes: { axis: 0 } }),
    "inputs must be of one rank, got [2, 3] and [2]",
  ],
  [
    node("Split", [two(), known([1, 3])], { outputs: 2, attributes: { axis: 1 } }),
    "split [1, 3] must hold 2 sizes that sum to 3",
  ],
  [
    node("Split", [two()], { outputs: 2, opset: 13, attributes: { axis: 1 } }),
    "must have a multiple of 2 entries to be split evenly, has 3",
  ],
  [
    node("Split", [two()], { outputs: 3, attributes: { num_outputs: 2 } }),
    "attribute 'num_outputs' must be the number of outputs, 3, got 2",
  ],
  [node("Expand", [two(), known([4])]), "do not broadcast"],
  [node("Tile", [two(), known([1])]), "input repeats must have 2 entries for [2, 3], got 1"],
  [node("Pad", [two(), known([1, 1])]), "pads must have 4 entries for 2 axes, got 2"],
  [node("Pad", [two(), known([-2, 0, -1, 0])]), "must leave something of dimension 0 of [2, 3]"],
  [
    node("DepthToSpace", [fed([1, 6, 2, 2])], { attributes: { blocksize: 2 } }),
    "must be a multiple of 4 (from 'blocksize'), got 6",
  ],
  [node("Slice", [two(), known([0]), known([1]), known([0]), known([0])]), "steps must not be 0"],
  [node("Slice", [two(), known([0]), known([1]), known([2])]), "axes must be in -2..1 for rank 2, got 2"],
  [node("Slice", [two(), known([0]), known([1, 2])]), "ends must have 1 entries, one an axis, got 2"],
  [
    node("Gather", [two(), known([3])], { attributes: { axis: 1 } }),
    "input indices must be in -3..2 for axis 1 of [2, 3], got 3",
  ],
  [
    node("GatherElements", [two(), fed([2], "int64")]),
    "input indices [2] must have the rank of input data [2, 3]",
  ],
  [node("GatherND", [two(), fed([4, 3], "int64")]), "input indices [4, 3] must end in at most 2 for [2, 3]"],
  [
    node("TopK", [two(), known([4])], { outputs: 2 }),
    "K must be in 0..3, the size of axis 1 of [2, 3], got 4",
  ],
  [
    node("TensorScatter", [fed([2, 4, 6]), fed([2, 1, 5])], { opset: 24 }),
    "input update [2, 1, 5] may differ",
  ],
  [node("ReverseSequence", [two(), known([1, 2])]), "input sequence_lens must have 3 entries"],
  [node("ConstantOfShape", [known([-1])]), "the input must hold sizes, got [-1]"],
  [
    node("Range", [known([0], "int64", []), known([5], "int64", []), known([0], "int64", [])]),
    "input delta must not be 0",
  ],
  [node("EyeLike", [fed([3])]), "the input must have rank 2, got [3]"],
  [node("Conv", [image(), fed([6, 3, 3, 3])]), "has 4 channels, input W [6, 3, 3, 3] with group 1 takes 3"],
  [node("Conv", [image(), fed([6, 4, 7, 7])]), "a window of 7 entries must fit into the input's 5"],
  [node("Conv", [image(), fed([6, 4, 3])]), "input W must have rank 4, got [6, 4, 3]"],
  [
    node("Conv", [image(), fed([6, 4, 3, 3])], { attributes: { strides: [1] } }),
    "attribute 'strides' must hold 2 numbers of 1 or more, got [1]",
  ],
  [
    node("Conv", [image(), fed([6, 4, 3, 3])], { attributes: { kernel_shape: [3] } }),
    "the kernel must have 2 spatial dimensions, got [3]",
  ],
  [node("ConvTranspose", [image(), fed([3, 4, 3, 3])]), "has 4 channels, input W [3, 4, 3, 3] takes 3"],
  [node("MaxPool", [image()], { attributes: { kernel_shape: [2] } }), "must have rank 3, got [1, 4, 5, 5]"],
  [node("Col2Im", [fed([1, 7, 9]), known([4, 4]), known([2, 2])]), "must be a multiple of the block [2, 2]"],
  [
    node("Resize", [image(), null, known([1, 2], "float32")]),
    "scales must have 4 entries, one an axis, got [1, 2]",
  ],
  [
    node("LSTM", [fed([5, 2, 3]), fed([1, 16, 4]), fed([1, 16, 4])], { attributes: { hidden_size: 4 } }),
    "input W [1, 16, 4] must end in 3",
  ],
  [
    node("GRU", [fed([5, 2, 3]), fed([1, 16, 3]), fed([1, 16, 4])], { attributes: { hidden_size: 4 } }),
    "must have 12 rows, 3 gates of 4",
  ],
  [
    node("RNN", [fed([5, 2, 3]), fed([1, 4, 3]), fed([1, 4, 4])], {
      attributes: { direction: "bidirectional" },
    }),
    "must begin with 2 for direction 'bidirectional'",
  ],
  [
    node("RNN", [fed([5, 2, 3]), fed([1, 4, 3]), fed([1, 4, 4])], { attributes: { direction: "up" } }),
    "attribute 'direction' must be one of forward, reverse, bidirectional, got 'up'",
  ],
  [
    node("BatchNormalization", [image(), fed([4]), fed([4]), fed([3]), fed([4])]),
    "must have 4 entries, one a channel, got 3",
  ],
  [
    node("GroupNormalization", [image(), fed([4]), fed([4])], { attributes: { num_groups: 3 } }),
    "attribute 'num_groups' must divide the 4 channels, got 3",
  ],
  [
    node("Attention", [fed([2, 5, 8]), fed([2, 5, 8]), fed([2, 5, 8])], { opset: 23 }),
    "attribute 'q_num_heads' is required for inputs of rank 3",
  ],
  [
    node("Attention", [fed([2, 1, 5, 8]), fed([2, 1, 5, 9]), fed([2, 1, 5, 8])], { opset: 23 }),
    "heads of input Q must be as large as those of input K, got 8 and 9",
  ],
  [node("SoftmaxCrossEntropyLoss", [fed([2, 3, 4]), fed([2, 5], "int64")]), "must be equal, got 4 and 5"],
  [
    node("NegativeLogLikelihoodLoss", [two(), fed([2], "int64"), fed([4])]),
    "input weights must have 3 entries, one a class, got [4]",
  ],
  [
    node("NegativeLogLikelihoodLoss", [two(), fed([2], "int64")], { attributes: { reduction: "max" } }),
    "attribute 'reduction' must be 'none', 'mean' or 'sum', got 'max'",
  ],
  [
    node("STFT", [fed([1, 4, 1]), known([2], "int64", []), fed([8])]),
    "the frame length must be at most the signal's 4, got 8",
  ],
  [
    node("Cast", [two()], { attributes: { to: 99 } }),
    "attribute 'to' must be the code of an element type, got 99",
  ],
];

for (const [wrong, message] of WRONG) {
  const shapes = wrong.operands.map((o) => (o === null ? "-" : `[${o.tensor.shape}]`)).join(" ");
  const attributes = Object.entries(wrong.attributes).map(([k, v]) => `${k} ${v}`).join(" ");
  Deno.test(`INFER.${wrong.op} refuses ${shapes} ${attributes}: ${message}`, () => {
    assertThrows(() => build(wrong), RangeError, message);
  });
}
