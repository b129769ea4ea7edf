/**
 * Checks of what a rule returns.
 *
 * @module
 */
import type { StaticShape } from "../../onnx/tensor/mod.ts";
import type { Expr } from "../language/mod.ts";

/**
 * Checks that expressions have the names and shapes of `specs`. A wrong shape would be broadcast when it is added to
 * the parameter, or would replace the parameter's shape.
 *
 * @throws {TypeError} naming the first entry that is missing, unknown or of another shape.
 */
export function checkShapes(
  given: Readonly<Record<string, Expr>>,
  specs: Readonly<Record<string, { readonly shape: StaticShape }>>,
  what: (name: string) => string,
): void {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(specs, name)) {
      throw new TypeError(`${what(name)} must be left out: there is no '${name}'`);
    }
  }
  for (const [name, { shape }] of Object.entries(specs)) {
    const e = Object.hasOwn(given, name) ? given[name] : undefined;
    if (!Array.isArray(e?.shape)) {
      throw new TypeError(
        `${what(name)} must be an expression, got ${e === undefined ? "nothing" : String(e)}`,
      );
    }
    if (e.shape.join() !== shape.join()) {
      throw new TypeError(`${what(name)} must have shape [${shape.join(", ")}], got [${e.shape.join(", ")}]`);
    }
  }
}
