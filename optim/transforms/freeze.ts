import { checkOptions, type Declarations } from "../../options/mod.ts";
import { checkUpdater } from "../check_optimizer.ts";
import { checkNamed } from "../common.ts";
import { each, filled, perParameter, type Rule } from "../language/mod.ts";
import { anyEnds, asOptions, naming, partition } from "../nesting/mod.ts";
import { type Combined, combined, transform, type Updater } from "../optimizer.ts";

/** Options of {@linkcode freeze}. */
export interface FreezeOptions {
  /** Returns whether the parameter with this name stays unchanged. */
  frozen: (name: string) => boolean;
}

export const FREEZE_OPTIONS = { frozen: { kind: "names", required: true } } satisfies Declarations<
  FreezeOptions
>;

/**
 * Leaves some parameters unchanged; they have no state.
 *
 * For outer rules, an update ends when the inner rule's does.
 *
 * @param inner the optimizer or transform for all others
 * @throws {RangeError} from `init` and `trace`, if no parameter or every parameter is frozen.
 *
 * @example
 * ```ts
 * import { freeze } from "./freeze.ts";
 * import { sgd } from "../rules/sgd.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = freeze(sgd({ learningRate: 1 }), { frozen: (name) => name.startsWith("encoder.") });
 * const params = { "encoder.w": Float64Array.of(0), head: Float64Array.of(0) };
 * const grads = { "encoder.w": Float64Array.of(1), head: Float64Array.of(1) };
 * const [updates] = opt.update(grads, opt.init(params), params);
 * assertEquals([updates["encoder.w"][0], updates.head[0]], [0, -1]);
 * ```
 *
 * @see Optax `freeze`; PyTorch's `requires_grad = False`.
 */
export function freeze<T extends Updater>(inner: T, options: FreezeOptions): Combined<T>;
/**
 * Leaves some parameters unchanged.
 *
 * @deprecated Give the function as an option: `freeze(inner, { frozen })`.
 */
export function freeze<T extends Updater>(inner: T, frozen: (name: string) => boolean): Combined<T>;
export function freeze<T extends Updater>(
  inner: T,
  given: FreezeOptions | FreezeOptions["frozen"],
): Combined<T> {
  checkUpdater("freeze: the rule inside", inner);
  const options = asOptions<FreezeOptions>(given, "frozen");
  checkOptions("freeze", options, FREEZE_OPTIONS);
  const { frozen } = options;
  // The gradient is not read: NaN in it must not reach the parameter.
  const stay = transform({
    name: "stay",
    rule: perParameter({}, ({ g }) => ({ u: filled(g.shape, 0) })),
  });
  const name = `freeze ${inner.name}`;
  const { rule } = partition({ inner, frozen: stay }, {
    label: (name) => (frozen(name) ? "frozen" : "inner"),
    name,
    mayBeEmpty: ["inner", "frozen"],
  });
  const check = (names: readonly string[]) => {
    checkNamed("freeze: frozen", { names, chosen: frozen, remedy: "or leave freeze out" });
    if (names.length > 0 && names.every(frozen)) {
      throw new RangeError(
        `freeze: frozen matches all ${names.length} parameters: there is nothing to train`,
      );
    }
  };
  return combined([inner], {
    name,
    like: inner,
    rule: naming(endingTogether(rule, frozen), check),
    hyperparameters: { inner, frozen },
  });
}

/**
 * Returns the rule with other ends of updates for parameters that never move: theirs end when those of any other do, not
 * at each call.
 */
function endingTogether(rule: Rule, frozen: (name: string) => boolean): Rule {
  return {
    ...rule,
    update(inputs) {
      const result = rule.update(inputs);
      const { ends } = result;
      if (ends === undefined) return result;
      const names = Object.keys(ends);
      const moving = names.filter((p) => !frozen(p));
      const done = anyEnds({ ends: each(moving, (p) => ends[p]!) });
      return { ...result, ends: each(names, (p) => (frozen(p) ? done : ends[p]!)) };
    },
  };
}
