/**
 * The layers of a model, for rules that read what goes through them. Types only.
 *
 * @module
 */
import type { Expr } from "./expr.ts";

/**
 * A dense layer or a convolution: the parameters of one product, `s = W a + b`, by the names of the model. Of a convolution,
 * `a` is the patch below the kernel, channels first.
 */
export interface Layer {
  /** The kind of product. */
  readonly kind: "dense" | "convolution";
  /** The name of `W`. */
  readonly weight: string;
  /** The name of `b`; absent if there is none, or it is not trained. */
  readonly bias?: string;
  /** The elements of `a`: features, or channels times the places of the kernel. */
  readonly inputs: number;
  /** The elements of `s`: units or channels. */
  readonly outputs: number;
  /** Whether `W` is stored as `[inputs, outputs]`, not as `[outputs, inputs, ...]`. */
  readonly transposed: boolean;
}

/** The labels at which the gradients of a layer's outputs are taken: the model's own, drawn at random, or those of the data. */
export type FactorLabels = "sampled" | "empirical";

/**
 * A second moment that a rule reads at a step: `"inputs"`, the mean over examples of the sum over places of `a a'`, with a 1
 * after the elements of `a` if the layer has a bias; or `"outputs"`, the mean over examples and places of `g g'`, with the
 * gradient `g` of the example's own loss with respect to `s`.
 */
export interface FactorRequest {
  /** Whose. */
  readonly layer: Layer;
  /** Of what. */
  readonly of: "inputs" | "outputs";
  /** The labels; the inputs' moment does not depend on them. */
  readonly labels: FactorLabels;
  /** A coefficient: the moment is read at steps at which it is not 0, and is zeros at others. */
  readonly due: Expr;
}

/** A {@linkcode FactorRequest} with the name that it has among the inputs of a rule. */
export interface Factor extends Omit<FactorRequest, "due"> {
  /** Its name: `inputs/` or `outputs/`, and the name of the weight. */
  readonly name: string;
  /** The size of the square matrix. */
  readonly size: number;
  /** The name of the coefficient that says whether it is read. */
  readonly due: string;
}

/** A parameter that belongs to no {@linkcode Layer}. */
export interface OtherParameter {
  /** Its name. */
  readonly name: string;
  /** The reason that it belongs to none, as the end of a sentence: "it is read by 2 nodes". */
  readonly reason: string;
  /** Whether it is the weight of a product all the same, such as a shared layer or a convolution in groups. */
  readonly isWeight: boolean;
}

/** The layers of a model, and the trained parameters that belong to none. */
export interface ModelLayers {
  /** The layers. */
  readonly layers: readonly Layer[];
  /** The other parameters. */
  readonly others: readonly OtherParameter[];
}
