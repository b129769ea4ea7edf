import { assert, assertEquals } from "@std/assert";
import type { Value } from "../../../onnx/mod.ts";
import { blockTest } from "../blocks/blocks.ts";
import { apart, type Build, counted, type Network } from "./networks.ts";

/** Float32 rounding of short sums, relative to the largest entry of a result. */
const ROUNDING = 4e-6;

/** An operator between convolutions, and what it becomes. */
interface Case {
  readonly name: string;
  /** Builds the operator behind `x`, an image in blocks, `[N, 2 b, 8, 8]`. */
  readonly build: (n: Network, x: Value) => Value | readonly Value[];
  /** How many nodes of some operators there are; those on blocks have a star. */
  readonly counts: Readonly<Record<string, number>>;
}

const scalar = (n: Network) => n.input([]);

const CASES: readonly Case[] = [
  { name: "Relu joins its convolution", build: ({ g }, x) => g.relu(x), counts: { "*Conv": 2, Relu: 0 } },
  {
    name: "Relu behind a value with another reader stays",
    build: ({ g }, x) => [g.relu(x), g.neg(x)],
    counts: { Relu: 1 },
  },
  { name: "elements", build: ({ g }, x) => g.exp(g.clip(g.neg(g.hardSwish(x)), -1, 2)), counts: { Exp: 1 } },
  {
    name: "a mask of booleans",
    build: ({ g }, x) => g.where(g.and(g.greater(x, 0), g.not(g.equal(x, 1))), g.tanh(x), -2),
    counts: { Where: 1, And: 1 },
  },
  { name: "scalars", build: (n, x) => n.g.pow(n.g.abs(n.g.mul(scalar(n), x)), 2), counts: { Pow: 1 } },
  {
    name: "a number an example",
    build: (n, x) => n.g.mul(x, n.input([3, 1, 1, 1], { symbolic: true })),
    counts: { Mul: 1 },
  },
  {
    name: "a plain image is reordered",
    build: (n, x) => n.g.max([n.input([3, 2 * n.block, 8, 8], { symbolic: true }), x]),
    counts: { Max: 1, "*ReorderInput": 2, "*ReorderOutput": 1 },
  },
  {
    name: "scales and shifts a channel are one node each",
    build: (n, x) => {
      const vector = () => n.input([2 * n.block, 1, 1]);
      const { g } = n;
      return g.sub(g.div(g.sub(vector(), g.mul(g.add(x, vector()), vector())), g.exp(vector())), vector());
    },
    counts: { "*Conv": 7, Add: 0, Sub: 0, Mul: 0, Div: 0 },
  },
  {
    name: "an image divides a number a channel",
    build: (n, x) => n.g.div(n.input([1, 2 * n.block, 1, 1]), n.g.exp(x)),
    counts: { Div: 1, Expand: 1 },
  },
  {
    name: "a number an example and channel, a number a place, of one example and of each",
    build: (n, x) => {
      const { g } = n;
      const c = 2 * n.block;
      const means = g.globalAveragePool(x);
      const places = g.add(n.input([8, 8]), n.input([3, 1, 8, 8], { symbolic: true }));
      return [g.mul(x, g.sigmoid(means)), g.min([x, n.input([c, 1, 1])]), g.mul(x, places)];
    },
    counts: { Expand: 3 },
  },
  {
    name: "a number a row has no form in blocks",
    build: (n, x) => n.g.mul(x, n.input([8, 1])),
    counts: { Mul: 1, "*ReorderInput": 2, "*ReorderOutput": 2 },
  },
  {
    name: "batch normalization in inference form, the sum with a shortcut and Relu are one node",
    build: (n, x) => {
      const vector = () => n.g.exp(n.input([2 * n.block]));
      const [y] = n.g.emit("BatchNormalization", [x, vector(), vector(), vector(), vector()]);
      return n.g.relu(n.g.add(n.conv(x, 2 * n.block), y!));
    },
    // An Add is left, of epsilon.
    counts: { "*Conv": 4, BatchNormalization: 0, Add: 1, Relu: 0 },
  },
  {
    name: "a bias and statistics whose number is known at run time only stay plain",
    build: (n, x) => {
      const { g, block } = n;
      // As many as there are, of more.
      const vector = () =>
        g.exp(g.slice(n.input([block + 1]), [0], g.reshape(g.cast(count, { to: "int64" }), [1])));
      const count = g.add(g.mul(scalar(n), 0), block);
      const y = n.conv(x, block);
      const z = g.conv(y, n.parameter([block, block, 1, 1]), vector(), { kernel_shape: [1, 1] });
      return [z, g.emit("BatchNormalization", [y, vector(), vector(), vector(), vector()])[0]!];
    },
    counts: { Conv: 1, BatchNormalization: 1 },
  },
  {
    name: "two sums: one joins each convolution",
    build: (n, x) => {
      const y = () => n.conv(x, 2 * n.block);
      return n.g.relu(n.g.add(n.g.add(n.g.add(x, y()), y()), y()));
    },
    counts: { "*Conv": 5, Add: 0, Relu: 0 },
  },
  { name: "a sum with itself", build: ({ g }, x) => g.add(x, x), counts: { Add: 1 } },
  {
    name: "means and sums over places",
    build: ({ g }, x) => [
      g.reduceMean(x, [2, 3], { keepdims: 0 }),
      g.reduceSum(x, [-1, 0, 2]),
      g.reduceSum(x, [1, 2, 3], { keepdims: 0 }),
      g.reduceMean(x, null, { keepdims: 0 }),
      g.globalAveragePool(x),
    ],
    counts: { "*GlobalAveragePool": 1, "*ReorderOutput": 0 },
  },
  {
    name: "means over channels",
    build: ({ g }, x) => g.reduceMean(x, [1]),
    counts: { "*GlobalAveragePool": 0, ReduceMean: 1 },
  },
  {
    name: "Expand to all places is written in the form that is read",
    build: ({ g }, x) => {
      const wide = g.expand(g.globalAveragePool(x), g.shape(x));
      return [g.sub(x, wide), g.reduceMax(wide, [1])];
    },
    counts: { Expand: 2, "*ReorderInput": 1, "*ReorderOutput": 1 },
  },
  {
    name: "Expand to more examples is plain",
    build: (n, x) => n.g.expand(n.input([2 * n.block, 1, 1]), n.g.shape(x)),
    counts: { Expand: 1 },
  },
  {
    name: "Expand of an operand with fewer axes, over as many examples as it has channels or rows",
    build: (n) => {
      const wide = (shape: readonly number[], to: readonly number[]) =>
        n.g.expand(n.input(shape), n.g.constant(to, "int64"));
      const c = n.block;
      return [wide([c, 1, 1], [c, c, 8, 8]), wide([8, 8], [8, c, 8, 8])];
    },
    counts: { Expand: 2 },
  },
  {
    name: "a convolution of images of one place, whose channels are padded",
    build: (n) => n.conv(n.input([3, 1.5 * n.block, 1, 1], { symbolic: true }), n.block, { size: 1, pad: 0 }),
    counts: { "*Conv": 1, "*ReorderInput": 1 },
  },
  {
    name: "pools",
    build: ({ g }, x) => [
      g.maxPool(x, { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] })[0]!,
      g.averagePool(x, { kernel_shape: [2, 2], strides: [2, 2] }),
      g.averagePool(x, { kernel_shape: [3, 3], pads: [1, 1, 1, 1], count_include_pad: 1 }),
      g.averagePool(x, { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }),
    ],
    counts: { "*MaxPool": 1, "*AveragePool": 3, MaxPool: 0, AveragePool: 0 },
  },
  {
    name: "a pool whose last windows reach far beyond the image stays plain",
    build: ({ g }, x) =>
      g.maxPool(x, { kernel_shape: [2, 2], dilations: [3, 3], strides: [3, 3], ceil_mode: 1 })[0]!,
    counts: { "*MaxPool": 0, MaxPool: 1 },
  },
  {
    name: "a pool that returns places stays plain",
    build: ({ g }, x) => {
      const [y, places] = g.maxPool(x, { kernel_shape: [2, 2], outputs: 2 });
      return [y, g.cast(places, { to: "float32" })];
    },
    counts: { "*MaxPool": 0, MaxPool: 1 },
  },
  {
    name: "Concat and Split of channels and examples",
    build: (n, x) => {
      const { g, block } = n;
      const joined = g.concat([x, n.conv(x, block)], { axis: 1 });
      const [a, b] = g.split(joined, [block, 2 * block], { axis: -3, outputs: 2 }) as [Value, Value];
      return [n.conv(joined, block), g.neg(a), g.concat([b, x], { axis: 0 })];
    },
    counts: { Concat: 2, Split: 1, "*ReorderInput": 1, "*ReorderOutput": 3 },
  },
  {
    name: "Concat with an image whose channels do not fill blocks",
    build: (n, x) => n.g.concat([x, n.input([3, 3, 8, 8], { symbolic: true })], { axis: 1 }),
    counts: { Concat: 1, "*ReorderInput": 1, "*ReorderOutput": 1 },
  },
  {
    name: "Concat along places is plain",
    build: ({ g }, x) =>
      g.concat([g.concat([x, g.neg(x)], { axis: 2 }), g.concat([x, x], { axis: 2 })], { axis: 3 }),
    counts: { Concat: 3, "*ReorderInput": 2, "*ReorderOutput": 3 },
  },
  {
    name: "Dropout that returns its mask is plain",
    build: ({ g }, x) => g.emit("Dropout", [x], { outputs: 2 }).map((v) => g.cast(v, { to: "float32" })),
    counts: { Dropout: 1 },
  },
  {
    name: "Slice of blocks, of places with steps, and of other channels",
    build: ({ g, block }, x) => [
      g.slice(x, [block, 1, 7], [2 * block, 7, -9], [1, 2, 3], [1, 2, -3]),
      g.slice(x, [block / 2], [-block / 2], [1]),
      g.slice(x, [1], [3], [0]),
    ],
    counts: { "*Conv": 5, Slice: 2, "*ReorderInput": 1, "*ReorderOutput": 3 },
  },
  {
    name: "Slice of other channels stays plain where a constant is infinite",
    build: ({ g, block }, x) =>
      g.sigmoid(g.slice(g.where(g.greater(x, 0), x, -Infinity), [block / 2], [-block / 2], [1])),
    counts: { "*Conv": 2, Slice: 1 },
  },
  {
    name: "Slice of other channels stays plain where a logarithm may be infinite",
    build: ({ g, block }, x) => g.sigmoid(g.slice(g.log(g.max([x, 0])), [block / 2], [-block / 2], [1])),
    counts: { "*Conv": 2, Slice: 1 },
  },
  {
    name: "Slice of channels with steps stays plain",
    build: ({ g, block }, x) => g.slice(x, [0], [2 * block], [1], [2]),
    counts: { Slice: 1, "*ReorderInput": 2, "*ReorderOutput": 2 },
  },
  {
    name: "Pad of blocks and places with a number, and of other channels with zeros",
    build: (n, x) => [
      n.g.pad(x, [0, n.block, 1, 0, 0, 0, -2, 3], scalar(n)),
      n.g.pad(x, [n.block / 2, n.block / 2], null, [1]),
      n.g.pad(x, n.g.neg(n.g.constant([0, n.block / 2, 0, 0, 0, n.block / 2, 0, 0], "int64"))),
    ],
    counts: { "*Conv": 6, Pad: 1, "*ReorderInput": 1, "*ReorderOutput": 3 },
  },
  {
    name: "Pad of other channels with a number, and by reflection, stay plain",
    build: (n, x) => [
      n.g.pad(x, [n.block / 2, n.block / 2], scalar(n), [1]),
      n.g.pad(x, [0, 0, 1, 1, 0, 0, 1, 1], null, null, { mode: "reflect" }),
    ],
    counts: { Pad: 2, "*ReorderInput": 3, "*ReorderOutput": 3 },
  },
  {
    name: "copies, shapes",
    build: ({ g }, x) => {
      const [y] = g.emit("Dropout", [g.identity(x), 0.5]);
      return [g.neg(y!), g.reshape(g.tanh(y!), x.shape!.map((d) => (typeof d === "number" ? d : -1)))];
    },
    counts: { Dropout: 0, "*ReorderInput": 1, "*ReorderOutput": 2 },
  },
  {
    name: "the shape of an image in blocks",
    build: ({ g }, x) =>
      g.neg(
        g.mul(
          x,
          g.cast(g.add(g.size(x), g.reduceProd(g.shape(x), null, { keepdims: 0 })), { to: "float32" }),
        ),
      ),
    counts: { Shape: 1, Size: 1 },
  },
  {
    name: "what a subgraph reads is plain",
    build: ({ g }, x) =>
      g.if(g.greater(g.reduceMean(x, null, { keepdims: 0 }), 0), (b) => [b.neg(x)], (b) => [b.abs(x)]),
    counts: { If: 1, "*ReorderInput": 2, "*ReorderOutput": 2 },
  },
  {
    name: "an operator without a rule is plain",
    build: ({ g }, x) => g.softmax(x, { axis: 1 }),
    counts: { "*ReorderOutput": 2 },
  },
];

for (const { name, build, counts } of CASES) {
  blockTest(`layout: ${name}`, async (block) => {
    const whole: Build = (n) => {
      const c = 2 * n.block;
      const x = n.conv(n.input([3, c, 8, 8], { symbolic: true }), c, { bias: true });
      // The operator stands between convolutions; a result that is no image of blocks is an output.
      const results = [build(n, x)].flat().map((y) => (isImage(y, n.block) ? n.conv(y, n.block) : y));
      return Object.fromEntries(results.map((y, i) => [`y${i}`, y]));
    };
    const { distance, graph } = await apart(whole, block);
    assert(distance < ROUNDING, `${distance}`);
    const found = counted(graph);
    assertEquals(Object.fromEntries(Object.keys(counts).map((op) => [op, found[op] ?? 0])), counts);
  });
}

function isImage(y: Value, block: number): boolean {
  return y.shape?.length === 4 && y.known.dtype === "float32" && Number(y.shape[1]) % block === 0 &&
    Number(y.shape[2]) > 2;
}
