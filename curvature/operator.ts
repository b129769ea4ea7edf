/**
 * A matrix of second derivatives of a loss over a data set, by its products with vectors.
 *
 * @module
 */
import { checkNumber, checkOptions, type OptionNames } from "../options/mod.ts";
import type { PreparedModel } from "../autodiff/mod.ts";
import { preparedOf } from "../autodiff/trained/mod.ts";
import { type Model, type Tensor, tensor, tensorOf } from "../onnx/mod.ts";
import type { DataTensor } from "../runtime/program/mod.ts";
import {
  openSession,
  type Session,
  SESSION_OPTIONS,
  type SessionOptions,
  sessionOptionsIn,
} from "../runtime/session/mod.ts";
import { type CurvatureKind, type Derivative, derivativeGraph, NAME } from "./derivative_graph.ts";
import { dimensionOf, flatten, type Specs, unflatten } from "./vectors.ts";

/** The model, the data, the point in the space of parameters, and the matrix. */
export interface CurvatureOptions extends SessionOptions {
  /** A model with a scalar output that is a mean over the batch, such as `withLoss` makes, or a prepared one. */
  model: Model | PreparedModel;
  /** The data set: a tensor for each input of the model, examples first. */
  data: Readonly<Record<string, DataTensor | Tensor>>;
  /** The output to differentiate; `"loss"` by default. Not for a prepared model. */
  loss?: string;
  /**
   * The parameters to differentiate by: their values by name. By default those that `gradientModel` takes, with the values
   * in the model.
   */
  params?: Readonly<Record<string, Tensor>>;
  /**
   * The matrix; `"hessian"` by default. `"gauss-newton"` is `J' H J`, with the Jacobian of the scores and the loss's own
   * Hessian; `"fisher"` the empirical Fisher matrix, the mean of `g g'` over examples.
   */
  kind?: CurvatureKind;
  /** For `"gauss-newton"`, the name of the scores; the model's first output by default. */
  scores?: string;
  /**
   * Examples a batch, at least 1; 500 by default. It bounds memory. Where batch normalization takes the statistics of the
   * batch it is part of the loss; otherwise it does not change results beyond rounding.
   */
  batchSize?: number;
  /**
   * Whether batch normalization takes the statistics of the batch, as in training; `true` by default. Dropout drops nothing.
   */
  batchStatistics?: boolean;
}

const CURVATURE_OPTIONS = {
  ...SESSION_OPTIONS,
  model: true,
  data: true,
  loss: false,
  params: false,
  kind: ["hessian", "gauss-newton", "fisher"],
  scores: false,
  batchSize: false,
  batchStatistics: "flag",
} satisfies OptionNames<CurvatureOptions>;

/** A symmetric matrix, by its products with vectors. */
export interface LinearOperator {
  /** The number of rows. */
  readonly dimension: number;
  /** Returns the product with a vector of `dimension` numbers. */
  apply(vector: ArrayLike<number>): Promise<Float64Array>;
}

/** A loss and its gradient over a data set. */
export interface LossGradient {
  /** The mean loss. */
  readonly loss: number;
  /** The mean gradient. */
  readonly gradient: Float64Array;
  /** The squared norm of the gradient of each whole batch. */
  readonly batchNorms: Float64Array;
}

/** A matrix of second derivatives at a point, with the loss and gradient there. */
export interface CurvatureOperator extends LinearOperator, AsyncDisposable {
  /** The types and shapes of the parameters: vectors hold them one after the other, in this order. */
  readonly parameters: Specs;
  /** Examples of the data set. */
  readonly examples: number;
  /** Examples a batch. */
  readonly batchSize: number;
  /** The parameters at which derivatives are taken. It may be set, to a vector of `dimension` numbers. */
  point: Float64Array;
  /** Returns the mean loss, at the point or at another one. */
  loss(at?: ArrayLike<number>): Promise<number>;
  /** Returns the mean loss and gradient, at the point or at another one. */
  gradient(at?: ArrayLike<number>): Promise<LossGradient>;
  /** Returns the numbers of tensors, by the names of the parameters, as a vector. */
  vector(tensors: Readonly<Record<string, Tensor>>): Float64Array;
  /** Returns a vector as tensors by the names of the parameters. */
  tensors(vector: ArrayLike<number>): Record<string, Tensor>;
  /** Frees what the runtime holds. */
  close(): Promise<void>;
}

