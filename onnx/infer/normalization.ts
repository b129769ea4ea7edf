/**
 * Normalization layers and dropout.
 *
 * @module
 */
import { type Dim, normalizeAxis } from "../tensor/mod.ts";
import { checkEqual, checkLeastRank, dtypeAt, dtypeAttribute, likeInput, shapeAt } from "./common.ts";
import type { InferRule } from "./types.ts";

/** `BatchNormalization`: the input's shape; further outputs hold one number a channel. */
const batch: InferRule = (node) => {
  const x = shapeAt(node, 0);
  checkLeastRank(x, 1, "input X");
  // A vector counts as a batch of one channel.
  const channels = x?.length === 1 ? 1 : x?.[1];
  const known = [1, 2, 3, 4].map((i) => shapeAt(node, i)?.[0]);
  for (const d of known) {
    checkEqual(channels, d, `scale, B, mean and var must have ${channels} entries, one a channel, got ${d}`);
  }
  const size: Dim = known.find((d) => typeof d === "number") ?? channels ?? node.freshDim("channels");
  return Array.from({ length: node.outputCount }, (_, i) => ({ shape: i === 0 ? x : [size] }));
};

/** `LayerNormalization`: statistics have size 1 from the axis on, and the type that `stash_type` names. */
const layer: InferRule = (node) => {
  const x = shapeAt(node, 0);
  const axis = x && normalizeAxis(node.int("axis") ?? -1, x.length);
  const shape = x?.map((d, i) => (i < axis! ? d : 1));
  const dtype = dtypeAttribute(node, "stash_type") ?? "float32";
  return [{ shape: x }, { shape, dtype }, { shape, dtype }];
};

/** `InstanceNormalization` and `GroupNormalization`: groups divide the channels. */
const group: InferRule = (node) => {
  const x = shapeAt(node, 0);
  checkLeastRank(x, 3, "the input");
  const groups = node.opType === "GroupNormalization" ? node.int("num_groups")! : 1;
  const channels = x?.[1];
  if (groups < 1 || typeof channels === "number" && channels % groups !== 0) {
    throw new RangeError(`attribute 'num_groups' must divide the ${channels} channels, got ${groups}`);
  }
  return [{ shape: x }];
};

const rms: InferRule = (node) => {
  const x = shapeAt(node, 0);
  if (x !== undefined) normalizeAxis(node.int("axis") ?? -1, x.length);
  return [{ shape: x, dtype: dtypeAt(node, 1) }];
};

/** `Dropout`: the mask is boolean from opset 10 on. */
const dropout: InferRule = (node) => {
  const shape = shapeAt(node, 0);
  return [{ shape }, { shape, dtype: node.opset >= 10 ? "bool" : dtypeAt(node, 0) }];
};

/** Rules of the normalization layers. */
export const NORMALIZATION: Readonly<Record<string, InferRule>> = {
  BatchNormalization: batch,
  Dropout: dropout,
  GroupNormalization: group,
  InstanceNormalization: group,
  LRN: likeInput(),
  LayerNormalization: layer,
  LpNormalization: likeInput(),
  MeanVarianceNormalization: likeInput(),
  RMSNormalization: rms,
};
