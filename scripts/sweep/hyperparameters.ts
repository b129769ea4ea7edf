/**
 * Hyper-parameters in sweeps: `"adamw.beta1"` sets `beta1` wherever a trial's `--optimizer` names `adamw`.
 *
 * @module
 */
import {
  type Call,
  NotationError,
  printCalls,
  readCall,
  readCalls,
  type Value,
  withOptionOf,
} from "../notation/mod.ts";
import { FieldError, isHyperparameter } from "./fields.ts";

/** A value in a sweep file. */
type Given = string | number | boolean;

/** Values by option. */
type Setting = Readonly<Record<string, Given>>;

/** The options of a sweep. */
interface Options {
  readonly options: Setting;
  /** Values to try: lists and intervals. */
  readonly space: Readonly<Record<string, unknown>>;
}

/** The option of the command line that holds them. */
const OPTIMIZER = "optimizer";

/** Returns values with those of hyper-parameters set in the text of the optimizer. */
export function withHyperparameters(values: Setting): Setting {
  const own = Object.keys(values).filter(isHyperparameter).sort();
  if (own.length === 0) return values;
  const rest = Object.entries(values).filter(([name]) => !isHyperparameter(name));
  const calls = own.reduce(
    (calls, name) => withHyperparameter(calls, name, values[name]!) ?? calls,
    readCalls(String(values[OPTIMIZER] ?? ""), OPTIMIZER),
  );
  return { ...Object.fromEntries(rest), [OPTIMIZER]: printCalls(calls) };
}

/** Returns optimizers with a hyper-parameter set; `undefined` if none of them is or holds its function. */
function withHyperparameter(calls: readonly Call[], path: string, value: Given): readonly Call[] | undefined {
  const [of = "", name = ""] = path.split(".");
  const changed = calls.map((call) => withOptionOf(call, { of, name, value: notationOf(value) }));
  return changed.every((c) => c === undefined) ? undefined : calls.map((call, i) => changed[i] ?? call);
}

/** Returns a value of a sweep file in the notation: a text that reads as a call, such as a schedule, is one. */
function notationOf(value: Given): Value {
  if (typeof value !== "string" || !/^[A-Za-z_][\w-]*(\(.*\))?$/s.test(value)) return value;
  try {
    return readCall(value, "");
  } catch (error) {
    if (error instanceof NotationError) return value;
    throw error;
  }
}

/** Checks that every optimizer of a sweep has the functions of its hyper-parameters. @throws {UsageError} naming one that has not. */
export function checkHyperparameters({ options, space }: Options): void {
  const texts = optimizersOf({ options, space });
  for (const [field, names] of Object.entries({ options, space })) {
    for (const path of Object.keys(names).filter(isHyperparameter)) {
      const [of] = path.split(".");
      if (texts.length === 0) {
        throw new FieldError(
          `${field}."${path}" needs options.optimizer or space.optimizer with ${of}`,
          `${field}.${path}`,
        );
      }
      for (const text of texts) {
        if (withHyperparameter(readCalls(text, OPTIMIZER), path, 0) !== undefined) continue;
        throw new FieldError(
          `${field}."${path}" has no effect on the optimizer ${text}, which does not name ${of}`,
          `${field}.${path}`,
        );
      }
    }
  }
}

function optimizersOf({ options, space }: Options): readonly string[] {
  const listed = space[OPTIMIZER];
  const values = Array.isArray(listed) ? listed : [options[OPTIMIZER]];
  return values.filter((value) => typeof value === "string");
}
