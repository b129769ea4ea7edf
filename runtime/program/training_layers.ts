/**
 * Writes layers that compute otherwise while a model trains, batch normalization and dropout, in either form.
 *
 * @module
 */
import { reshapeLike, type Rule } from "../../autodiff/mod.ts";
import { batchNormalization } from "../../autodiff/composites/mod.ts";
import { batchNormalizationOfBatch } from "../../autodiff/rules/mod.ts";
import {
  dropoutNames,
  isBatchNormalization,
  isDropout,
  ratioOf,
  statisticsOf,
} from "../../autodiff/trained/mod.ts";
import type { Graph, ImportOptions, Node, Value } from "../../onnx/mod.ts";
import type { FlatOptions } from "../../optim/flat/mod.ts";
import { type Move, movedTogether, movedValue } from "./running_statistics.ts";

/** The training form of a model's layers, written while the model is added to a step of training. */
export interface TrainingLayers {
  /** The `replace` to add the model with. */
  readonly replace: NonNullable<ImportOptions["replace"]>;
  /** Rules of nodes that were put in. */
  readonly rules: ReadonlyMap<Node, Rule>;
  /** The running statistics after the step, by name; complete once `finish` was called. */
  readonly next: Readonly<Record<string, Value>>;
  /** Writes what layers have in common, after the model was added. */
  readonly finish: (g: Graph) => void;
}

/**
 * Returns the training form of the layers in one step.
 *
 * `next = momentum running + (1 - momentum) batch`, with the variance of the batch as ONNX defines it, the mean square
 * deviation; PyTorch divides by one less, for the running variance alone.
 *
 * @param options.buffers the running statistics before the step, by name
 * @param options.masks each dropout's mask, a vector of booleans
 * @param options.sums whether to add up the batches' statistics instead; `false` by default
 * @param options.composites whether to write batch normalizations as composite nodes; `false` by default
 * @param options.flat the vectors on which running statistics move together, with the same bits; each moves by itself by
 * default
 */
export function trainingLayers(
  { buffers, masks, sums = false, composites = false, flat }: {
    readonly buffers: Readonly<Record<string, Value>>;
    readonly masks: Readonly<Record<string, Value>>;
    readonly sums?: boolean;
    readonly composites?: boolean;
    readonly flat?: FlatOptions;
  },
): TrainingLayers {
  const next: Record<string, Value> = { ...buffers };
  const nameOf = new Map(Object.entries(buffers).map(([name, v]) => [v, name]));
  const rules = new Map<Node, Rule>();
  const moves = new Map<string, Move>();
  const names = dropoutNames();
  const replace = (node: Node, g: Graph): readonly (Value | null)[] | undefined => {
    if (ratioOf(node) > 0) {
      const mask = masks[names(node)];
      return mask ? dropped(g, node, mask) : inferenceForm(node, g);
    }
    const [mean, variance] = statisticsOf(node).map((v) => nameOf.get(v));
    if (mean === undefined || variance === undefined) return inferenceForm(node, g);
    const momentum = node.float("momentum")!;
    const [x, scale, bias] = node.inputs as [Value, Value, Value];
    const epsilon = node.float("epsilon")!;
    const batch = batchNormalization(g, { x, scale, bias, epsilon }, { composites });
    rules.set(batch.y.producer!, batchNormalizationOfBatch({ x, ...batch }));
    const moved = (name: string, batch: Value) => {
      const earlier = moves.get(name);
      // A layer that is applied twice updates them twice.
      if (earlier && moves.delete(name)) next[name] = movedValue(g, earlier);
      const move = { running: next[name]!, batch, momentum };
      if (flat && !sums && !earlier && node.outputs.length === 1) moves.set(name, move);
      else next[name] = sums ? g.add(move.running, batch) : movedValue(g, move);
      return next[name]!;
    };
    return [batch.y, moved(mean, batch.mean), moved(variance, batch.variance)];
  };
  const finish = (g: Graph) => {
    if (flat && moves.size > 0) Object.assign(next, movedTogether(g, moves, flat));
  };
  return { replace, rules, next, finish };
}

/** Returns `x mask / (1 - ratio)`, and the mask. */
function dropped(g: Graph, node: Node, mask: Value): Value[] {
  const x = node.inputs[0]!;
  const shaped = reshapeLike(g, mask, x);
  const factor = g.mul(g.cast(shaped, { to: x.dtype }), 1 / (1 - ratioOf(node)));
  return [g.mul(x, factor), shaped];
}

/**
 * Returns the inference form of a layer that the model itself has in training form; `undefined` for other nodes. It is a
 * `replace` of `importModel`.
 */
export function inferenceForm(node: Node, g: Graph): readonly (Value | null)[] | undefined {
  if (isDropout(node) && node.inputs[2]) {
    return g.emit("Dropout", node.inputs.slice(0, 2), { outputs: node.outputs.length });
  }
  if (!isBatchNormalization(node) || node.int("training_mode") !== 1) return undefined;
  const attributes = { epsilon: node.float("epsilon") };
  return [...g.emit("BatchNormalization", node.inputs, { attributes }), ...node.inputs.slice(3, 5)];
}
