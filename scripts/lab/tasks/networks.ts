/**
 * The networks that classify examples in experiments and papers, by name.
 *
 * @module
 */
import {
  buildModel,
  cifarnet,
  dense,
  densenet,
  Graph,
  heNormal,
  lenet,
  linear,
  mlp,
  type Model,
  resnet,
  vgg,
  zeros,
} from "../../../mod.ts";
import type { Shape } from "./data_sets.ts";

/** A network for examples of any shape. */
export interface NetworkEntry {
  /** Its name in titles, `MLP 64-128-10`. */
  readonly title: (shape: Shape) => string;
  /** The untrained network of a seed: one output of class scores. */
  readonly make: (shape: Shape, seed: number) => Model;
}

/** Returns the layers of a perceptron on examples of a shape: `MLP 64-32-10`. */
export function mlpText(
  { features, classes }: Pick<Shape, "features" | "classes">,
  hidden: readonly number[],
): string {
  return `MLP ${[features, ...hidden, classes].join("-")}`;
}

/** Returns a perceptron with hidden layers. */
export function mlpOf(...hidden: readonly number[]): NetworkEntry {
  return {
    title: (shape) => mlpText(shape, hidden),
    make: ({ features, classes }, seed) =>
      mlp({ inputs: features, hidden: [...hidden], outputs: classes, seed }),
  };
}

/** Returns a network with fixed sizes. */
function own(title: string, make: (seed: number) => Model): NetworkEntry {
  return { title: () => title, make: (_, seed) => make(seed) };
}

/** Name to network. */
export const NETWORKS = {
  linear: {
    title: () => "logistic regression",
    make: ({ features, classes }) => linear({ inputs: features, outputs: classes }),
  },
  "mlp-64": mlpOf(64),
  "mlp-100": mlpOf(100),
  "mlp-128": mlpOf(128),
  "mlp-256": mlpOf(256),
  "mlp-512": mlpOf(512),
  "mlp-1000": mlpOf(1000),
  cnn: { title: () => "CNN", make: smallCnn },
  lenet: own("LeNet", (seed) => lenet({ seed })),
  "lenet-caffe": own(
    "LeNet of Caffe",
    (seed) => lenet({ channels: [20, 50], hidden: [500], padding: 0, seed }),
  ),
  cifarnet: own("CIFARNET", (seed) => cifarnet({ seed })),
  "resnet-8": own("ResNet-8", (seed) => resnet({ depth: 8, seed })),
  "resnet-32": own("ResNet-32", (seed) => resnet({ depth: 32, seed })),
  vgg: own("VGG", (seed) => vgg({ seed })),
  "vgg-small": own(
    "a small VGG",
    (seed) => vgg({ blocks: [[16, 16], [32, 32], [64, 64]], hidden: 128, seed }),
  ),
  densenet: own("a small DenseNet", (seed) => densenet({ layers: 4, seed })),
  "densenet-40": own("DenseNet-40", (seed) => densenet({ seed })),
} as const satisfies Readonly<Record<string, NetworkEntry>>;

/** The name of a network. */
export type NetworkName = keyof typeof NETWORKS;

/**
 * A small convolutional network on square images: two convolutions of 3 x 3 with ReLU, each halved by max-pooling, and a
 * linear layer.
 */
function smallCnn({ features, classes }: Shape, seed: number): Model {
  const side = Math.sqrt(features);
  const g = new Graph({ name: "cnn" });
  let x = g.reshape(g.input("x", "float32", ["N", features]), [-1, 1, side, side]);
  let size = side;
  let channels = 1;
  for (const [i, width] of [8, 16].entries()) {
    const name = `layers.${i}.weight`;
    const weight = g.initializer(name, heNormal([width, channels, 3, 3], { seed, name }));
    const bias = g.initializer(`layers.${i}.bias`, zeros([width], { seed, name: `layers.${i}.bias` }));
    x = g.relu(g.conv(x, weight, bias, { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }));
    x = g.maxPool(x, { kernel_shape: [2, 2], strides: [2, 2] })[0]!;
    size = Math.floor(size / 2);
    channels = width;
  }
  const flat = g.reshape(x, [-1, channels * size * size]);
  g.output(dense(g, flat, { name: "layers.2", size: [channels * size * size, classes], seed }), "y");
  return buildModel(g);
}
