import { assertThrows } from "@std/assert";
import {
  type Augment,
  type Augmentation,
  buildModel,
  cutout,
  Graph,
  horizontalFlip,
  linear,
  type Loss,
  mixup,
  type Model,
  randomCrop,
  sgd,
  tensor,
  trainingModel,
  type TrainingModelOptions,
  withLoss,
} from "../../../mod.ts";

const classifier = withLoss(linear({ inputs: 12, outputs: 3 }), { loss: "cross-entropy" });
const regression = (loss: Loss) => withLoss(linear({ inputs: 12, outputs: 3 }), { loss });
const numbers = {
  x: { dtype: "float32", shape: [9, 12] },
  target: { dtype: "float32", shape: [9, 3] },
} as const;

/** Returns a model of three scores an example whose cross-entropy `loss` writes. */
function custom(loss: (g: Graph, scores: ReturnType<Graph["input"]>) => ReturnType<Graph["input"]>): Model {
  const g = new Graph();
  const w = g.initializer("w", tensor(new Float32Array(36), [12, 3]));
  g.output(loss(g, g.matMul(g.input("x", "float32", ["N", 12]), w)), "loss");
  return buildModel(g);
}

const labels = (g: Graph) => g.input("target", "int64", ["N"]);

/** A model whose loss reads its labels in a cross-entropy and in another node. */
const twice = custom((g, y) => {
  const target = labels(g);
  const likelihood = g.negativeLogLikelihoodLoss(g.logSoftmax(y, { axis: 1 }), target);
  return g.add(g.softmaxCrossEntropyLoss(y, target)[0], likelihood);
});

function compile(model: Model, options: Partial<TrainingModelOptions>): void {
  trainingModel({
    model,
    optimizer: sgd(),
    inputs: { x: { dtype: "float32", shape: [9, 12] }, target: { dtype: "int64", shape: [9] } },
    ...options,
  });
}

