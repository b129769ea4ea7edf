/**
 * Layers of networks: convolutions, pools, normalisations, recurrences, attention and losses.
 *
 * @module
 */
import { type Dim, normalizeAxis, type Shape, shapeText } from "../shape.ts";
import { freshShape, mayEqual, one } from "./common.ts";
import type { InferNode, InferRule } from "./types.ts";

/** The spatial sizes after a window slides over them. */
function windowed(
  node: InferNode,
  spatial: Shape,
  { kernel, dilations }: { kernel: readonly Dim[]; dilations: readonly number[] },
): Dim[] {
  const strides = node.ints("strides") ?? spatial.map(() => 1);
  const pads = node.ints("pads") ?? spatial.flatMap(() => [0, 0]);
  const auto = node.string("auto_pad") ?? "NOTSET";
  return spatial.map((d, i) => {
    const k = kernel[i];
    if (typeof d !== "number" || typeof k !== "number") return node.freshDim();
    const [stride, reach] = [strides[i]!, dilations[i]! * (k - 1) + 1];
    if (auto === "SAME_UPPER" || auto === "SAME_LOWER") return Math.ceil(d / stride);
    const padded = auto === "VALID" ? d : d + pads[i]! + pads[i + spatial.length]!;
    if (padded < reach) {
      throw new RangeError(
        `the window spans ${reach} elements, dimension ${i + 2} has ${padded} with its pads`,
      );
    }
    const steps = (padded - reach) / stride;
    let count = node.int("ceil_mode") ? Math.ceil(steps) + 1 : Math.floor(steps) + 1;
    // A window that starts in the padding behind the data is dropped.
    if (node.int("ceil_mode") && auto === "NOTSET" && (count - 1) * stride >= d + pads[i]!) count--;
    return count;
  });
}

const conv: InferRule = (node) => {
  const [x, w] = [node.inputs[0]?.shape, node.inputs[1]?.shape];
  if (x === undefined) return [{}];
  const group = node.int("group")!;
  if (w !== undefined) {
    if (w.length !== x.length) {
      throw new RangeError(`X ${shapeText(x)} and W ${shapeText(w)} must have the same rank`);
    }
    const channels = typeof w[1] === "number" ? w[1] * group : "?";
    if (!mayEqual(x[1]!, channels)) {
      throw new RangeError(`X has ${x[1]} channels, W ${shapeText(w)} in ${group} groups takes ${channels}`);
    }
  }
  const kernel = node.ints("kernel_shape") ?? w?.slice(2) ?? [];
  const dilations = node.ints("dilations") ?? x.slice(2).map(() => 1);
  return one([
    x[0]!,
    w?.[0] ?? node.freshDim("channels"),
    ...windowed(node, x.slice(2), { kernel, dilations }),
  ]);
};

const convTranspose: InferRule = (node) => {
  const [x, w] = [node.inputs[0]?.shape, node.inputs[1]?.shape];
  if (x === undefined || w === undefined) return [{}];
  const spatial = x.slice(2);
  const strides = node.ints("strides") ?? spatial.map(() => 1);
  const dilations = node.ints("dilations") ?? spatial.map(() => 1);
  const extra = node.ints("output_padding") ?? spatial.map(() => 0);
  const pads = node.ints("pads") ?? spatial.flatMap(() => [0, 0]);
  const auto = node.string("auto_pad")!;
  const kernel = node.ints("kernel_shape") ?? w.slice(2);
  const given = node.ints("output_shape");
  const sizes = spatial.map((d, i): Dim => {
    if (given !== undefined) return given[given.length - spatial.length + i]!;
    const k = kernel[i];
    if (typeof d !== "number" || typeof k !== "number") return node.freshDim();
    if (auto.startsWith("SAME")) return d * strides[i]!;
    const full = strides[i]! * (d - 1) + extra[i]! + (k - 1) * dilations[i]! + 1;
    return auto === "VALID" ? full : full - pads[i]! - pads[i + spatial.length]!;
  });
  const out = typeof w[1] === "number" ? w[1] * node.int("group")! : node.freshDim("channels");
  return one([x[0]!, out, ...sizes]);
};

const pool: InferRule = (node) => {
  const x = node.inputs[0]?.shape;
  if (x === undefined) return [{}, {}];
  const dilations = node.ints("dilations") ?? x.slice(2).map(() => 1);
  const shape = [
    x[0]!,
    x[1]!,
    ...windowed(node, x.slice(2), { kernel: node.ints("kernel_shape")!, dilations }),
  ];
  return [{ shape }, { shape }];
};

const globalPool: InferRule = (node) => {
  const x = node.inputs[0]?.shape;
  return one(x?.map((d, i) => (i < 2 ? d : 1)));
};

