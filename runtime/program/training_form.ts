/**
 * Layers that compute otherwise while a model trains: batch normalization and dropout.
 *
 * @module
 */
import type { OptionNames } from "../../options/mod.ts";
import { batchNormalizationOfBatch } from "../../autodiff/rules/mod.ts";
import { reshapeLike, type Rule } from "../../autodiff/mod.ts";
import {
  type DType,
  Graph,
  importModel,
  type ImportOptions,
  type Model,
  type Node,
  type Shape,
  type StaticShape,
  type Value,
} from "../../onnx/mod.ts";
import { opsetsOf } from "../../onnx/convert/mod.ts";
import { shapeText, sizeOf } from "../../onnx/tensor/mod.ts";
import { randomBits } from "../../random/mod.ts";
import { batchInput, type DataInput } from "./batch_input.ts";
import { type Precision, PRECISIONS } from "./half_products.ts";

/** Which layers take their training form, what their masks are drawn by, and how precise products are. */
export interface TrainingFormOptions {
  /**
   * Whether `BatchNormalization` normalizes by the statistics of the batch and keeps running ones for evaluation; `true`
   * by default. With `false` it goes on by those that the model holds, as fine-tuning often has it.
   */
  batchStatistics?: boolean;
  /** Whether `Dropout` drops elements; `true` by default. */
  dropout?: boolean;
  /** Seed of the masks of dropout: a whole number from 0 to 2^53 - 1; 0 by default. */
  seed?: number;
  /**
   * The element type of matrix products and convolutions, forward and backward; `"float32"` by default. With `"float16"`
   * their operands are rounded and their results float16; parameters, state and all else stay float32. Devices `"webgpu"`
   * and `"cuda"` may have it; on `"cpu"` programs refuse it, as ONNX Runtime would compute in float32.
   */
  precision?: Precision;
  /**
   * What the loss is multiplied by for the backward pass, and the gradients divided by, so that float16 can hold them: a
   * finite number above 0, best a power of two; by default 1024 for `"float16"`, else 1.
   */
  lossScale?: number;
}

/** The names of {@linkcode TrainingFormOptions}. */
export const TRAINING_FORM_OPTIONS = {
  batchStatistics: "flag",
  dropout: "flag",
  seed: false,
  precision: PRECISIONS,
  lossScale: false,
} satisfies OptionNames<TrainingFormOptions>;

/** A tensor that training keeps beside the parameters: running statistics of a batch normalization. */
export interface BufferSpec {
  /** The element type. */
  readonly dtype: DType;
  /** The dimensions. */
  readonly shape: StaticShape;
}

/** A dropout of a model, in the order of its nodes. */
export interface Mask {
  /** The node's name; with a number where several have it. Its mask is drawn from the stream `dropout/<name>`. */
  readonly name: string;
  /** The part of the elements that is dropped. */
  readonly ratio: number;
  /**
   * The mask of one step: 1 for each element that stays, 0 for each that is dropped. Element `i` is dropped where word
   * `i` of `randomBits({ seed, stream, step })` is below `ratio 2^32`.
   *
   * @param at.step number of steps taken before
   * @param at.batchSize examples in the batch
   * @param at.seed a seed in place of the program's
   */
  draw(at: { step: number; batchSize: number; seed?: number | undefined }): Uint8Array;
  /** Elements of the mask for a batch of so many examples. */
  size(batchSize: number): number;
}

/** The layers of a model that have a training form. */
export interface TrainingForm {
  /** The running statistics by the names of their initializers, whether they are kept up or not. */
  readonly statistics: Readonly<Record<string, BufferSpec>>;
  /** How many layers each statistic belongs to. */
  readonly layers: Readonly<Record<string, number>>;
  /** The dropouts. */
  readonly masks: readonly Mask[];
}

/** A dropout found in a model. */
interface Found {
  readonly name: string;
  readonly ratio: number;
  readonly shape: Shape | undefined;
}

