/**
 * The step at which SWATS switches, by tolerance. Until the criterion fires SWATS is Adam, so one training of Adam
 * gives the steps of all tolerances.
 *
 * @module
 */
import { type SwitchCriterion, switchCriterion, type SwitchState } from "../../../../mod.ts";
import type { Trained } from "../../../run/mod.ts";
import type { Estimate, ToleranceResult } from "./data.ts";

/** Returns the criterion's state after each step of Adam. */
function follow({ reports }: Pick<Trained, "reports">, criterion: SwitchCriterion): SwitchState[] {
  const [pp, pg] = [reports["update-dot-update"]!, reports["update-dot-gradient"]!];
  const states: SwitchState[] = [];
  let state = criterion.init();
  for (let i = 0; i < pp.length; i++) {
    state = criterion.update(state, { k: i + 1, pp: pp[i]!, pg: pg[i]! });
    states.push(state);
  }
  return states;
}

/** Returns whether and when SWATS switches at a tolerance. */
export function sweepTolerance(
  task: string,
  { tolerance, seed, training, stepsPerEpoch }: {
    tolerance: number;
    seed: number;
    training: Trained;
    stepsPerEpoch: number;
  },
): ToleranceResult {
  const { fired, firedAt, learningRate: Lambda } = follow(
    training,
    switchCriterion({ tolerance, requirePositive: true }),
  ).at(-1)!;
  const common = { task, tolerance, seed, switched: fired };
  if (firedAt === null) return common;
  return { ...common, step: firedAt, epoch: firedAt / stepsPerEpoch, Lambda };
}

/** Returns about 400 of the estimates, evenly spaced. */
export function estimatesOf(training: Trained): Estimate[] {
  // A tolerance that no estimate meets.
  const states = follow(training, switchCriterion({ tolerance: Number.MIN_VALUE }));
  const every = Math.ceil(states.length / 400);
  return states.flatMap(({ estimate, learningRate }, i) =>
    i % every === 0 ? [{ step: i + 1, gamma: estimate, Lambda: learningRate }] : []
  );
}
