/**
 * Whether SWATS with its switch forced is Adam and then SGD, bit for bit.
 *
 * @module
 */
import { type Device, fit, type Optimizer, type SwitchCriterion, switchCriterion } from "../../../../mod.ts";
import type { Trainer } from "../../../lab/mod.ts";
import type { Replay } from "./data.ts";
import { second } from "./switch_over.ts";
import type { SwatsTask } from "./tasks.ts";

/** A criterion that fires at a step of one's choice, with the estimate of that step. */
function forcedAt(step: number): SwitchCriterion {
  const { init, update } = switchCriterion({ tolerance: Number.MIN_VALUE });
  return {
    init,
    update(state, observation) {
      if (state.fired) return state;
      const next = update(state, observation);
      return observation.k === step ? { ...next, fired: true, firedAt: step } : next;
    },
  };
}

/**
 * Trains two epochs with the library's `fit`, its switch forced in the middle of the second and of a chunk, and the same by
 * hand: Adam for so many steps, then SGD.
 */
export async function replay(
  task: SwatsTask,
  { trainer, optimizer, seed, device }: {
    trainer: Trainer;
    optimizer: Optimizer;
    seed: number;
    device: Device;
  },
): Promise<Replay> {
  const perEpoch = trainer.stepsPerEpoch;
  const step = perEpoch + Math.ceil(perEpoch / 2);
  let Lambda = NaN;
  const fitted = await fit({
    model: task.model(seed),
    optimizer,
    train: task.train,
    epochs: 2,
    batchSize: task.batchSize,
    seed,
    chunk: 7,
    device,
    switching: { criterion: forcedAt(step), to: (found) => second(Lambda = found) },
  });
  const reached = await trainer.train(optimizer, { seed, epochs: 2, steps: step });
  const then = second(Lambda);
  const begun = { ...reached.state, optimizer: then.init(reached.state.params) };
  const { state } = await trainer.train(then, { seed, epochs: 2, from: { state: begun, step } });
  let [elements, different] = [0, 0];
  for (const [name, a] of Object.entries(fitted.state.params)) {
    const b = state.params[name]!;
    a.data.forEach((v, i) => {
      elements++;
      if (!Object.is(v, b.data[i])) different++;
    });
  }
  return { task: task.name, step, steps: 2 * perEpoch, Lambda, elements, different };
}
