/**
 * The error of models that cannot be used.
 *
 * @module
 */

/** A model that is broken, or that asks for what this library does not do. */
export class ModelError extends Error {
  /** The name of the class. */
  override name = "ModelError";
}
