import { type Declarations, filledOptions } from "../../options/mod.ts";
import { each, where } from "../language/mod.ts";
import { checkUpdater } from "../check_optimizer.ts";
import { type Combined, combined, type Transform, type Updater } from "../optimizer.ts";
import { Nested, onlyIf, select } from "../nesting/mod.ts";

/** Options of {@linkcode conditionallyTransform} and {@linkcode conditionallyMask}. */
export interface ConditionOptions {
  /** Returns whether the inner rule acts, from the number of calls before. It must depend on that alone. */
  when: (count: number) => boolean;
}

export const CONDITION_OPTIONS = {
  when: { kind: "other", type: "function", required: true },
} satisfies Declarations<ConditionOptions>;

/** Returns a rule that acts at some calls; `otherwise` it passes the gradients on, or makes no update. */
function conditional<T extends Updater>(
  name: string,
  inner: T,
  { when, otherwise }: { when: (count: number) => boolean; otherwise: "pass" | "mask" },
): Combined<T> {
  checkUpdater(`${name}: the rule inside`, inner);
  const { gradientsPerUpdate: period = 1 } = inner.rule;
  if (period > 1) {
    throw new RangeError(
      `${name} cannot wrap ${inner.name}, which takes ${period} gradients an update: make it the inner rule`,
    );
  }
  const nested = new Nested(inner.rule, "inner");
  const acted = actedBefore(when);
  const { learningRate } = inner;
  return combined([inner], {
    name: `${name} ${inner.name}`,
    hyperparameters: { inner, when },
    like: { learningRate: learningRate && ((count) => learningRate(acted(count))) },
    rule: {
      ...nested.evaluations,
      waits: otherwise === "mask",
      slots: (...of) => nested.slots(...of),
      update(inputs) {
        const { grads, params, state, at } = inputs;
        const acts = at("acts", ({ t }) => (when(t - 1) ? 1 : 0));
        const result = nested.update(inputs, { t: (t) => acted(t - 1) + 1 });
        const { ends, clocks = {} } = onlyIf(acts, result);
        return {
          updates: each(
            Object.keys(params),
            (p) => where(acts, result.updates[p]!, otherwise === "pass" ? grads[p]! : 0),
          ),
          state: select(acts, result.state, state),
          clocks,
          ...(otherwise === "mask" ? { ends } : {}),
        };
      },
    },
  });
}

/** Returns how many of the first calls a condition was true for. The counts are kept: calls come one after another. */
function actedBefore(when: (count: number) => boolean): (calls: number) => number {
  const counts = [0];
  return (calls) => {
    while (counts.length <= calls) counts.push(counts.at(-1)! + (when(counts.length - 1) ? 1 : 0));
    return counts[calls]!;
  };
}

/**
 * Applies a transform at some updates, and passes the gradients on unchanged at the others.
 *
 * ```text
 * u = the transform's where when(t - 1), else g
 * ```
 *
 * The transform's state, and its count, move only where it acts.
 *
 * State: the transform's.
 *
 * Elsewhere: Optax `conditionally_transform`: the same, without the arguments that it can forward.
 *
 * @param inner a transform: gradients that a rule passed on would be added to the parameters
 * @throws {RangeError} when the transform takes several gradients an update.
 * @throws {TypeError} when the inner rule is not a transform, or leaves out updates itself.
 *
 * @example
 * ```ts
 * import { conditionallyTransform } from "./conditionally.ts";
 * import { clip } from "./clip.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = conditionallyTransform(clip(1), { when: (count) => count < 1 });
 * const params = { w: Float64Array.of(0) };
 * const [first, state] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * const [second] = opt.update({ w: Float64Array.of(3) }, state, params);
 * assertEquals([first.w[0], second.w[0]], [1, 3]);
 * ```
 *
 * @see Optax `conditionally_transform`.
 */
export function conditionallyTransform(inner: Transform, options: ConditionOptions): Transform {
  checkUpdater("conditionallyTransform: the rule inside", inner);
  if (inner.role !== "transform" || inner.rule.waits === true) {
    throw new TypeError(
      `conditionallyTransform takes a transform that acts at each call, not ${
        (inner as Updater).name
      }: use conditionallyMask`,
    );
  }
  const { when } = filledOptions("conditionallyTransform", options, CONDITION_OPTIONS);
  return conditional("conditionallyTransform", inner, { when, otherwise: "pass" });
}

/**
 * Applies a rule at some calls; at the others the updates are 0, and the rule does not see the gradients.
 *
 * ```text
 * u = the rule's where when(t - 1), else 0
 * ```
 *
 * The rule's state, and its count, move only where it acts: `when: (count) => count % 2 === 0` trains every other step.
 *
 * State: the rule's.
 *
 * Elsewhere: Optax `conditionally_mask`: the same, without the arguments that it can forward.
 *
 * @throws {RangeError} when the rule takes several gradients an update.
 *
 * @example
 * ```ts
 * import { conditionallyMask } from "./conditionally.ts";
 * import { sgd } from "../rules/sgd.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = conditionallyMask(sgd({ learningRate: 1 }), { when: (count) => count >= 1 });
 * const params = { w: Float64Array.of(0) };
 * const [first, state] = opt.update({ w: Float64Array.of(3) }, opt.init(params), params);
 * const [second] = opt.update({ w: Float64Array.of(3) }, state, params);
 * assertEquals([first.w[0], second.w[0]], [0, -3]);
 * ```
 *
 * @see Optax `conditionally_mask`.
 */
export function conditionallyMask<T extends Updater>(inner: T, options: ConditionOptions): Combined<T> {
  const { when } = filledOptions("conditionallyMask", options, CONDITION_OPTIONS);
  return conditional("conditionallyMask", inner, { when, otherwise: "mask" });
}
