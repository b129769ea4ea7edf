/**
 * Parameters as one vector of float64.
 *
 * @module
 */
import { checkMatches, elementsOf, inFormOf, type Param, type Params, specOf } from "../params.ts";
import type { ValueAndGrads } from "./minimizer.ts";

/** The layout of parameters in a vector: one after the other, in the order of their names, whatever that in the record. */
export class FlatParams<P extends Params> {
  /** The number of elements. */
  readonly length: number;
  readonly #like: P;
  readonly #specs: Readonly<Record<string, ReturnType<typeof specOf>>>;

  /** @throws {TypeError} when a parameter is not a float32 or float64 tensor. */
  constructor(like: P) {
    if (typeof like !== "object" || like === null) {
      throw new TypeError(`params must hold the parameters by name, got ${String(like)}`);
    }
    this.#like = like;
    // Files may hold the parameters of a state in another order.
    const entries = Object.entries<Param>(like).sort(([a], [b]) => (a < b ? -1 : 1));
    this.#specs = Object.fromEntries(entries.map(([name, p]) => [name, specOf(p, `params.${name}`)]));
    this.length = entries.reduce((sum, [name, p]) => sum + elementsOf(p, name).length, 0);
  }

  /** Returns the elements of tensors that match the parameters. */
  vectorOf(tensors: Params): Float64Array {
    const vector = new Float64Array(this.length);
    let offset = 0;
    for (const name of Object.keys(this.#specs)) {
      const data = elementsOf(tensors[name]!, name);
      vector.set(data, offset);
      offset += data.length;
    }
    return vector;
  }

  /** Returns a vector as parameters, rounded to their types, in new arrays. */
  paramsOf(vector: Float64Array): P {
    let offset = 0;
    const params: Record<string, Param> = { ...this.#like };
    for (const name of Object.keys(this.#specs)) {
      const data = elementsOf(params[name]!, name).slice();
      data.set(vector.subarray(offset, offset + data.length));
      offset += data.length;
      params[name] = inFormOf(params[name]!, data);
    }
    return params as P;
  }

  /** Returns the gradient of an evaluation as a vector. @throws {TypeError} when it does not match the parameters. */
  gradientOf(evaluation: ValueAndGrads): Float64Array {
    if (typeof evaluation?.value !== "number") {
      throw new TypeError(
        `evaluate must return { value, grads } with a number as value, got ${String(evaluation?.value)}`,
      );
    }
    checkMatches(evaluation.grads, this.#specs, "grads");
    return this.vectorOf(evaluation.grads);
  }
}
