/**
 * The layers of the model that a rule is traced for. Rules around other rules need not pass them on.
 *
 * @module
 */
import type { ModelLayers } from "./layer.ts";

/** Returns the layers of the present model; `null` where rules are traced without one. */
let present: (() => ModelLayers) | null = null;

/**
 * Calls a function, in which {@linkcode layersInScope} returns the layers.
 *
 * @param layers called when a rule asks for them
 * @param f a function that is done when it returns: no promise
 *
 * @example
 * ```ts
 * import { layersInScope, withLayers } from "./layers_scope.ts";
 * import { assertEquals } from "@std/assert";
 * const found = { layers: [], others: [] };
 * assertEquals([withLayers(() => found, layersInScope), layersInScope()], [found, undefined]);
 * ```
 */
export function withLayers<T>(layers: () => ModelLayers, f: () => T): T {
  const before = present;
  present = layers;
  try {
    return f();
  } finally {
    present = before;
  }
}

/**
 * Returns the layers of the model that a training program traces a rule for, in the rule's `slots` and `update`; `undefined`
 * elsewhere.
 *
 * @example
 * ```ts
 * import { layersInScope } from "./layers_scope.ts";
 * import { assertEquals } from "@std/assert";
 * assertEquals(layersInScope(), undefined);
 * ```
 */
export function layersInScope(): ModelLayers | undefined {
  return present?.();
}
