/**
 * Nodes to try: convolutions, pools, resampling, recurrent layers, normalization, attention, losses, quantization,
 * signals, text.
 *
 * @module
 */
import { type Case, fed, given, known, node } from "./oracle.ts";

const int = (v: number) => known([v], "int64", []);
const scale = known([0.5], "float32", []);
const zero = known([0], "uint8", []);

export const CONVOLUTION: Case[] = [
  node("Conv", [fed([2, 3, 7, 8]), fed([5, 3, 3, 2])]),
  node("Conv", [fed([2, 4, 9]), fed([6, 2, 3]), fed([6])], {
    attributes: { group: 2, strides: [2], dilations: [2], pads: [1, 2], kernel_shape: [3] },
  }),
  ...["SAME_UPPER", "SAME_LOWER", "VALID"].flatMap((auto_pad) =>
    [1, 2, 3].map((stride) =>
      node("Conv", [fed([2, 3, 7, 8]), fed([5, 3, 3, 2])], {
        attributes: { auto_pad, strides: [stride, stride] },
      })
    )
  ),
  node("Conv", [fed([2, 3, 7, 8]), fed([5, 3, 3, 3])], { attributes: { pads: [1, 1, 1, 1] } }),
  node("ConvInteger", [fed([2, 3, 7], "uint8"), fed([5, 3, 3], "uint8")]),
  node("QLinearConv", [
    fed([2, 3, 7], "uint8"),
    scale,
    zero,
    known(Array(45).fill(1), "uint8", [5, 3, 3]),
    scale,
    zero,
    scale,
    zero,
  ]),
  node("ConvTranspose", [fed([2, 3, 7, 8]), fed([3, 5, 3, 2])]),
  node("ConvTranspose", [fed([2, 4, 7]), fed([4, 5, 3])], {
    attributes: { group: 2, strides: [3], pads: [1, 1], output_padding: [1], dilations: [2] },
  }),
  node("ConvTranspose", [fed([2, 3, 7]), fed([3, 5, 3])], {
    attributes: { strides: [2], output_shape: [14] },
  }),
  node("ConvTranspose", [fed([2, 3, 7]), fed([3, 5, 3])], {
    attributes: { strides: [2], auto_pad: "SAME_UPPER" },
  }),
  node("ConvTranspose", [fed([2, 3, 7]), fed([3, 5, 3])], {
    attributes: { strides: [2], auto_pad: "VALID" },
  }),
  node("DeformConv", [fed([1, 3, 5, 5]), fed([4, 3, 2, 2]), fed([1, 8, 4, 4])]),
  node("Col2Im", [fed([1, 8, 9]), known([4, 4]), known([2, 2])]),
  node("Col2Im", [fed([1, 8, 9]), given([4, 4]), given([2, 2])]),
  node("CausalConvWithState", [fed([2, 3, 7]), fed([3, 1, 4]), null, fed([2, 3, 3])], {
    opset: 27,
    outputs: 2,
    expected: [["float32", [2, 3, 7]], ["float32", [2, 3, 3]]],
  }),
];

export const POOLING: Case[] = [
  ...["AveragePool", "LpPool", "MaxPool"].flatMap((op) => [
    node(op, [fed([2, 3, 7, 8])], { attributes: { kernel_shape: [2, 3] } }),
    node(op, [fed([2, 3, 7, 8])], { attributes: { kernel_shape: [2, 3], strides: [2, 2], ceil_mode: 1 } }),
    node(op, [fed([2, 3, 5])], {
      attributes: { kernel_shape: [2], strides: [3], ceil_mode: 1, pads: [0, 1] },
    }),
    node(op, [fed([2, 3, 7])], { attributes: { kernel_shape: [3], strides: [2], auto_pad: "SAME_LOWER" } }),
    node(op, [fed([2, 3, 9])], { attributes: { kernel_shape: [3], dilations: [2], pads: [1, 1] } }),
    node(op, [fed([2, 3, 8])], { opset: 7, attributes: { kernel_shape: [3], strides: [2] } }),
  ]),
  node("MaxPool", [fed([2, 3, 8])], { outputs: 2, attributes: { kernel_shape: [3], pads: [1, 1] } }),
  ...["GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"].map((op) => node(op, [fed([2, 3, 7, 8])])),
  node("MaxUnpool", [fed([1, 1, 2, 2]), given([5, 7, 13, 15], "int64", [1, 1, 2, 2])], {
    attributes: { kernel_shape: [2, 2], strides: [2, 2] },
  }),
  node("MaxUnpool", [fed([1, 1, 2, 2]), given([5, 7, 13, 15], "int64", [1, 1, 2, 2]), known([1, 1, 5, 5])], {
    attributes: { kernel_shape: [2, 2], strides: [2, 2] },
  }),
  node("MaxRoiPool", [fed([1, 3, 8, 8]), given([0, 0, 0, 4, 4, 0, 1, 1, 5, 5], "float32", [2, 5])], {
    attributes: { pooled_shape: [2, 3] },
  }),
  node("RoiAlign", [
    fed([1, 3, 8, 8]),
    given([0, 0, 4, 4, 1, 1, 5, 5], "float32", [2, 4]),
    given([0, 0]),
  ], { attributes: { output_height: 2, output_width: 3 } }),
];