/** Finds the layers of a model that have a training form. Those in bodies of control flow keep the form they are in. */
export function trainingForm(
  model: Model,
  { inputs, dropout = true, seed = 0 }: TrainingFormOptions & {
    inputs: Readonly<Record<string, DataInput>>;
  },
): TrainingForm {
  const { graph, found } = survey(model);
  const statistics: Record<string, BufferSpec> = {};
  const layers: Record<string, number> = {};
  for (const node of graph.nodes) {
    for (const v of statisticsOf(node)) {
      if (graph.initializers.has(v.name)) {
        statistics[v.name] = { dtype: v.dtype, shape: v.shape as StaticShape };
        layers[v.name] = (layers[v.name] ?? 0) + 1;
      }
    }
  }
  // How many elements a mask has follows from the size of the batch, by the model's own arithmetic.
  const sizes = new Map<number, readonly number[]>();
  const sizesFor = (batchSize: number) => {
    const known = sizes.get(batchSize) ?? survey(model, { inputs, batchSize }).found.map(elements);
    sizes.set(batchSize, known);
    return known;
  };
  const masks = found.map(({ name, ratio }, i): Mask => ({
    name,
    ratio,
    size: (batchSize) => sizesFor(batchSize)[i]!,
    draw({ step, batchSize, seed: other = seed }) {
      const words = randomBits({ seed: other, stream: `dropout/${name}`, step }, sizesFor(batchSize)[i]!);
      const threshold = ratio * 2 ** 32;
      const mask = new Uint8Array(words.length);
      for (let k = 0; k < mask.length; k++) mask[k] = words[k]! < threshold ? 0 : 1;
      return mask;
    },
  }));
  return { statistics, layers, masks: dropout ? masks : [] };
}

function elements({ name, shape }: Found): number {
  if (shape?.every((d) => typeof d === "number")) return sizeOf(shape as StaticShape);
  throw new RangeError(
    `dropout '${name}' must have a size that follows from that of the batch, got ${shapeText(shape)}`,
  );
}

/** Reads a model; with a batch size, for batches of that many examples. */
function survey(
  model: Model,
  batch?: { inputs: Readonly<Record<string, DataInput>>; batchSize: number },
): { graph: Graph; found: Found[] } {
  const graph = new Graph({ opsets: opsetsOf(model) });
  const bind: Record<string, Value> = {};
  for (const [name, spec] of Object.entries(batch?.inputs ?? {})) {
    const stored = graph.input(graph.freeName(`batch of ${name}`), spec.dtype, [
      batch!.batchSize,
      ...spec.shape.slice(1),
    ]);
    bind[name] = batchInput(graph, stored, { name, spec, model });
  }
  const found: Found[] = [];
  const names = dropoutNames();
  importModel(model, graph, {
    bind,
    replace(node) {
      const ratio = ratioOf(node);
      if (ratio > 0) found.push({ name: names(node), ratio, shape: node.inputs[0]!.shape });
      return undefined;
    },
  });
  return { graph, found };
}

/** Names dropouts, each by its own name, with a number where several have it. */
function dropoutNames(): (node: Node) => string {
  const counts = new Map<string, number>();
  return (node) => {
    const name = node.name || "dropout";
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return count === 0 ? name : `${name}#${count}`;
  };
}

/** What part a node drops: 0 for all but dropouts. */
function ratioOf(node: Node): number {
  if (!isLayer(node, "Dropout")) return 0;
  const input = node.inputs[1];
  const ratio = input ? Number(input.tensor?.data[0]) : 0.5;
  if (ratio >= 0 && ratio < 1) return ratio;
  throw new RangeError(`${node}: input ratio must be a constant of at least 0 and below 1, got ${ratio}`);
}

function isLayer(node: Node, opType: string): boolean {
  return node.domain === "" && node.opType === opType;
}

/** The running mean and variance of a batch normalization. */
function statisticsOf(node: Node): Value[] {
  if (!isLayer(node, "BatchNormalization")) return [];
  return node.inputs.slice(3, 5).filter((v) => v !== null).map(original);
}

/** What a value is a copy of: exporters hand an initializer on by `Identity` where it stands for several. */
function original(value: Value): Value {
  const { producer } = value;
  const copied = producer?.domain === "" && producer.opType === "Identity" ? producer.inputs[0] : undefined;
  return copied ? original(copied) : value;
}

