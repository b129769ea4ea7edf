import { assert } from "@std/assert";
import type { Value } from "../../../onnx/mod.ts";
import { randomBits } from "../../../random/mod.ts";
import { blockTest } from "../blocks/blocks.ts";
import { apart, counted, type Network } from "./networks.ts";

/** Networks to draw. */
const NETWORKS = 12;
/** Layers of each, besides its first convolution. */
const LAYERS = 7;
/** Float32 rounding through all layers, relative to the largest entry of a result. */
const ROUNDING = 2e-4;

/** Draws whole numbers below `n`, always the same for a seed. */
function dice(seed: number): (n: number) => number {
  let i = 0;
  const bits = randomBits({ seed, stream: "networks" }, 1000);
  return (n) => bits[i++]! % n;
}

type Draw = (n: number) => number;

/** A layer: takes an image, and perhaps others, to an image. */
type Layer = (n: Network, x: Value, at: { draw: Draw; others: readonly Value[] }) => Value;

const channelsOf = (x: Value) => x.shape![1] as number;

/** Channels of a convolution: some fill blocks, some do not. */
function channels(block: number, draw: Draw): number {
  return [block, 2 * block, block + block / 2, 6, 12][draw(5)]!;
}

const scale = ({ g }: Network, x: Value) => g.mul(x, 0.1);

const LAYERS_OF: readonly Layer[] = [
  (n, x, { draw }) => scale(n, n.conv(x, channels(n.block, draw), { bias: draw(2) === 1 })),
  (n, x, { draw }) => n.conv(x, channels(n.block, draw), { size: 1, pad: 0 }),
  (n, x) => n.conv(x, channelsOf(x), { group: channelsOf(x) }),
  (n, x) => sizeOf(x) < 4 ? x : scale(n, n.conv(x, 2 * n.block, { stride: 2 })),
  (n, x) => n.normalized(x),
  (n, x) => n.g.relu(n.normalized(x)),
  ({ g }, x) => g.relu(x),
  ({ g }, x) => g.clip(g.hardSwish(x), -1, 6),
  (n, x) => n.g.add(n.g.mul(x, n.parameter([channelsOf(x), 1, 1])), n.parameter([1, channelsOf(x), 1, 1])),
  ({ g }, x) => g.mul(x, g.sigmoid(g.globalAveragePool(x))),
  ({ g }, x) => sizeOf(x) < 4 ? x : g.maxPool(x, { kernel_shape: [2, 2], strides: [2, 2] })[0]!,
  ({ g }, x) => sizeOf(x) < 4 ? x : g.averagePool(x, { kernel_shape: [2, 2], strides: [2, 2] }),
  ({ g }, x) => g.averagePool(x, { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }),
  ({ g }, x) => g.maxPool(x, { kernel_shape: [3, 3], pads: [1, 1, 1, 1] })[0]!,
  ({ g }, x) => sizeOf(x) < 4 ? x : g.slice(x, [0, 1], [100, 100], [2, 3], [2, 2]),
  (n, x) => n.g.pad(x, [n.block / 2, n.block / 2], null, [1]),
  ({ g, block }, x) => channelsOf(x) <= block ? x : g.slice(x, [block / 2], [-block / 2], [1]),
  ({ g }, x, { others }) => g.add(x, others.find((v) => `${v.shape}` === `${x.shape}`) ?? x),
  ({ g }, x, { others }) => {
    const fits = others.filter((v) => v.shape!.every((d, i) => i === 1 || d === x.shape![i]));
    return g.concat([x, ...fits.slice(0, 2)], { axis: 1 });
  },
  ({ g }, x) => g.softmax(x, { axis: 1 }),
  ({ g }, x) => g.sub(x, g.reduceMean(x, [1, 2, 3])),
];

function sizeOf(x: Value): number {
  return Math.min(...x.shape!.slice(2) as number[]);
}

/** Builds a network with two heads, and returns losses, gradients and an image in the middle. */
function drawn(seed: number, n: Network): Record<string, Value> {
  const draw = dice(seed);
  const { g } = n;
  let x = scale(n, n.conv(n.input([16, [3, n.block][draw(2)]!, 8, 8]), n.block));
  const others: Value[] = [x];
  for (let i = 0; i < LAYERS; i++) {
    x = LAYERS_OF[draw(LAYERS_OF.length)]!(n, x, { draw, others });
    others.unshift(x);
  }
  const middle = others[draw(others.length)]!;
  const heads = [
    g.reshape(g.reduceMean(g.mul(x, x), [1, 2, 3]), [-1]),
    g.reshape(g.reduceSum(g.tanh(g.flatten(middle)), [1]), [-1]),
  ];
  const loss = g.add(heads[0]!, heads[1]!);
  const gradients = n.gradients(loss);
  return {
    loss,
    middle: g.identity(middle),
    ...Object.fromEntries(gradients.map((v, i) => [`gradient${i}`, v])),
  };
}

blockTest(`layout: ${NETWORKS} random networks have the same results and gradients`, async (block) => {
  let inBlocks = 0;
  for (let seed = 0; seed < NETWORKS; seed++) {
    const { distance, graph } = await apart((n) => drawn(seed, n), block, { least: 1e-3 });
    assert(distance < ROUNDING, `network ${seed}: ${distance}`);
    inBlocks += counted(graph)["*Conv"] ?? 0;
  }
  assert(inBlocks > 5 * NETWORKS, `${inBlocks} nodes in blocks`);
});