const floats = (...v: number[]) => known(v, "float32");
const image = fed([1, 2, 5, 6]);

export const RESAMPLING: Case[] = [
  node("Resize", [image, null, floats(1, 1, 2, 0.6)]),
  node("Resize", [image, null, null, known([1, 2, 3, 4])]),
  node("Resize", [image, null, floats(0.6, 1.7)], { attributes: { axes: [2, 3] } }),
  node("Resize", [image, null, null, known([3, 9])], {
    attributes: { axes: [2, 3], keep_aspect_ratio_policy: "not_larger" },
  }),
  node("Resize", [image, null, null, known([3, 9])], {
    attributes: { axes: [3, 2], keep_aspect_ratio_policy: "not_smaller" },
  }),
  node("Resize", [image, floats(0, 0, 0.2, 0.2, 1, 1, 0.8, 0.8), floats(1, 1, 2, 2)], {
    attributes: { coordinate_transformation_mode: "tf_crop_and_resize", mode: "linear" },
  }),
  node("Resize", [image, floats(), floats(), known([1, 2, 3, 4])], { opset: 11 }),
  node("Resize", [image, floats(1, 1, 2, 0.5)], { opset: 10 }),
  // ONNX Runtime treats a symbolic number of sizes as none.
  node("Resize", [image, null, null, given([1, 2, 3, 4])], { expected: [["float32", [1, 2, 3, 4]]] }),
  node("Upsample", [image, floats(1, 1, 2, 2)], { opset: 9 }),
  node("Upsample", [image], { opset: 7, attributes: { scales: [1, 1, 2, 3] } }),
  node("GridSample", [image, fed([1, 3, 4, 2])]),
  node("AffineGrid", [fed([2, 2, 3]), known([2, 3, 4, 5])]),
  node("AffineGrid", [fed([2, 3, 4]), known([2, 3, 4, 5, 6])]),
  node("AffineGrid", [fed([2, 2, 3]), given([2, 3, 4, 5])]),
];

const cell = (op: string, gates: number) => {
  const weights = (d: number) => [fed([d, gates * 4, 3]), fed([d, gates * 4, 4])];
  const outputs = op === "LSTM" ? 3 : 2;
  return [
    node(op, [fed([5, 2, 3]), ...weights(1)], { outputs, attributes: { hidden_size: 4 } }),
    node(op, [fed([5, 2, 3]), ...weights(2)], {
      outputs,
      opset: 7,
      attributes: {
        hidden_size: 4,
        direction: "bidirectional",
        ...op === "RNN" ? { activations: ["Tanh", "Relu"] } : {},
      },
    }),
    node(op, [fed([2, 5, 3]), ...weights(1)], {
      outputs,
      attributes: { hidden_size: 4, layout: 1 },
      expected: [["float32", [2, 5, 1, 4]], ["float32", [2, 1, 4]], ["float32", [2, 1, 4]]],
    }),
  ];
};

export const RECURRENT: Case[] = [...cell("RNN", 1), ...cell("GRU", 3), ...cell("LSTM", 4)];

const channel = () => fed([3]);

export const NORMALIZATION: Case[] = [
  node("BatchNormalization", [fed([2, 3, 4]), channel(), channel(), channel(), channel()]),
  node("BatchNormalization", [fed([2, 3, 4]), channel(), channel(), channel(), channel()], { opset: 9 }),
  node("BatchNormalization", [fed([2, 3, 4]), channel(), channel(), channel(), channel()], {
    outputs: 3,
    attributes: { training_mode: 1 },
  }),
  node("InstanceNormalization", [fed([2, 3, 4]), channel(), channel()]),
  node("GroupNormalization", [fed([2, 6, 4]), fed([6]), fed([6])], { attributes: { num_groups: 3 } }),
  node("LayerNormalization", [fed([2, 3, 4]), fed([3, 4])], { outputs: 3, attributes: { axis: 1 } }),
  node("LayerNormalization", [fed([2, 3, 4]), fed([4]), fed([4])]),
  node("RMSNormalization", [fed([2, 3, 4]), fed([4])], { opset: 23 }),
  node("LRN", [fed([2, 3, 4, 4])], { attributes: { size: 3 } }),
  node("LpNormalization", [fed([2, 3])]),
  node("MeanVarianceNormalization", [fed([2, 3, 4, 4])]),
  node("Dropout", [fed([2, 3])], { outputs: 2 }),
  node("Dropout", [fed([2, 3])], { outputs: 2, opset: 10 }),
  node("Dropout", [fed([2, 3])], { opset: 7 }),
];

