/**
 * Element-wise arithmetic on contents that may hold symbolic sizes. A symbol is never negative; where a result is not
 * determined but is a size, it is a fresh symbol, else `undefined`.
 *
 * @module
 */
import type { Dim } from "../tensor/mod.ts";
import type { Fresh } from "./dims.ts";

/** The context of a fold besides its operands. */
export interface FoldContext {
  /** Whether the elements are floating-point numbers. */
  readonly float: boolean;
  /** Makes a symbol. */
  readonly fresh: Fresh;
  /** The `fmod` attribute of `Mod`. */
  readonly fmod?: boolean;
}

/** One element of a result from the elements it is computed from. */
export type Fold = (args: readonly Dim[], context: FoldContext) => Dim | undefined;

type Pair = (a: Dim, b: Dim, context: FoldContext) => Dim | undefined;

const isSize = (d: Dim) => typeof d === "string" || (d >= 0 && Number.isInteger(d));

/** Numbers are computed; everything else is left to `symbolic`. */
function pair(numbers: (a: number, b: number, c: FoldContext) => number | undefined, symbolic: Pair): Fold {
  return (args, context) =>
    args.slice(1).reduce<Dim | undefined>(
      (a, b) => {
        if (a === undefined) return undefined;
        if (typeof a === "number" && typeof b === "number") return numbers(a, b, context);
        return symbolic(a, b, context);
      },
      args[0],
    );
}

function single(numbers: (a: number) => number, symbol: (a: string) => Dim | undefined): Fold {
  return ([a]) => (typeof a === "number" ? numbers(a) : symbol(a!));
}

const keep = (a: string): Dim => a;
const drop = () => undefined;
const freshSize: Pair = (a, b, { fresh }) => (isSize(a) && isSize(b) ? fresh() : undefined);

const add: Pair = (a, b, c) => (a === 0 ? b : b === 0 ? a : freshSize(a, b, c));
const subtract: Pair = (a, b) => (b === 0 ? a : a === b ? 0 : undefined);
const multiply: Pair = (a, b, c) => {
  if (a === 0 || b === 0) return 0;
  return a === 1 ? b : b === 1 ? a : freshSize(a, b, c);
};
const divide: Pair = (a, b, c) => {
  if (b === 1) return a;
  if (c.float || b === 0) return undefined;
  return a === b ? 1 : freshSize(a, b, c);
};
const least: Pair = (a, b, c) => {
  if (a === b) return a;
  const bound = typeof a === "number" ? a : b;
  return typeof bound === "number" && bound <= 0 ? bound : freshSize(a, b, c);
};
const greatest: Pair = (a, b, { fresh }) => {
  if (a === b) return a;
  if (typeof a === "number" && a <= 0) return b;
  return typeof b === "number" && b <= 0 ? a : fresh();
};

/** Compares two dimensions; a symbol is known to be no less than 0, and equal to itself. */
function compare(holds: (a: number, b: number) => boolean): Fold {
  const value = (a: number, b: number) => Number(holds(a, b));
  return pair(value, (a, b) => {
    if (a === b) return value(0, 0);
    if (typeof a === "number" && a < 0) return value(-1, 0);
    return typeof b === "number" && b < 0 ? value(0, -1) : undefined;
  });
}

function modulo(a: number, b: number, { float, fmod }: FoldContext): number | undefined {
  if (b === 0) return undefined;
  return fmod || float ? a % b : a - b * Math.floor(a / b);
}

function roundHalfEven(a: number): number {
  const low = Math.floor(a);
  if (a - low !== 0.5) return Math.round(a);
  return low % 2 === 0 ? low : low + 1;
}

/** The operators whose contents are computed, by name. */
export const FOLDS: Readonly<Record<string, Fold>> = {
  Add: pair((a, b) => a + b, add),
  Sum: pair((a, b) => a + b, add),
  Sub: pair((a, b) => a - b, subtract),
  Mul: pair((a, b) => a * b, multiply),
  Div: pair((a, b, { float }) => (float ? a / b : b === 0 ? undefined : Math.trunc(a / b)), divide),
  Mod: pair(modulo, (a, b, c) => (c.float || b === 0 ? undefined : freshSize(a, b, c))),
  Pow: pair((a, b, { float }) => (float ? a ** b : Math.trunc(a ** b)), (a, b) => (b === 1 ? a : undefined)),
  Min: pair((a, b) => Math.min(a, b), least),
  Max: pair((a, b) => Math.max(a, b), greatest),
  Equal: compare((a, b) => a === b),
  Less: compare((a, b) => a < b),
  LessOrEqual: compare((a, b) => a <= b),
  Greater: compare((a, b) => a > b),
  GreaterOrEqual: compare((a, b) => a >= b),
  And: pair((a, b) => a & b, drop),
  Or: pair((a, b) => a | b, drop),
  Xor: pair((a, b) => a ^ b, drop),
  Where: ([condition, x, y]) => (x === y || condition === 1 ? x : condition === 0 ? y : undefined),
  Not: single((a) => 1 - a, drop),
  Neg: single((a) => -a, drop),
  Abs: single(Math.abs, keep),
  Floor: single(Math.floor, keep),
  Ceil: single(Math.ceil, keep),
  Round: single(roundHalfEven, keep),
  Sqrt: single(Math.sqrt, drop),
};