const batchNormalization: InferRule = (node) => {
  const channels = node.inputs[1]?.shape;
  return [{ shape: node.inputs[0]?.shape }, ...Array.from({ length: 4 }, () => ({ shape: channels }))];
};

/** The result, and the mean and inverse deviation with the normalised dimensions at size 1. */
const layerNormalization: InferRule = (node) => {
  const shape = node.inputs[0]?.shape;
  if (shape === undefined) return [{}];
  const axis = normalizeAxis(node.int("axis")!, shape.length);
  const reduced = shape.map((d, i) => (i < axis ? d : 1));
  return [{ shape }, { shape: reduced, dtype: "float32" }, { shape: reduced, dtype: "float32" }];
};

/** RNN, GRU and LSTM: all hidden states, then the last, then (LSTM) the last cell. */
const recurrent: InferRule = (node) => {
  const [x, r] = [node.inputs[0]?.shape, node.inputs[2]?.shape];
  if (x === undefined) return [{}, {}, {}];
  const hidden = node.int("hidden_size") ?? r?.at(-1) ?? node.freshDim("hidden");
  const directions = node.string("direction") === "bidirectional" ? 2 : 1;
  const batchFirst = node.int("layout") === 1;
  const [steps, batch] = batchFirst ? [x[1]!, x[0]!] : [x[0]!, x[1]!];
  const all: Shape = batchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden];
  const last: Shape = batchFirst ? [batch, directions, hidden] : [directions, batch, hidden];
  return [{ shape: all }, { shape: last }, { shape: last }];
};

/** Attention on `[B, heads, T, d]`, or on `[B, T, heads d]` with the numbers of heads as attributes. */
const attention: InferRule = (node) => {
  const [q, k, v] = [node.inputs[0]?.shape, node.inputs[1]?.shape, node.inputs[2]?.shape];
  if (q === undefined || v === undefined) return [];
  const past = node.inputs[4]?.shape;
  if (q.length === 4) {
    const total = past ? node.freshDim("total") : k?.[2] ?? node.freshDim("total");
    const present = (s: Shape | undefined): Shape | undefined => s && [s[0]!, s[1]!, total, s[3]!];
    return [{ shape: [q[0]!, q[1]!, q[2]!, v[3]!] }, { shape: present(k) }, { shape: present(v) }, {
      shape: [q[0]!, q[1]!, q[2]!, total],
    }];
  }
  const [heads, kvHeads] = [node.int("q_num_heads")!, node.int("kv_num_heads")!];
  const each = typeof v[2] === "number" ? v[2] / kvHeads : undefined;
  return [{ shape: [q[0]!, q[1]!, each === undefined ? node.freshDim() : each * heads] }];
};

/** The loss, a scalar or one a target, and the log-probabilities. */
const loss: InferRule = (node) => {
  const [scores, targets] = [node.inputs[0]?.shape, node.inputs[1]?.shape];
  if (scores !== undefined && targets !== undefined) {
    const expected = scores.toSpliced(1, 1);
    const fits = targets.length === expected.length && targets.every((d, i) => mayEqual(d, expected[i]!));
    if (!fits) {
      throw new RangeError(
        `scores ${shapeText(scores)} need targets ${shapeText(expected)}, got ${shapeText(targets)}`,
      );
    }
  }
  return [{ shape: node.string("reduction") === "none" ? targets : [] }, { shape: scores }];
};

const col2im: InferRule = (node) => {
  const x = node.inputs[0]?.shape;
  return x === undefined ? [{}] : one([x[0]!, ...freshShape(node, 1 + (node.ints("pads")?.length ?? 4) / 2)]);
};

const gridSample: InferRule = (node) => {
  const [x, grid] = [node.inputs[0]?.shape, node.inputs[1]?.shape];
  return x && grid ? one([x[0]!, x[1]!, ...grid.slice(1, -1)]) : [{}];
};

/** Rules by operator. */
export const NETWORK: Readonly<Record<string, InferRule>> = {
  Conv: conv,
  ConvInteger: conv,
  ConvTranspose: convTranspose,
  MaxPool: pool,
  AveragePool: pool,
  LpPool: pool,
  GlobalAveragePool: globalPool,
  GlobalMaxPool: globalPool,
  GlobalLpPool: globalPool,
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  RMSNormalization: (node) => [{ shape: node.inputs[0]?.shape }],
  RNN: recurrent,
  GRU: recurrent,
  LSTM: recurrent,
  Attention: attention,
  SoftmaxCrossEntropyLoss: loss,
  NegativeLogLikelihoodLoss: loss,
  Col2Im: col2im,
  GridSample: gridSample,
};
