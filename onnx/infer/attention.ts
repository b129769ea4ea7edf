/**
 * Attention.
 *
 * @module
 */
import { type Dim, type Shape, shapeText } from "../tensor/mod.ts";
import { checkEqual, checkRank, dtypeAt, shapeAt } from "./common.ts";
import { addDims, multiplyDims } from "./dims.ts";
import type { InferNode, InferRule } from "./types.ts";

/** Batch, heads, length and head size of an operand. */
type Heads = readonly [batch: Dim, heads: Dim, length: Dim, size: Dim];

/** Returns an operand by heads: `[B, H, T, D]` unchanged, `[B, T, H * D]` split by the number of heads. */
function byHeads(node: InferNode, i: number, headsName: string): Heads | undefined {
  const shape = shapeAt(node, i);
  checkRank(shape, [3, 4], `input ${"QKV"[i]}`);
  if (shape === undefined) return undefined;
  if (shape.length === 4) return shape as unknown as Heads;
  const heads = node.int(headsName);
  if (heads === undefined) throw new RangeError(`attribute '${headsName}' is required for inputs of rank 3`);
  return [shape[0]!, heads, shape[1]!, headSize(shape[2]!, heads, shape, headsName, node)];
}

function headSize(d: Dim, heads: number, shape: Shape, name: string, node: InferNode): Dim {
  if (typeof d === "string") return heads === 1 ? d : node.freshDim("head");
  if (heads < 1 || d % heads !== 0) {
    throw new RangeError(
      `the last dimension of ${shapeText(shape)} must be a multiple of '${name}', got ${heads}`,
    );
  }
  return d / heads;
}

/**
 * `Attention`: the result has the form of Q with V's head size; the caches are `[B, Hkv, past + T, D]`, the scores
 * `[B, Hq, Tq, past + T]`.
 */
const attention: InferRule = (node) => {
  const q = byHeads(node, 0, "q_num_heads");
  const k = byHeads(node, 1, "kv_num_heads");
  const v = byHeads(node, 2, "kv_num_heads");
  checkEqual(
    q?.[3],
    k?.[3],
    `heads of input Q must be as large as those of input K, got ${q?.[3]} and ${k?.[3]}`,
  );
  checkEqual(k?.[2], v?.[2], `inputs K and V must be equally long, got ${k?.[2]} and ${v?.[2]}`);
  const past = node.inputs[4] == null ? 0 : shapeAt(node, 4)?.[2] ?? node.freshDim("past");
  const length = k?.[2] ?? v?.[2];
  const total = length === undefined ? node.freshDim("total") : addDims(past, length, node.freshDim);
  const size = v?.[3] ?? node.freshDim("head");
  const packed = shapeAt(node, 0)?.length === 3;
  const y = q &&
    (packed ? [q[0], q[2], multiplyDims([q[1], size], node.freshDim)] : [q[0], q[1], q[2], size]);
  return [
    { shape: y },
    { shape: k && [k[0], k[1], total, k[3]] },
    { shape: v && [v[0], v[1], total, v[3]], dtype: dtypeAt(node, 2) },
    { shape: q && [q[0], q[1], q[2], total] },
  ];
};

/** `LinearAttention`: packed operands `[B, T, H * D]`; the state is `[B, Hkv, Dk, Dv]`. */
const linearAttention: InferRule = (node) => {
  const [q, k, v] = [
    byHeads(node, 0, "q_num_heads"),
    byHeads(node, 1, "kv_num_heads"),
    byHeads(node, 2, "kv_num_heads"),
  ];
  const past = shapeAt(node, 3);
  const size = v?.[3] ?? past?.[3] ?? node.freshDim("head");
  const keySize = k?.[3] ?? past?.[2] ?? node.freshDim("head");
  const batch = (q ?? k ?? v)?.[0] ?? past?.[0] ?? node.freshDim("batch");
  return [
    { shape: q && [q[0], q[2], multiplyDims([q[1], size], node.freshDim)] },
    { shape: [batch, node.int("kv_num_heads")!, keySize, size], dtype: dtypeAt(node, 3) ?? dtypeAt(node, 0) },
  ];
};

/** `RotaryEmbedding`: the input's shape. */
const rotary: InferRule = (node) => {
  const x = shapeAt(node, 0);
  checkRank(x, [3, 4], "input X");
  if (x?.length === 3) byHeads(node, 0, "num_heads");
  return [{ shape: x }];
};

/** Rules of the attention operators. */
export const ATTENTION: Readonly<Record<string, InferRule>> = {
  Attention: attention,
  LinearAttention: linearAttention,
  RotaryEmbedding: rotary,
};
