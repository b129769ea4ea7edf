/**
 * The protocol by which Jupyter's kernel of Deno shows an object.
 *
 * @module
 */

/** One content in several forms, by media type; a notebook shows the richest that it knows. */
export type MediaBundle = Readonly<Record<string, string | object>>;

/**
 * The name of the method that a kernel calls to show an object.
 *
 * @see https://docs.deno.com/runtime/reference/cli/jupyter/#rich-content-output
 */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display");

/** An object that shows itself in a notebook. */
export interface Displayable {
  /** Returns the forms to show it in. */
  [DISPLAY](): MediaBundle | Promise<MediaBundle>;
}

/**
 * Makes an object show itself in notebooks, and returns the same object. Nothing else changes: the method is not enumerable,
 * so copies by `{ ...object }`, JSON and comparisons do without it.
 *
 * @param bundle returns the forms to show the object in; called when a notebook shows it
 *
 * @example
 * ```ts
 * import { bundleOf, withDisplay } from "./displayable.ts";
 * import { assertEquals } from "@std/assert";
 * const point = withDisplay({ x: 1, y: 2 }, ({ x, y }) => ({ "text/plain": `(${x}, ${y})` }));
 * assertEquals(await bundleOf(point), { "text/plain": "(1, 2)" });
 * assertEquals(point, { x: 1, y: 2 });
 * ```
 */
export function withDisplay<T extends object>(
  object: T,
  bundle: (object: T) => MediaBundle | Promise<MediaBundle>,
): T {
  return Object.defineProperty(object, DISPLAY, { value: () => bundle(object), configurable: true });
}

/**
 * Returns the forms in which a notebook shows an object; `undefined` if the object does not say.
 *
 * @example
 * ```ts
 * import { bundleOf } from "./displayable.ts";
 * import { adam } from "../optim/mod.ts";
 * import { assertMatch } from "@std/assert";
 * assertMatch(String((await bundleOf(adam()))?.["text/plain"]), /^adam\(learningRate: 0\.001, /);
 * ```
 */
export async function bundleOf(object: object): Promise<MediaBundle | undefined> {
  return await (object as Partial<Displayable>)[DISPLAY]?.();
}