export const ATTENTION: Case[] = [
  node("Attention", [fed([2, 4, 5, 8]), fed([2, 4, 6, 8]), fed([2, 4, 6, 10])], { opset: 23 }),
  node("Attention", [fed([2, 5, 32]), fed([2, 6, 16]), fed([2, 6, 20])], {
    opset: 23,
    attributes: { q_num_heads: 4, kv_num_heads: 2 },
  }),
  node("Attention", [
    fed([2, 4, 5, 8]),
    fed([2, 4, 6, 8]),
    fed([2, 4, 6, 10]),
    null,
    fed([2, 4, 3, 8]),
    fed([2, 4, 3, 10]),
  ], { opset: 23, outputs: 4 }),
  node("LinearAttention", [fed([2, 5, 32]), fed([2, 5, 16]), fed([2, 5, 20])], {
    opset: 27,
    outputs: 2,
    attributes: { q_num_heads: 4, kv_num_heads: 2, update_rule: "linear" },
    expected: [["float32", [2, 5, 40]], ["float32", [2, 2, 8, 10]]],
  }),
  node("RotaryEmbedding", [fed([2, 4, 5, 8]), fed([2, 5, 4]), fed([2, 5, 4])], { opset: 23 }),
  node("RotaryEmbedding", [fed([2, 5, 32]), fed([9, 4]), fed([9, 4]), fed([2, 5], "int64")], {
    opset: 23,
    attributes: { num_heads: 4 },
  }),
];

// ONNX Runtime's CPU provider has these losses only in builds for training.
export const LOSS: Case[] = ["none", "mean", "sum"].flatMap((reduction) => {
  const shape = reduction === "none" ? [2, 4] : [];
  const options = { opset: 13, attributes: { reduction } };
  return [
    node("NegativeLogLikelihoodLoss", [fed([2, 3, 4]), fed([2, 4], "int64")], {
      ...options,
      expected: [["float32", shape]],
    }),
    node("SoftmaxCrossEntropyLoss", [fed([2, 3, 4]), fed([2, 4], "int64"), fed([3])], {
      ...options,
      outputs: 2,
      expected: [["float32", shape], ["float32", [2, 3, 4]]],
    }),
  ];
});

export const QUANTIZATION: Case[] = [
  node("QuantizeLinear", [fed([2, 3]), scale]),
  node("QuantizeLinear", [fed([2, 3]), scale, known([0], "int8", [])]),
  node("QuantizeLinear", [fed([2, 3]), scale], { attributes: { output_dtype: "int8" } }),
  node("QuantizeLinear", [fed([2, 3]), scale], { opset: 10 }),
  node("DequantizeLinear", [fed([2, 3], "uint8"), scale]),
  node("DequantizeLinear", [fed([2, 3], "uint8"), scale, zero], { opset: 10 }),
  node("DequantizeLinear", [fed([2, 3], "uint8"), scale], { opset: 23 }),
  node("DynamicQuantizeLinear", [fed([2, 3])], { outputs: 3 }),
];

export const SIGNAL: Case[] = [
  node("DFT", [fed([2, 6, 1])]),
  node("DFT", [fed([2, 6, 1]), int(8), int(1)], { attributes: { onesided: 1 } }),
  node("DFT", [fed([2, 6, 2]), null, int(1)], { attributes: { inverse: 1 } }),
  // ONNX Runtime's own inference ignores the length given at run time.
  node("DFT", [fed([2, 6, 1]), given([8], "int64", [])], { bold: true }),
  node("DFT", [fed([2, 6, 1])], { opset: 17, attributes: { axis: 1 } }),
  node("DFT", [fed([2, 6, 2]), null, int(1)], {
    attributes: { inverse: 1, onesided: 1 },
    expected: [["float32", [2, 10, 1]]],
  }),
  node("STFT", [fed([2, 20, 1]), int(3), fed([8])]),
  node("STFT", [fed([2, 20, 1]), int(3), null, int(6)]),
  node("STFT", [fed([2, 20, 2]), int(3), fed([8])], { attributes: { onesided: 0 } }),
  ...["BlackmanWindow", "HammingWindow", "HannWindow"].map((op) => node(op, [int(7)])),
  node("HannWindow", [given([7], "int64", [])], { attributes: { output_datatype: 11 } }),
  node("MelWeightMatrix", [
    int(8),
    int(16),
    int(8000),
    known([0], "float32", []),
    known([4000], "float32", []),
  ]),
];

export const TEXT: Case[] = [
  node("StringNormalizer", [fed([3], "string")], {
    attributes: { stopwords: ["a 1"], is_case_sensitive: 1, locale: "C" },
  }),
  node("StringSplit", [fed([3, 2], "string")], { outputs: 2 }),
  node("TfIdfVectorizer", [fed([2, 5], "int64")], {
    attributes: {
      max_gram_length: 2,
      min_gram_length: 1,
      max_skip_count: 0,
      mode: "TF",
      ngram_counts: [0, 2],
      ngram_indexes: [0, 1, 2],
      pool_int64s: [1, 2, 1, 2],
    },
  }),
  node("ImageDecoder", [fed([30], "uint8")], {
    attributes: { pixel_format: "Grayscale" },
    expected: [["uint8", [7, 9, 1]]],
  }),
];
