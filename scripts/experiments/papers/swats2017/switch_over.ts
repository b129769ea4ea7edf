/**
 * SWATS from a training of Adam: Adam up to a step, then SGD.
 *
 * @module
 */
import { type EpochRecord, type Optimizer, sgd } from "../../../../mod.ts";
import type { LabTrainer, Trained } from "../../../run/mod.ts";

/** The paper's beta1, which is also the momentum of its SGD. */
export const BETA1 = 0.9;

/** The paper's SGD after the switch: `v = beta1 v + g, w = w - (1 - beta1) Lambda v`. */
export function second(Lambda: number): Optimizer {
  return sgd({ learningRate: (1 - BETA1) * Lambda, momentum: BETA1 });
}

/** The step of the switch, and its rate. */
interface SwatsFrom {
  readonly adamOf: Trained;
  /** Adam at its rate. */
  readonly optimizer: Optimizer;
  readonly step: number;
  readonly Lambda: number;
  readonly seed: number;
  /** The factor on the rate in an epoch. */
  readonly annealed: (epoch: number) => number;
}

/** Trains with SWATS, starting from Adam's training: Adam up to a step, then SGD. */
export async function swatsFrom(
  trainer: LabTrainer,
  { adamOf, optimizer, step, Lambda, seed, annealed }: SwatsFrom,
): Promise<EpochRecord[]> {
  const perEpoch = trainer.stepsPerEpoch;
  const whole = Math.floor((step - 1) / perEpoch);
  const start = whole * perEpoch;
  const common = { seed, epochs: adamOf.points.length, remainder: "drop" } as const;
  const reached = await trainer.train({
    ...common,
    label: "swats, its Adam",
    optimizer,
    steps: step,
    learningRateScale: annealed,
    keepState: true,
    ...(whole === 0 ? {} : { from: { state: await adamOf.stateAfter(start), step: start } }),
  });
  const then = second(Lambda);
  const state = await reached.state();
  // Lambda already includes the milestones' reductions of Adam's rate.
  const begun = annealed(whole + 1);
  const after = await trainer.train({
    ...common,
    label: "swats, its SGD",
    optimizer: then,
    learningRateScale: (epoch) => annealed(epoch) / begun,
    from: { state: { ...state, optimizer: then.init(state.params) }, step },
  });
  // An epoch that both train in is evaluated after its last step.
  const between = step % perEpoch === 0 ? reached.points : [];
  return [...adamOf.points.slice(0, whole), ...between, ...after.points];
}
