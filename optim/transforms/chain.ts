import { checkOptimizer, type Optimizer, optimizer } from "../optimizer.ts";
import { Nested } from "./nested.ts";

/**
 * Rules one after another: each takes what the one before has made of the gradients.
 *
 * The slots of the i-th stand under `i.`, from 0. The parameters to evaluate at are those of the last rule that has any.
 *
 * @param parts transforms and optimisers, at least one
 * @throws {RangeError} without parts.
 * @throws {TypeError} when a part is no optimizer, such as an array of them.
 *
 * @example
 * ```ts
 * import { chain } from "./chain.ts";
 * import { clipByGlobalNorm } from "./clip.ts";
 * import { sgd } from "../rules/sgd.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = chain(clipByGlobalNorm(1), sgd({ learningRate: 0.5 }));
 * const params = { w: Float64Array.of(0, 0) };
 * const [updates] = opt.update({ w: Float64Array.of(0, 4) }, opt.init(params), params);
 * assertEquals(updates.w[1], -0.5);
 * ```
 *
 * @see Optax `chain`.
 */
export function chain(...parts: readonly Optimizer[]): Optimizer {
  if (parts.length === 0) throw new RangeError("chain takes one or more rules, got none");
  if (Array.isArray(parts[0])) {
    throw new TypeError(
      "chain takes rules one after another, not an array of them: chain(a, b), or chain(...rules)",
    );
  }
  parts.forEach((part, i) => checkOptimizer(`chain: rule ${i + 1}`, part));
  const links = parts.map((part, i) => new Nested(part.rule, String(i)));
  const evaluated = links.findLast((link) => link.rule.evaluation !== undefined);
  const last = parts.findLast((part) => part.learningRate !== null);
  return optimizer({
    name: parts.map((part) => part.name).join(", "),
    like: last ?? null,
    rule: {
      gradientsPerUpdate: Math.max(...parts.map((part) => part.rule.gradientsPerUpdate ?? 1)),
      slots: (params) => Object.assign({}, ...links.map((link) => link.slots(params))),
      update(inputs) {
        let updates = inputs.grads;
        const state = {};
        for (const link of links) {
          const result = link.update(inputs, { grads: updates });
          updates = result.updates;
          Object.assign(state, result.state);
        }
        return { updates, state };
      },
      ...(evaluated === undefined ? {} : { evaluation: (inputs) => evaluated.evaluation(inputs) }),
    },
  });
}
