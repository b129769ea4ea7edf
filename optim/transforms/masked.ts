import { checkOptions, type Declarations } from "../../options/mod.ts";
import { checkUpdater } from "../check_optimizer.ts";
import { checkNamed } from "../common.ts";
import { perParameter } from "../language/mod.ts";
import { asOptions, naming, partition } from "../nesting/mod.ts";
import { type Combined, combined, transform, type Updater } from "../optimizer.ts";

/** Options of {@linkcode masked}. */
export interface MaskedOptions {
  /** Returns whether the optimizer or transform is for the parameter with this name. */
  mask: (name: string) => boolean;
}

export const MASKED_OPTIONS = { mask: { kind: "names", required: true } } satisfies Declarations<
  MaskedOptions
>;

/**
 * Applies an optimizer or a transform to some parameters; the other gradients pass through unchanged.
 *
 * @throws {RangeError} from `init` and `trace`, if it is for no parameter.
 *
 * @example
 * ```ts
 * import { masked } from "./masked.ts";
 * import { clip } from "./clip.ts";
 * import { assertEquals } from "@std/assert";
 * const opt = masked(clip(1), { mask: (name) => name === "w" });
 * const params = { w: Float64Array.of(0), bias: Float64Array.of(0) };
 * const [updates] = opt.update({ w: Float64Array.of(9), bias: Float64Array.of(9) }, opt.init(params), params);
 * assertEquals([updates.w[0], updates.bias[0]], [1, 9]);
 * ```
 *
 * @see Optax `masked`.
 */
export function masked<T extends Updater>(inner: T, options: MaskedOptions): Combined<T>;
/**
 * Applies an optimizer or a transform to some parameters.
 *
 * @deprecated Give the function as an option: `masked(inner, { mask })`.
 */
export function masked<T extends Updater>(inner: T, mask: (name: string) => boolean): Combined<T>;
export function masked<T extends Updater>(
  inner: T,
  given: MaskedOptions | MaskedOptions["mask"],
): Combined<T> {
  checkUpdater("masked: the rule inside", inner);
  const options = asOptions<MaskedOptions>(given, "mask");
  checkOptions("masked", options, MASKED_OPTIONS);
  const { mask } = options;
  const pass = transform({ name: "pass", rule: perParameter({}, ({ g }) => ({ u: g })) });
  const name = `masked ${inner.name}`;
  const { rule } = partition({ inner, pass }, {
    label: (name) => (mask(name) ? "inner" : "pass"),
    name,
    mayBeEmpty: ["inner", "pass"],
  });
  return combined([inner], {
    name,
    hyperparameters: { inner, mask },
    like: inner,
    rule: naming(
      rule,
      (names) => checkNamed("masked: mask", { names, chosen: mask, remedy: "or leave the rule out" }),
    ),
  });
}