/** The layers' training form, written while a model is read into a step of training. */
export interface TrainingLayers {
  /** What `importModel` is to put in place of nodes. */
  readonly replace: NonNullable<ImportOptions["replace"]>;
  /** Rules of nodes that were put in. */
  readonly rules: ReadonlyMap<Node, Rule>;
  /** The running statistics after the step, by name. */
  readonly next: Readonly<Record<string, Value>>;
}

/**
 * The training form of one step.
 *
 * `next = momentum running + (1 - momentum) batch`, with the variance of the batch as ONNX defines it, the mean square
 * deviation; PyTorch divides by one less, for the running variance alone.
 *
 * @param options.buffers the running statistics before the step, by name
 * @param options.masks each dropout's mask, a vector of booleans
 * @param options.sums whether to add up the batches' statistics instead; `false` by default
 */
export function trainingLayers(
  { buffers, masks, sums = false }: {
    readonly buffers: Readonly<Record<string, Value>>;
    readonly masks: Readonly<Record<string, Value>>;
    readonly sums?: boolean;
  },
): TrainingLayers {
  const next: Record<string, Value> = { ...buffers };
  const nameOf = new Map(Object.entries(buffers).map(([name, v]) => [v, name]));
  const rules = new Map<Node, Rule>();
  const names = dropoutNames();
  const replace = (node: Node, g: Graph): readonly (Value | null)[] | undefined => {
    if (ratioOf(node) > 0) {
      const mask = masks[names(node)];
      return mask ? dropped(g, node, mask) : inferenceForm(node, g);
    }
    const [mean, variance] = statisticsOf(node).map((v) => nameOf.get(v));
    if (mean === undefined || variance === undefined) return inferenceForm(node, g);
    const momentum = node.float("momentum")!;
    const { y, batchMean, batchVariance } = normalizedByBatch(g, node);
    rules.set(y.producer!, batchNormalizationOfBatch);
    // A layer that is applied twice moves them twice.
    const moved = (name: string, batch: Value) =>
      next[name] = sums
        ? g.add(next[name]!, batch)
        : g.add(g.mul(next[name]!, momentum), g.mul(batch, 1 - momentum));
    return [y, moved(mean, batchMean), moved(variance, batchVariance)];
  };
  return { replace, rules, next };
}

/** `x mask / (1 - ratio)`, and the mask. */
function dropped(g: Graph, node: Node, mask: Value): Value[] {
  const x = node.inputs[0]!;
  const shaped = reshapeLike(g, mask, x);
  const factor = g.mul(g.cast(shaped, { to: x.dtype }), 1 / (1 - ratioOf(node)));
  return [g.mul(x, factor), shaped];
}

/** A batch normalization by the batch's own statistics, which are handed to the inference form. */
function normalizedByBatch(g: Graph, node: Node) {
  const [x, scale, b] = node.inputs as [Value, Value, Value];
  const places = Array.from({ length: Math.max(0, x.rank - 2) }, (_, i) => i + 1);
  const mean = (v: Value) => {
    // Over places first: two steps take runtimes less time than one.
    const rows = places.length === 0 ? v : g.reduceMean(v, places.map((i) => i + 1), { keepdims: 0 });
    return g.reduceMean(rows, [0], { keepdims: 0 });
  };
  const batchMean = mean(x);
  const centered = g.sub(x, places.length === 0 ? batchMean : g.unsqueeze(batchMean, places));
  const batchVariance = mean(g.mul(centered, centered));
  const [y] = g.emit("BatchNormalization", [x, scale, b, batchMean, batchVariance], {
    attributes: { epsilon: node.float("epsilon") },
    share: false,
  });
  return { y: y!, batchMean, batchVariance };
}

/** What `importModel` is to put in place of layers that the model itself has in training form: their inference form. */
export function inferenceForm(node: Node, g: Graph): readonly (Value | null)[] | undefined {
  if (isLayer(node, "Dropout") && node.inputs[2]) {
    return g.emit("Dropout", node.inputs.slice(0, 2), { outputs: node.outputs.length });
  }
  if (!isLayer(node, "BatchNormalization") || node.int("training_mode") !== 1) return undefined;
  const attributes = { epsilon: node.float("epsilon") };
  return [...g.emit("BatchNormalization", node.inputs, { attributes }), ...node.inputs.slice(3, 5)];
}
