/**
 * What the text of an optimizer describes.
 *
 * @module
 */
import type { Switch, Updater } from "../../../mod.ts";
import type { SearchInterval } from "../../../options/mod.ts";
import type { Argument, Call } from "../../notation/mod.ts";

/** What an optimizer depends on that its text may leave open. */
export interface Course {
  /** The number of steps of the training, for schedules that depend on it. */
  readonly steps?: number | undefined;
  /** Hyper-parameters that replace those of the text, by the names that reports show; none by default. */
  readonly hyperparameters?: Readonly<Record<string, Plain>>;
}

/** The value of a hyper-parameter; a schedule and a pattern of names stand as their texts. */
export type Plain = number | string | boolean;

/** What the text of an optimizer or a transform describes. */
export interface Recipe {
  /** The canonical form of the text. */
  readonly call: Pick<Call, "name" | "args">;
  /** The text with the rules inside that it leaves to the defaults. */
  readonly full: Call;
  /** All hyper-parameters but the learning rate, defaults included; those of a rule inside follow its name and a dot. */
  readonly hyperparameters: Readonly<Record<string, Plain>>;
  /** Where to search for the hyper-parameters that the text leaves open, by the same names. */
  readonly search: Readonly<Record<string, SearchInterval>>;
  /** Where to search for the learning rate, if it is known. */
  readonly rateSearch?: SearchInterval | undefined;
  /** The learning rate of the text, or the default one; `undefined` if it has none. */
  readonly learningRate: number | undefined;
  /** Whether the text sets the learning rate. */
  readonly fixesRate: boolean;
  readonly isTransform: boolean;
  /**
   * Makes it at a learning rate, which counts unless the text sets one.
   *
   * @throws {UsageError} when a schedule needs the number of steps and gets none.
   */
  readonly make: (learningRate: number, course: Course) => Updater;
  /** Returns the switch to another rule, for an optimizer that has one. */
  readonly switching?: () => Switch;
}

/** A number of steps for trials of schedules: beyond that of any training. */
export const ENDLESS = 1e9;

/** Returns an argument of the canonical form. */
export function argument(value: Argument["value"], name?: string): Argument {
  return { ...(name === undefined ? {} : { name }), value, at: 0, valueAt: 0 };
}