/**
 * Compiles and opens the products of a matrix of second derivatives, averaged over a data set: all batches in one run, the
 * last, smaller one in another.
 *
 * @throws {RangeError} when an option is unknown or out of its range, or a parameter does not exist or has another shape;
 * whatever `prepareModel`, differentiation and `openSession` throw.
 *
 * @example
 * ```ts
 * import { curvatureOperator } from "./operator.ts";
 * import { mlp, tensor, withLoss } from "../mod.ts";
 * import { assertEquals } from "@std/assert";
 * const model = withLoss(mlp({ inputs: 2, hidden: [], outputs: 1 }), { loss: "mse" });
 * // The loss is the mean of (x w + b - t)^2: its Hessian is 2 Z'Z / N, with a column of ones in Z.
 * const data = { x: tensor(Float32Array.of(1, 0, 0, 2), [2, 2]), target: tensor(Float32Array.of(1, 1), [2, 1]) };
 * await using hessian = await curvatureOperator({ model, data });
 * assertEquals([...await hessian.apply([1, 1, 0])], [1, 4, 3]);
 * ```
 */
export async function curvatureOperator(options: CurvatureOptions): Promise<CurvatureOperator> {
  checkOptions("curvatureOperator", options, CURVATURE_OPTIONS);
  const { data, kind = "hessian", batchSize = 500, batchStatistics = true, device } = options;
  checkNumber("batchSize", batchSize, "an integer of at least 1");
  const given = "warnings" in options.model
    ? preparedOf(options.model, {})
    : preparedOf(options.model, { loss: options.loss ?? "loss", ...parametersIn(options) });
  const sizes = new Set(Object.values(data).map((t) => t.shape[0] ?? 0));
  if (sizes.size !== 1) {
    throw new RangeError(`all tensors of data must hold equally many examples, got ${[...sizes]}`);
  }
  const examples = [...sizes][0]!;
  if (examples === 0) throw new RangeError("data holds no examples");
  const parameters = given.parameters;
  const operator = new Operator({
    data,
    examples,
    batchSize: Math.min(batchSize, examples),
    parameters,
    kind,
    compile: (derivative, size) =>
      derivativeGraph({
        prepared: given,
        inputs: data,
        parameters,
        derivative,
        batchSize: size,
        batchStatistics,
        scores: options.scores ?? given.model.graph!.output[0]!.name,
        target: (device ?? "cpu") === "cpu" ? "cpu" : "gpu",
      }),
    session: sessionOptionsIn(options),
    point: flatten(startOf(options, parameters, given.wide.graph.initializers), parameters),
  });
  // A model that cannot be differentiated, or a device that is absent, is told at once.
  await operator.prepare(kind);
  return operator;
}

function parametersIn({ params }: CurvatureOptions): { parameters?: readonly string[] } {
  return params === undefined ? {} : { parameters: Object.keys(params) };
}

/** Returns the values of the parameters to start at. */
function startOf(
  { params }: CurvatureOptions,
  parameters: Specs,
  initializers: ReadonlyMap<string, { readonly tensor: () => Tensor }>,
): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { shape }]) => {
      const value = params === undefined ? initializers.get(name)!.tensor() : params[name];
      if (value === undefined || `${value.shape}` !== `${shape}`) {
        throw new RangeError(
          `params: '${name}' must have shape [${shape}], ${
            value === undefined ? "is missing" : `has [${value.shape}]`
          }`,
        );
      }
      return [name, value];
    }),
  );
}

