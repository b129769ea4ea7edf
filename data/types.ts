/**
 * The types of data sets.
 *
 * @module
 */

/** Typed arrays that hold a data set's numbers. */
export type DataArray =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint8Array;

/** A dense tensor whose first dimension counts the examples; a `Tensor` of the graph layer, as far as types go. */
export interface DataTensor {
  /** The element type, that of `data`. */
  readonly dtype: "float64" | "float32" | "int64" | "int32" | "int16" | "int8" | "uint8";
  /** The dimensions, outermost first: `[N, ...]`. */
  readonly shape: readonly number[];
  /** The elements in row-major order. */
  readonly data: DataArray;
}

/** The inputs of a program by name: features `x`, labels or targets `y`, and possibly others. */
export interface DataInputs {
  /** Further inputs, `[N, ...]` each. */
  readonly [name: string]: DataTensor;
  /** The features, `[N, ...]`. */
  readonly x: DataTensor;
  /** The labels, int64 `[N]`, each in [0, classes); or targets, float `[N]`. */
  readonly y: DataTensor;
}

/** A data set: `N` examples and what is known of them. */
export interface DataSet {
  /** A short name, such as `"digits"`. */
  readonly name: string;
  /** The tensors, all with the same first dimension. */
  readonly inputs: DataInputs;
  /** Number of classes of the labels; absent if `y` is not a class. */
  readonly classes?: number;
  /** The name of each class, by label. */
  readonly classNames?: readonly string[];
  /** The name of each feature, for tables. */
  readonly featureNames?: readonly string[];
  /** The least and greatest value that `x` can take, where that is known: `[0, 255]` for images. */
  readonly range?: readonly [number, number];
  /** The source of the data, and their license. */
  readonly source?: string;
}
