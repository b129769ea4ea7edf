/**
 * Options shared by experiments that compare runs: their scale and number of seeds.
 *
 * @module
 */
import type { Options } from "./args.ts";
import { UsageError } from "../console/mod.ts";
import { choiceOption, count, numberOption, type OwnOption } from "./own_options.ts";

/** The scales of an experiment. */
export const SCALES = ["default", "paper"] as const;

/** The scale of an experiment: small, for two cores and about a minute, or the paper's own. */
export type Scale = typeof SCALES[number];

/** The option `--scale`. */
export const SCALE = choiceOption(
  SCALES,
  "default: ends in under two minutes; paper: the size in the paper or lecture",
);

/** Declares the option `--seeds` with its default. */
export function seedsOption(byDefault: number): OwnOption<number> {
  const { read, ...option } = numberOption("N", {
    text: `number of seeds, from --seed on; ${byDefault} by default`,
    range: count,
  });
  return { ...option, read: (given, name) => read(given, name) ?? byDefault };
}

/** Returns `n` seeds from `--seed` on. @throws {UsageError} if they exceed the largest seed. */
export function seedsFrom({ seed }: Pick<Options, "seed">, n: number): readonly number[] {
  if (n - 1 > Number.MAX_SAFE_INTEGER - seed) {
    throw new UsageError(`--seeds must keep seeds below 2^53, got ${n} from --seed ${seed}`);
  }
  return Array.from({ length: n }, (_, i) => seed + i);
}

/** Returns the first `n` seeds, which results are reported of, and the rest, which rates are chosen by. */
export function seedParts(seeds: readonly number[], n: number): [readonly number[], readonly number[]] {
  return [seeds.slice(0, n), seeds.slice(n)];
}

/** Returns `1 seed` or `3 seeds`. */
export function seedsText(n: number): string {
  return n === 1 ? "1 seed" : `${n} seeds`;
}