const REFUSED: Readonly<Record<string, readonly [() => void, message: string]>> = {
  "examples that are no images": [
    () => compile(classifier, { augment: { x: [randomCrop({ padding: 1 })] } }),
    "augment: input 'x' has no images: its examples are [12], and randomCrop needs [height, width]",
  ],
  "images with their channels last": [
    () =>
      compile(custom((g, y) => g.softmaxCrossEntropyLoss(y, labels(g))[0]), {
        inputs: { x: { dtype: "uint8", shape: [9, 6, 1, 2] }, target: { dtype: "int64", shape: [9] } },
        augment: { x: [horizontalFlip()] },
      }),
    "augment: input 'x' has images of [6, 1, 2], which seem to have their channels last",
  ],
  "an input that the model does not have": [
    () => compile(classifier, { augment: { image: [horizontalFlip()] } }),
    "augment: there is no input 'image': it must be one of x, target",
  ],
  "labels": [
    () => compile(classifier, { augment: { target: [mixup()] } }),
    "augment: input 'target' is int64: only inputs of floats can be augmented",
  ],
  "a mixup before another augmentation": [
    () => compile(classifier, { augment: { x: [mixup(), cutout({ size: 1 })] } }),
    "augment: mixup must be the last augmentation of 'x'",
  ],
  "a text in place of an augmentation": [
    () => compile(classifier, { augment: { x: ["flip"] } as unknown as Augment }),
    "augment: an augmentation must come from randomCrop, horizontalFlip, cutout or mixup",
  ],
  "an augmentation outside of a list": [
    () => compile(classifier, { augment: { x: mixup() } as unknown as Augment }),
    "augment: input 'x' must have a list of augmentations: [horizontalFlip()]",
  ],
  "a list outside of an input": [
    () => compile(classifier, { augment: [mixup()] as unknown as Augment }),
    "augment must name the inputs of the model: { x: [horizontalFlip()] }",
  ],
  "an empty list for an input that the model does not have": [
    () => compile(classifier, { augment: { image: [] } }),
    "augment: there is no input 'image': it must be one of x, target",
  ],
  "a crop from a file with a padding out of range": [
    () => compile(classifier, { augment: { x: [{ kind: "randomCrop", padding: 0.5 }] as Augmentation[] } }),
    "padding must be an integer of at least 1, got 0.5",
  ],
  "a smoothing of 1": [
    () => compile(classifier, { labelSmoothing: 1 }),
    "labelSmoothing must be in [0, 1), got 1",
  ],
  "smoothed labels of a regression": [
    () => compile(regression("mse"), { inputs: numbers, labelSmoothing: 0.1 }),
    "labelSmoothing: the loss 'loss' must be a cross-entropy of class numbers",
  ],
  "a mixup for another loss": [
    () => compile(regression("bce"), { inputs: numbers, augment: { x: [mixup()] } }),
    "mixup: the loss 'loss' must be a cross-entropy of class numbers",
  ],
  "class weights": [
    () =>
      compile(
        custom((g, y) => g.softmaxCrossEntropyLoss(y, labels(g), g.constant([1, 2, 3], "float32"))[0]),
        { labelSmoothing: 0.1 },
      ),
    "need a cross-entropy that is the mean over its examples, got one with class weights",
  ],
  "ignored labels": [
    () =>
      compile(custom((g, y) => g.softmaxCrossEntropyLoss(y, labels(g), null, { ignore_index: -1 })[0]), {
        augment: { x: [mixup()] },
      }),
    "got one with ignored labels",
  ],
  "a sum of losses": [
    () =>
      compile(custom((g, y) => g.softmaxCrossEntropyLoss(y, labels(g), null, { reduction: "sum" })[0]), {
        labelSmoothing: 0.1,
      }),
    "got one with reduction sum",
  ],
  "a mixup of labels that the model computes": [
    () =>
      compile(custom((g, y) => g.softmaxCrossEntropyLoss(y, g.mod(labels(g), g.constant(3, "int64")))[0]), {
        augment: { x: [mixup()] },
      }),
    "mixup: the labels of a cross-entropy must be an input of the model; here it computes them",
  ],
  "smoothing a cross-entropy that is a metric of a regression": [
    () => {
      const g = new Graph();
      const w = g.initializer("w", tensor(new Float32Array(36), [12, 3]));
      const y = g.matMul(g.input("x", "float32", ["N", 12]), w);
      g.output(g.reduceMean(g.mul(y, y), null, { keepdims: 0 }), "loss");
      g.output(g.softmaxCrossEntropyLoss(y, labels(g))[0], "entropy");
      compile(buildModel(g), { labelSmoothing: 0.1, metrics: ["entropy"] });
    },
    "labelSmoothing: the loss 'loss' must be a cross-entropy of class numbers",
  ],
  "smoothing labels that the loss reads elsewhere too": [
    () => compile(twice, { labelSmoothing: 0.1 }),
    "labelSmoothing: the loss 'loss' reads the labels 'target' elsewhere than in a SoftmaxCrossEntropyLoss",
  ],
  "a mixup of labels that the loss reads elsewhere too": [
    () => compile(twice, { augment: { x: [mixup()] } }),
    "mixup: the loss 'loss' reads the labels 'target' elsewhere than in a SoftmaxCrossEntropyLoss",
  ],
  "a mixup of one input of two": [
    () =>
      compile(
        custom((g, y) =>
          g.softmaxCrossEntropyLoss(g.add(y, g.input("more", "float32", ["N", 3])), labels(g))[0]
        ),
        {
          inputs: {
            x: { dtype: "float32", shape: [9, 12] },
            more: { dtype: "float32", shape: [9, 3] },
            target: { dtype: "int64", shape: [9] },
          },
          augment: { x: [mixup()] },
        },
      ),
    "mixup: input 'more' is neither mixed nor the labels of a cross-entropy",
  ],
};

for (const [what, [call, message]] of Object.entries(REFUSED)) {
  Deno.test(`trainingModel() refuses ${what}`, () => {
    assertThrows(call, Error, message);
  });
}

Deno.test("trainingModel() takes a mixup of examples that are no images", () => {
  compile(classifier, { augment: { x: [mixup()] } });
});