interface Parts {
  readonly data: Readonly<Record<string, Tensor>>;
  readonly examples: number;
  readonly batchSize: number;
  readonly parameters: Specs;
  readonly kind: CurvatureKind;
  readonly compile: (derivative: Derivative, batchSize: number) => Model;
  readonly session: SessionOptions;
  readonly point: Float64Array;
}

/** The operator of {@linkcode curvatureOperator}. */
class Operator implements CurvatureOperator {
  readonly #parts: Parts;
  readonly #sessions = new Map<string, Promise<Session>>();
  #point: Float64Array;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#point = parts.point;
  }

  get dimension(): number {
    return dimensionOf(this.parameters);
  }

  get parameters(): Specs {
    return this.#parts.parameters;
  }

  get examples(): number {
    return this.#parts.examples;
  }

  get batchSize(): number {
    return this.#parts.batchSize;
  }

  get point(): Float64Array {
    return this.#point;
  }

  set point(vector: Float64Array) {
    unflatten(vector, this.parameters);
    this.#point = Float64Array.from(vector);
  }

  vector(tensors: Readonly<Record<string, Tensor>>): Float64Array {
    return flatten(tensors, this.parameters);
  }

  tensors(vector: ArrayLike<number>): Record<string, Tensor> {
    return unflatten(vector, this.parameters);
  }

  async prepare(derivative: Derivative): Promise<void> {
    await this.#open(derivative, this.batchSize);
  }

  async apply(vector: ArrayLike<number>): Promise<Float64Array> {
    const vectors = Object.entries(unflatten(vector, this.parameters)).map(([n, t]) => [NAME.vector(n), t]);
    const { sum } = await this.#run(this.#parts.kind, this.#point, Object.fromEntries(vectors));
    return sum;
  }

  async loss(at: ArrayLike<number> = this.#point): Promise<number> {
    return (await this.#run("loss", at, {})).loss;
  }

  async gradient(at: ArrayLike<number> = this.#point): Promise<LossGradient> {
    const { loss, sum, norms } = await this.#run("gradient", at, {});
    return { loss, gradient: sum, batchNorms: norms };
  }

  async close(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #open(derivative: Derivative, batchSize: number): Promise<Session> {
    const key = `${derivative} ${batchSize}`;
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    const opened = openSession(this.#parts.compile(derivative, batchSize), this.#parts.session);
    this.#sessions.set(key, opened);
    return opened;
  }

  async #run(derivative: Derivative, at: ArrayLike<number>, vectors: Readonly<Record<string, Tensor>>) {
    const { data, examples, batchSize, parameters } = this.#parts;
    const whole = Math.floor(examples / batchSize);
    const given = Object.entries(data).map(([n, t]) => [NAME.data(n), t]);
    const feeds = { ...Object.fromEntries(given), ...unflatten(at, parameters), ...vectors };
    const names = derivative === "loss" ? [] : Object.keys(parameters);
    const sum = new Float64Array(derivative === "loss" ? 0 : this.dimension);
    let [loss, norms] = [0, new Float64Array(0)];
    for (
      const [first, steps, size] of [[0, whole, batchSize], [
        whole * batchSize,
        1,
        examples % batchSize,
      ]] as const
    ) {
      if (steps === 0 || size === 0) continue;
      const session = await this.#open(derivative, size);
      const rows = BigInt64Array.from({ length: steps * size }, (_, i) => BigInt(first + i));
      const { dtype } = Object.values(parameters)[0]!;
      const out = await session.run({
        ...feeds,
        [NAME.rows]: tensor(rows, [steps, size]),
        [NAME.weight]: tensorOf([size / examples], [], dtype),
      });
      loss += Number(out[NAME.loss]!.data[0]);
      const parts = Object.fromEntries(names.map((n) => [n, out[NAME.result(n)]!]));
      if (names.length > 0) flatten(parts, parameters).forEach((v, i) => sum[i]! += v);
      if (out[NAME.norms] && first === 0) norms = Float64Array.from(out[NAME.norms]!.data as Float32Array);
    }
    return { loss, sum, norms };
  }
}
