/**
 * Models as ONNX graphs: layers, networks, initializers and losses.
 *
 * @example A network, ready to be trained
 * ```ts
 * import { lenet, withLoss } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const model = withLoss(lenet({ seed: 1 }), { loss: "cross-entropy" });
 * assertEquals(model.graph!.output.map((o) => o.name), ["y", "loss", "accuracy"]);
 * ```
 *
 * @module
 */

// Networks.
export { cifarnet, type CifarnetOptions } from "./cifarnet.ts";
export { densenet, type DensenetOptions } from "./densenet.ts";
export { linear, type LinearOptions, mlp, type MlpOptions } from "./dense.ts";
export { lenet, type LenetOptions } from "./lenet.ts";
export { recurrentLanguageModel, type RecurrentLanguageModelOptions } from "./recurrent.ts";
export { resnet, type ResnetOptions } from "./resnet.ts";
export { transformer, type TransformerOptions } from "./transformer.ts";
export { vgg, VGG16, type VggOptions } from "./vgg.ts";

// Losses and metrics.
export {
  accuracy,
  binaryCrossEntropy,
  crossEntropy,
  hinge,
  huber,
  type Loss,
  type LossOptions,
  meanAbsoluteError,
  meanSquaredError,
  tokenCrossEntropy,
  withLoss,
} from "./loss.ts";

// Layers.
export { activate, type Activation, dense, type DenseOptions } from "./dense.ts";
export {
  batchNorm,
  type BatchNormOptions,
  channelMeans,
  conv,
  type ConvOptions,
  dropout,
  layerNorm,
  type LayerNormOptions,
  maxPool2,
} from "./layers.ts";
export { type Cell, recurrentLayer, type RecurrentLayerOptions } from "./recurrent.ts";

// Initial weights.
export {
  type Draw,
  fans,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initializer,
  lecunNormal,
  lecunUniform,
  normalOf,
  ones,
  orthogonal,
  truncatedNormalOf,
  uniformWithin,
  zeros,
} from "./initializers.ts";
