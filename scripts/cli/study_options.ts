/**
 * Options that experiments share which compare runs: how large they are, and over how many seeds.
 *
 * @module
 */
import type { Options } from "./args.ts";
import { UsageError } from "../console/mod.ts";
import { choiceOption, count, numberOption, type OwnOption } from "./own_options.ts";

/** The sizes of an experiment. */
export const SCALES = ["default", "paper"] as const;

/** The size of an experiment: one for two cores and a minute or so, or the paper's own. */
export type Scale = typeof SCALES[number];

/** The option `--scale`. */
export const SCALE = choiceOption(
  SCALES,
  "the experiment's own size, which ends in under two minutes, or the paper's or lecture's; default by default",
);

/** The option `--seeds`, with the number that it has by default. */
export function seedsOption(byDefault: number): OwnOption<number> {
  const { read, ...option } = numberOption("N", {
    text: `how many seeds, counted from --seed; ${byDefault} by default`,
    range: count,
  });
  return { ...option, read: (given, name) => read(given, name) ?? byDefault };
}

/** So many seeds from `--seed` on. @throws {UsageError} when they pass the largest seed. */
export function seedsFrom({ seed }: Pick<Options, "seed">, n: number): readonly number[] {
  if (seed + n > 2 ** 32) {
    throw new UsageError(`--seeds must keep seeds below 4294967296, got ${n} from --seed ${seed}`);
  }
  return Array.from({ length: n }, (_, i) => seed + i);
}

/** `1 seed`, `3 seeds`. */
export function seedsText(n: number): string {
  return n === 1 ? "1 seed" : `${n} seeds`;
}
