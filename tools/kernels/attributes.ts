/**
 * Attributes of the models of one node.
 *
 * @module
 */
import type { AttributeInput } from "../../onnx/mod.ts";

const WINDOW = { kernel_shape: [2, 2] };

/** Attributes that a node must have, beyond those that its schema requires, or with values that the schema cannot tell. */
export const ATTRIBUTES: Readonly<Record<string, Readonly<Record<string, AttributeInput>>>> = {
  AveragePool: WINDOW,
  BitShift: { direction: "LEFT" },
  Cast: { to: 1 },
  Conv: WINDOW,
  ConvTranspose: WINDOW,
  DepthToSpace: { blocksize: 2 },
  Einsum: { equation: "ij->ij" },
  GRU: { hidden_size: 3, linear_before_reset: 1 },
  LpPool: WINDOW,
  LSTM: { hidden_size: 3 },
  MaxPool: WINDOW,
  RNN: { hidden_size: 3 },
  SpaceToDepth: { blocksize: 2 },
};

/** Values to try, by the name of an attribute or by its kind. */
export const OTHER_VALUES: Readonly<Record<string, readonly AttributeInput[]>> = {
  INT: [0, 1, -1],
  FLOAT: [0.5],
  activations: [["Tanh"], ["Relu"], ["Sigmoid", "Tanh"], ["Sigmoid", "Tanh", "Tanh"], [
    "HardSigmoid",
    "Tanh",
  ]],
  approximate: ["tanh"],
  auto_pad: ["SAME_UPPER", "SAME_LOWER", "VALID"],
  axes: [[0], [-1], [1, 2]],
  coordinate_transformation_mode: ["align_corners", "asymmetric"],
  dilations: [[2, 2]],
  direction: ["reverse", "bidirectional"],
  mode: ["reflect", "edge", "wrap", "linear", "cubic", "nearest", "bilinear", "CRD"],
  nearest_mode: ["floor"],
  output_padding: [[1, 1], [1, 0]],
  output_shape: [[7, 7]],
  padding_mode: ["border", "reflection"],
  pads: [[1, 1, 1, 1], [1, 0, 0, 0], [0, 1, 1, 0]],
  perm: [[1, 0], [2, 1, 0], [1, 0, 2]],
  reduction: ["add", "mul", "min", "max"],
  strides: [[2, 2], [2, 1]],
};
