/**
 * Options shared by experiments that compare runs: their scale, number of seeds, and the effect that matters.
 *
 * @module
 */
import type { Options } from "./args.ts";
import { UsageError } from "../console/mod.ts";
import { choiceOption, count, numberOption, type OwnOption, positive } from "./own_options.ts";

/** The scales of an experiment. */
export const SCALES = ["default", "paper"] as const;

/** The scale of an experiment: small, for two cores and about a minute, or the paper's own. */
export type Scale = typeof SCALES[number];

/** The option `--scale`. */
export const SCALE: OwnOption<Scale | undefined> = {
  ...choiceOption(SCALES, "default: ends in under two minutes; paper: the size in the paper or lecture"),
  // Elsewhere --scale is a factor on the data.
  topic: "Options",
};

/** The value of `--seeds` that chooses the number after a pilot. */
export const AUTO = "auto";

/** The most seeds of `--seeds auto` by default. */
export const MOST_SEEDS = 30;

/** Declares the option `--seeds` with its default. */
export function seedsOption(byDefault: number): OwnOption<number> {
  const { read, ...option } = numberOption("N", {
    text:
      `number of seeds, from --seed on; ${byDefault} by default; ${AUTO}: as many as show --effect with 80 % power`,
    range: { ...count, text: `${count.text}, or ${AUTO}` },
  });
  return { ...option, value: `N|${AUTO}`, read: (given, name) => read(given, name) ?? byDefault };
}

/** The options of experiments with claims over seeds: what their claims are decided by, and how many seeds that takes. */
export const DECISION_OPTIONS = {
  "max-seeds": numberOption("N", {
    text: `most seeds of --seeds ${AUTO}; ${MOST_SEEDS} by default`,
    range: count,
  }),
  effect: numberOption("X", {
    text:
      "smallest effect that matters: points of accuracy, percent of a loss or a time; 0.5, 1 and 5 by default",
    range: positive,
  }),
  deviation: numberOption("X", {
    text:
      "expected standard deviation of a difference over the seeds, in the unit of --effect: tells before " +
      "the run how many seeds show --effect",
    range: positive,
  }),
};

/** Returns `n` seeds from `--seed` on. @throws {UsageError} if they exceed the largest seed. */
export function seedsFrom({ seed }: Pick<Options, "seed">, n: number): readonly number[] {
  if (n - 1 > Number.MAX_SAFE_INTEGER - seed) {
    throw new UsageError(`--seeds must keep seeds below 2^53, got ${n} from --seed ${seed}`);
  }
  return Array.from({ length: n }, (_, i) => seed + i);
}

/**
 * Returns `n` seeds from `--seed` on, which results are reported of, and further ones, which rates are chosen by. With
 * `--seeds auto` those follow after the most seeds, so that they are the same in the pilot and after it.
 *
 * @throws {UsageError} if they exceed the largest seed.
 */
export function seedParts(
  options: Pick<Options, "seed" | "mostSeeds">,
  { seeds: n, tuning }: { seeds: number; tuning: number },
): [seeds: readonly number[], tuningSeeds: readonly number[]] {
  const reserved = Math.max(n, options.mostSeeds ?? n);
  return [seedsFrom(options, n), seedsFrom(options, reserved + tuning).slice(reserved)];
}

/** Returns `1 seed` or `3 seeds`. */
export function seedsText(n: number): string {
  return n === 1 ? "1 seed" : `${n} seeds`;
}
