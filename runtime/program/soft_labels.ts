/**
 * Cross-entropies of a model with the labels of training: smoothed, and mixed with those of other examples.
 *
 * @module
 */
import type { Graph, Node, Value } from "../../onnx/mod.ts";
import { type AugmentPlan, mixed } from "../augment/mod.ts";

type Values = Readonly<Record<string, Value>>;

/** The options of {@linkcode SoftLabels}. */
interface SoftLabelsOptions {
  /** The share of each label that is spread over all classes. */
  readonly smoothing: number;
  readonly augment: AugmentPlan;
  /** The inputs of the model, a batch each. */
  readonly batch: Values;
  /** The augmentation's numbers for this step, drawn by the host. */
  readonly draws: Values;
}

/** Replaces the cross-entropies of a model while it is added to a step of training. */
export class SoftLabels {
  readonly #options: SoftLabelsOptions;
  /** The inputs of the model that are neither mixed nor, so far, the labels of a cross-entropy. */
  readonly #left: Map<Value, string>;
  /** The losses that took the places of cross-entropies, with the scores and the labels that each reads. */
  readonly #softened = new Map<Value, Readonly<Record<"scores" | "labels", Value>>>();

  constructor(options: SoftLabelsOptions) {
    this.#options = options;
    const { augment: { mixup, inputs }, batch } = options;
    const isMixed = (name: string) => inputs[name]?.draws.includes(mixup!.share) ?? false;
    this.#left = new Map(
      mixup === undefined
        ? []
        : Object.keys(options.batch).filter((n) => !isMixed(n)).map((n) => [batch[n]!, n]),
    );
  }

  /** `true` if labels stay as they are. */
  get #off(): boolean {
    return this.#options.smoothing === 0 && this.#options.augment.mixup === undefined;
  }

  /**
   * Returns what takes the place of a cross-entropy; `undefined` for other nodes. It is a `replace` of `importModel`.
   *
   * @throws {RangeError} for a cross-entropy that soft labels have no meaning for here.
   */
  replace(node: Node, g: Graph): readonly (Value | null)[] | undefined {
    if (this.#off || node.opType !== "SoftmaxCrossEntropyLoss") return undefined;
    checkPlain(node);
    const [scores, labels] = node.inputs as [Value, Value];
    const attributes = { reduction: "mean" };
    const own = g.softmaxCrossEntropyLoss(scores, labels, null, attributes)[0];
    const log = node.outputs.length > 1 ? [g.logSoftmax(scores, { axis: 1 })] : [];
    const partners = this.#partnersOf(labels, g);
    const entropy = partners === undefined ? own : mixed(g, {
      share: this.#options.draws[this.#options.augment.mixup!.share.name]!,
      own,
      other: g.softmaxCrossEntropyLoss(scores, partners, null, attributes)[0],
    });
    const { smoothing } = this.#options;
    const soft = smoothing === 0 ? entropy : smoothed(g, { entropy, scores, smoothing });
    this.#softened.set(soft, { scores, labels });
    return [soft, ...log];
  }

  /**
   * Checks, after the model was added, that its labels could be softened.
   *
   * @param loss the name of the loss
   * @param value the loss
   * @throws {RangeError} when the loss has no cross-entropy, or reads its labels elsewhere too, or when the model has an
   * input that mixed examples do not fit.
   */
  check(loss: string, value: Value): void {
    if (this.#off) return;
    const what = this.#options.smoothing > 0 ? "labelSmoothing" : "mixup";
    const read = this.#readBy(value);
    if (![...this.#softened.keys()].some((soft) => read.has(soft))) {
      throw new RangeError(
        `${what}: the loss '${loss}' must be a cross-entropy of class numbers (SoftmaxCrossEntropyLoss), ` +
          "as withLoss makes it; the model has none",
      );
    }
    const other = [...this.#softened.values()].find(({ labels }) => read.has(labels));
    if (other !== undefined) {
      throw new RangeError(
        `${what}: the loss '${loss}' reads the labels '${this.#nameOf(other.labels)}' elsewhere than in a ` +
          "SoftmaxCrossEntropyLoss, where they would not be softened",
      );
    }
    const [left] = this.#left.values();
    if (left === undefined) return;
    throw new RangeError(
      `mixup: input '${left}' is neither mixed nor the labels of a cross-entropy: mixed examples do not fit it`,
    );
  }

  /** Returns what a loss is computed from, without the labels of softened cross-entropies. */
  #readBy(loss: Value): Set<Value> {
    const read = new Set<Value>();
    const left = [loss];
    for (let value = left.pop(); value !== undefined; value = left.pop()) {
      if (read.has(value)) continue;
      read.add(value);
      const soft = this.#softened.get(value);
      // Its labels in another place are still found there.
      if (soft !== undefined) left.push(soft.scores);
      else if (!SIZES.includes(value.producer?.opType ?? "")) left.push(...value.producer?.reads() ?? []);
    }
    return read;
  }

  #nameOf(labels: Value): string {
    return Object.entries(this.#options.batch).find(([, v]) => v === labels)?.[0] ?? labels.name;
  }

  /** Returns the labels of each example's partner; `undefined` without a mixture. */
  #partnersOf(labels: Value, g: Graph): Value | undefined {
    const { augment: { mixup }, draws, batch } = this.#options;
    if (mixup === undefined) return undefined;
    if (!Object.values(batch).includes(labels)) {
      throw new RangeError(
        "mixup: the labels of a cross-entropy must be an input of the model; here it computes them",
      );
    }
    this.#left.delete(labels);
    return g.gather(labels, draws[mixup.partners.name]!, { axis: 0 });
  }
}

/** The operators that read the size of a tensor alone. */
const SIZES: readonly string[] = ["Shape", "Size"];

/** Adds the cross-entropy with labels of which a share is spread over all classes. */
function smoothed(
  g: Graph,
  { entropy, scores, smoothing }: { entropy: Value; scores: Value; smoothing: number },
): Value {
  // The mean over classes of each example's, and over examples.
  const spread = g.neg(g.reduceMean(g.logSoftmax(scores, { axis: 1 }), null, { keepdims: 0 }));
  return g.add(g.mul(entropy, 1 - smoothing), g.mul(spread, smoothing));
}

/** @throws {RangeError} for a cross-entropy that is not the plain mean over examples. */
function checkPlain(node: Node): void {
  const why = node.inputs[2]
    ? "class weights"
    : node.int("ignore_index") !== undefined
    ? "ignored labels"
    : node.string("reduction") !== "mean"
    ? `reduction ${node.string("reduction")}`
    : undefined;
  if (why === undefined) return;
  throw new RangeError(
    `labelSmoothing and mixup need a cross-entropy that is the mean over its examples, got one with ${why}`,
  );
}
