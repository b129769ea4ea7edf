/**
 * Makes an experiment of its measurements, its claims, and the content of its page.
 *
 * @module
 */
import { DECISION_OPTIONS } from "../cli/mod.ts";
import type { Experiment, ExperimentParts, Plain } from "./experiment_parts.ts";
import { prepared, preparedWithSeeds } from "./seed_design.ts";

export type {
  Context,
  Experiment,
  ExperimentParts,
  MeasureContext,
  Plain,
  WatchEpoch,
} from "./experiment_parts.ts";

/**
 * Makes an experiment of its three parts: `measure`, `claims` and `page`. The data between them is plain, so that
 * claims can be tested, and decided again, from stored data. One with claims and `--seeds` also takes the options of
 * {@linkcode DECISION_OPTIONS}, and `--seeds auto`.
 */
export function experiment<Setup, Data>(
  parts: ExperimentParts<Setup, Data> & (Data extends Plain<Data> ? unknown : never),
): Experiment<Data>;
export function experiment<Setup, Data>(parts: ExperimentParts<Setup, Data>): Experiment<Data> {
  const { prepare: _, measure: __, page: ___, design: ____, claims, ...named } = parts;
  const decides = claims !== undefined && named.options?.seeds !== undefined;
  return {
    ...named,
    ...(decides ? { options: { ...named.options, ...DECISION_OPTIONS } } : {}),
    ...(claims === undefined ? {} : { claims }),
    prepare: (options) =>
      decides ? preparedWithSeeds(parts, options) : prepared(parts, { options, asked: {} }),
  };
}
