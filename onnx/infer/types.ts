/**
 * The interface of shape-inference rules.
 *
 * @module
 */
import type { Dim, DType, Shape, Tensor } from "../tensor/mod.ts";

/** The facts about a value that are known while a graph is built. */
export interface Known {
  /** The element type; `undefined` for sequences, optionals and outputs of operators without a schema. */
  readonly dtype: DType | undefined;
  /** The dimensions; `undefined` when even the rank is unknown. */
  readonly shape: Shape | undefined;
  /**
   * The contents of a small tensor of known shape, row-major, where they follow from shapes: `Shape`, and what models
   * compute from it to feed `Reshape`, `Expand`, `Slice` …. A string entry is the size of a symbolic dimension. Values
   * are whole numbers for integer types, 0 and 1 for `bool`, and may be fractions for float types on the way.
   */
  readonly contents?: readonly Dim[] | undefined;
  /** The constant itself, where the value is one. */
  readonly tensor?: Tensor | undefined;
}

/** A node as a rule sees it. Attribute readers return the schema's default where the attribute is absent. */
export interface InferNode {
  /** The operator's name. */
  readonly opType: string;
  /** The version of the operator set that the node's domain is imported at. */
  readonly opset: number;
  /** `null` for an optional input that is left out; may be shorter than the schema's list. */
  readonly inputs: readonly (Known | null)[];
  /** How many outputs the node has, unused ones included. */
  readonly outputCount: number;
  /** An `INT` attribute. */
  int(name: string): number | undefined;
  /** An `INTS` attribute. */
  ints(name: string): readonly number[] | undefined;
  /** A `FLOAT` attribute. */
  float(name: string): number | undefined;
  /** A `FLOATS` attribute. */
  floats(name: string): readonly number[] | undefined;
  /** A `STRING` attribute. */
  string(name: string): string | undefined;
  /** A `STRINGS` attribute; a view that cannot read them leaves the method out. */
  strings?(name: string): readonly string[] | undefined;
  /** A `TENSOR` attribute. */
  tensor(name: string): Tensor | undefined;
  /** The outputs of a subgraph attribute, as known inside it. */
  subgraphOutputs(name: string): readonly Known[];
  /** A symbol for a size that nothing known determines; `hint` makes it readable. */
  freshDim(hint?: string): string;
}

/**
 * The facts about one output that a rule infers. A dtype is given only where the schema's type variables do not
 * determine it.
 */
export interface Inferred {
  /** The element type. */
  readonly dtype?: DType | undefined;
  /** The dimensions; left out when even the rank is unknown. */
  readonly shape?: Shape | undefined;
  /** The contents, as in `Known`. */
  readonly contents?: readonly Dim[] | undefined;
}

/**
 * Infers the outputs of a node. Throws `RangeError` or `TypeError`, its message saying which input or attribute is wrong
 * and what would be right; the caller adds the node's name. Inputs of unknown shape are never an error.
 */
export type InferRule = (node: InferNode) => readonly Inferred[];
