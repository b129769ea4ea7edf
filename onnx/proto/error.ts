/**
 * The error of models that cannot be used.
 *
 * @module
 */
import { DescentError } from "../../options/mod.ts";

/** Reports a model that is broken, or that needs something this library does not support. */
export class ModelError extends DescentError {
  /** The name of the class. */
  override name = "ModelError";
}

/**
 * Returns what `f` returns. A `TypeError` or `RangeError` that it throws becomes a `ModelError` that names the place.
 */
export function located<T>(who: string, f: () => T): T {
  try {
    return f();
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) {
      throw new ModelError(`${who}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}
