/**
 * SWATS from a training of Adam: Adam up to a step, then SGD.
 *
 * @module
 */
import { type Optimizer, sgd } from "../../../../mod.ts";
import type { TrainedEpoch, Trainer, Training } from "../../../lab/mod.ts";

/** The paper's beta1, which is also the momentum of its SGD. */
export const BETA1 = 0.9;

/** The paper's SGD after the switch: `v = beta1 v + g, w = w - (1 - beta1) Lambda v`. */
export function second(Lambda: number): Optimizer {
  return sgd({ learningRate: (1 - BETA1) * Lambda, momentum: BETA1 });
}

interface SwatsFrom {
  readonly adamOf: Training;
  /** Adam at its rate. */
  readonly optimizer: Optimizer;
  readonly step: number;
  readonly Lambda: number;
  readonly seed: number;
  /** The factor on the rate in an epoch. */
  readonly annealed: (epoch: number) => number;
}

/** SWATS from Adam's training: Adam up to a step, then SGD. */
export async function swatsFrom(
  trainer: Trainer,
  { adamOf, optimizer, step, Lambda, seed, annealed }: SwatsFrom,
): Promise<TrainedEpoch[]> {
  const perEpoch = trainer.stepsPerEpoch;
  const whole = Math.floor((step - 1) / perEpoch);
  const from = whole === 0 ? {} : { from: { state: adamOf.states[whole - 1]!, step: whole * perEpoch } };
  const epochs = adamOf.epochs.length;
  const reached = await trainer.train(optimizer, { ...from, seed, epochs, steps: step, scale: annealed });
  const then = second(Lambda);
  const state = { ...reached.state, optimizer: then.init(reached.state.params) };
  // What the milestones have taken from Adam's rate is in Lambda already.
  const begun = annealed(whole + 1);
  const after = await trainer.train(then, {
    seed,
    epochs,
    scale: (e) => annealed(e) / begun,
    from: { state, step },
  });
  // An epoch that both train in is evaluated after its last step.
  const between = step % perEpoch === 0 ? reached.epochs : [];
  return [...adamOf.epochs.slice(0, whole), ...between, ...after.epochs];
}
