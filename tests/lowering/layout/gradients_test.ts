import { assert, assertEquals } from "@std/assert";
import type { Value } from "../../../onnx/mod.ts";
import { blockTest } from "../blocks/blocks.ts";
import { apart, type Build, counted, type Network } from "./networks.ts";

/** Float32 rounding of sums over a batch, relative to the largest entry of a gradient. */
const ROUNDING = 2e-5;

/** A layer between convolutions, and what its gradient becomes. */
interface Case {
  readonly name: string;
  /** Builds the layer behind `x`, `[16, 2 b, 24, 24]`. */
  readonly build: (n: Network, x: Value) => Value;
  /** How many nodes of some operators there are; those on blocks have a star. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Counts of a network that is in blocks throughout: reorders are those of weight gradients and of the input. */
const NO_COMPOSITE = {
  ConvTranspose: 0,
  Conv: 0,
  MaxPool: 0,
  AveragePool: 0,
  BatchNormalization: 0,
  ScatterElements: 0,
};

const CASES: readonly Case[] = [
  {
    name: "convolution",
    build: (_, x) => x,
    counts: { ...NO_COMPOSITE, "*Conv": 4 },
  },
  {
    name: "convolution with strides",
    build: (n, x) => n.conv(x, 2 * n.block, { stride: 2 }),
    counts: { ...NO_COMPOSITE },
  },
  {
    name: "convolution of channels each by itself",
    build: (n, x) => n.conv(x, 2 * n.block, { group: 2 * n.block }),
    counts: { ...NO_COMPOSITE },
  },
  {
    name: "bias",
    build: (n, x) => n.g.add(x, n.parameter([2 * n.block, 1, 1])),
    counts: { ...NO_COMPOSITE, "*GlobalAveragePool": 1 },
  },
  {
    name: "Relu with a shortcut",
    build: (n, x) => n.g.add(x, n.g.relu(n.conv(x, 2 * n.block))),
    // The cotangent of the shortcut joins the convolution of the other.
    counts: { ...NO_COMPOSITE, Relu: 0, Add: 1 },
  },
  {
    name: "batch normalization over the batch",
    build: (n, x) => n.normalized(x),
    counts: { ...NO_COMPOSITE, "*GlobalAveragePool": 4 },
  },
  {
    name: "batch normalization in inference form",
    build(n, x) {
      const vectors = [0, 1, 2].map(() => n.parameter([2 * n.block]));
      const variance = n.g.exp(n.parameter([2 * n.block]));
      return n.g.emit("BatchNormalization", [x, ...vectors, variance])[0]!;
    },
    counts: { ...NO_COMPOSITE },
  },
  {
    name: "maximum pool that leaves places out",
    build: ({ g }, x) => g.maxPool(x, { kernel_shape: [2, 3], strides: [3, 3] })[0]!,
    counts: { ...NO_COMPOSITE, "*MaxPool": 4 },
  },
  {
    name: "maximum pool of equal entries",
    build(n, x) {
      const y = n.g.mul(n.g.sign(x), n.parameter([2 * n.block, 1, 1]));
      return n.g.maxPool(y, { kernel_shape: [3, 3], strides: [3, 3] })[0]!;
    },
    counts: { ...NO_COMPOSITE },
  },
  {
    name: "maximum pool whose windows overlap",
    build: ({ g }, x) => g.maxPool(x, { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] })[0]!,
    counts: { ...NO_COMPOSITE, ScatterND: 0 },
  },
  {
    name: "maximum pool of equal entries whose windows overlap, differently along either axis",
    build(n, x) {
      const y = n.g.mul(n.g.sign(x), n.parameter([2 * n.block, 1, 1]));
      return n.g.maxPool(y, { kernel_shape: [5, 4], strides: [2, 3], pads: [2, 1, 1, 0] })[0]!;
    },
    counts: { ...NO_COMPOSITE, ScatterND: 0 },
  },
  {
    name: "maximum pool whose windows overlap along one axis and lie apart along the other",
    build: ({ g }, x) => g.maxPool(x, { kernel_shape: [2, 3], strides: [3, 1], pads: [0, 1, 0, 1] })[0]!,
    counts: { ...NO_COMPOSITE, ScatterND: 0 },
  },
  {
    name: "maximum pool whose windows overlap and reach less far than the image stays plain",
    build: ({ g }, x) => g.maxPool(x, { kernel_shape: [3, 3], strides: [2, 2] })[0]!,
    counts: { MaxPool: 1, ScatterND: 1 },
  },
  {
    name: "average pool",
    build: ({ g }, x) => g.averagePool(x, { kernel_shape: [2, 4], strides: [2, 4] }),
    counts: { ...NO_COMPOSITE, "*AveragePool": 1, Expand: 3 },
  },
  {
    name: "average pool whose windows overlap and leave places out",
    build: ({ g }, x) => g.averagePool(x, { kernel_shape: [3, 3], strides: [1, 1] }),
    counts: { ...NO_COMPOSITE, "*AveragePool": 1 },
  },
  {
    name: "global average pool and Expand",
    build: ({ g }, x) => g.mul(x, g.sigmoid(g.globalAveragePool(x))),
    counts: { ...NO_COMPOSITE },
  },
  {
    name: "Concat",
    build: (n, x) => n.g.concat([x, n.conv(x, n.block)], { axis: 1 }),
    counts: { ...NO_COMPOSITE, Concat: 4, Split: 1 },
  },
  {
    name: "Slice with steps and Pad of half a block",
    build: ({ g, block }, x) =>
      g.pad(g.slice(x, [0, 1], [24, 24], [2, 3], [2, 3]), [block / 2, block / 2], null, [1]),
    counts: { ...NO_COMPOSITE, Slice: 1, Pad: 3 },
  },
];

for (const { name, build, counts } of CASES) {
  blockTest(`layout: gradient of ${name}`, async (block) => {
    const whole: Build = (n) => {
      const c = 2 * n.block;
      const y = build(n, n.conv(n.input([16, c, 24, 24]), c));
      const gradients = n.gradients(n.conv(y, n.block));
      return Object.fromEntries(gradients.map((v, i) => [`gradient${i}`, v]));
    };
    const { distance, graph } = await apart(whole, block);
    assert(distance < ROUNDING, `${distance}`);
    const found = counted(graph);
    assertEquals(Object.fromEntries(Object.keys(counts).map((op) => [op, found[op] ?? 0])), counts);
  });
}
