/**
 * Optimizers that read the layers of a model, bound to one.
 *
 * @module
 */
import { type Optimizer, optimizer } from "../../optim/mod.ts";
import { type ModelLayers, type ParamSpec, withLayers } from "../../optim/language/mod.ts";

/**
 * Returns the optimizer for a model with these layers: itself, but for a rule that asks for them, such as `kfac`, alone or
 * inside other rules.
 *
 * @param model.params the trained parameters, by name
 * @param model.layers called if the rule asks for the layers
 * @throws {RangeError} when the rule cannot train the model.
 *
 * @example
 * ```ts
 * import { ruleForLayers } from "./rule_for_layers.ts";
 * import { kfac } from "../../optim/rules/kfac.ts";
 * import { sgd } from "../../optim/rules/sgd.ts";
 * import { assertEquals } from "@std/assert";
 * const params = { w: { dtype: "float32", shape: [3, 2] } } as const;
 * const layer = { kind: "dense", weight: "w", inputs: 2, outputs: 3, transposed: false } as const;
 * const layers = () => ({ layers: [layer], others: [] });
 * const bound = ruleForLayers(kfac(), { params, layers });
 * assertEquals(bound.trace(params).needs.factors.map(({ name }) => name), ["inputs/w", "outputs/w"]);
 * const plain = sgd();
 * assertEquals(ruleForLayers(plain, { params, layers }), plain);
 * ```
 */
export function ruleForLayers(
  opt: Optimizer,
  { params, layers }: { params: Readonly<Record<string, ParamSpec>>; layers: () => ModelLayers },
): Optimizer {
  let found: ModelLayers | undefined;
  const scope = () => found ??= layers();
  const { name, rule } = opt;
  withLayers(scope, () => rule.slots(params, {}));
  if (found === undefined) return opt;
  return optimizer({
    name,
    like: opt,
    rule: {
      ...rule,
      slots: (...given) => withLayers(scope, () => rule.slots(...given)),
      update: (inputs) => withLayers(scope, () => rule.update(inputs)),
    },
  });
}
