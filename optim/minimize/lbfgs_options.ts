/**
 * The options of L-BFGS.
 *
 * @module
 */
import { choice, type Declarations, filledOptions, fixed, flag, open } from "../../options/mod.ts";

/** The line searches of {@linkcode lbfgs}. */
export type LineSearch = "strong-wolfe" | "zoom" | "none";

/** Options of {@linkcode lbfgs}. */
export interface LbfgsOptions {
  /**
   * The line search: that of PyTorch (`"strong-wolfe"`), that of Optax (`"zoom"`), or none: every step has the length
   * `learningRate`. `"strong-wolfe"` by default.
   */
  lineSearch?: LineSearch;
  /**
   * The peer whose first step, condition on pairs and rules to end are followed. `"optax"` by default with `"zoom"`, else
   * `"torch"`. Only with `"none"` are both possible.
   */
  form?: "torch" | "optax";
  /** The rate that a search tries first, or a factor on the direction in the form `"optax"`: above 0. 1 by default. */
  learningRate?: number;
  /** Pairs of steps and gradient differences to keep: at least 1. 100 by default in the form `"torch"`, 10 in `"optax"`. */
  historySize?: number;
  /** Evaluations of a line search after its first (`"strong-wolfe"`, 25 by default) or in all (`"zoom"`, 20). */
  maxSearch?: number;
  /** The largest element of a gradient to end at: at least 0. 1e-7 by default in the form `"torch"`, 0 in `"optax"`. */
  toleranceGrad?: number;
  /** The change of value or parameters to end at: at least 0. 1e-9 by default in the form `"torch"`, 0 in `"optax"`. */
  toleranceChange?: number;
  /** In the form `"optax"`: whether to scale the first inverse Hessian. `true` by default. */
  scaleInitPrecond?: boolean;
  /** For `"zoom"`: the largest rate, above 0; none by default. */
  maxRate?: number;
  /** For `"zoom"`: whether a point may meet the approximate Wolfe rule instead of sufficient decrease. `true` by default. */
  approximateWolfe?: boolean;
}

const LBFGS_OPTIONS = {
  lineSearch: choice(["strong-wolfe", "zoom", "none"], "strong-wolfe"),
  form: { kind: "choice", choices: ["torch", "optax"] },
  learningRate: fixed("a finite number above 0", 1),
  historySize: open("an integer of at least 1"),
  maxSearch: open("an integer of at least 1"),
  toleranceGrad: open("a finite number of at least 0"),
  toleranceChange: open("a finite number of at least 0"),
  scaleInitPrecond: flag(true),
  maxRate: open("a finite number above 0"),
  approximateWolfe: flag(true),
} satisfies Declarations<LbfgsOptions>;

/** What differs between the forms. */
const FORMS = {
  torch: { historySize: 100, toleranceGrad: 1e-7, toleranceChange: 1e-9 },
  optax: { historySize: 10, toleranceGrad: 0, toleranceChange: 0 },
} as const;

/** Default evaluations of a search. */
const MAX_SEARCH = { "strong-wolfe": 25, zoom: 20, none: 1 } as const;

/** The options of other line searches. */
const UNUSED = {
  "strong-wolfe": ["maxRate", "approximateWolfe"],
  zoom: [],
  none: ["maxSearch", "maxRate", "approximateWolfe"],
} as const satisfies Readonly<Record<LineSearch, readonly (keyof LbfgsOptions)[]>>;

/** The options with all defaults. */
export type Settings = ReturnType<typeof settingsOf>;

/** Returns the options with the defaults that depend on one another. @throws {RangeError} for options that do not fit. */
export function settingsOf(options: LbfgsOptions) {
  const o = filledOptions("lbfgs", options, LBFGS_OPTIONS);
  const own = o.lineSearch === "zoom" ? "optax" : "torch";
  const { form = own } = o;
  if (o.lineSearch !== "none" && form !== own) {
    throw new RangeError(`lbfgs: lineSearch "${o.lineSearch}" is that of the form "${own}", got "${form}"`);
  }
  const unused = UNUSED[o.lineSearch].find((name) => options[name] !== undefined);
  if (unused !== undefined) {
    throw new RangeError(`lbfgs: lineSearch "${o.lineSearch}" has no ${unused}: leave it out`);
  }
  if (form === "torch" && options.scaleInitPrecond !== undefined) {
    throw new RangeError(`lbfgs: scaleInitPrecond goes with the form "optax", which is "torch"`);
  }
  return { ...FORMS[form], maxSearch: MAX_SEARCH[o.lineSearch], maxRate: Infinity, ...o, form };
}
