/**
 * Checks that SWATS with a forced switch equals Adam and then SGD, bit for bit.
 *
 * @module
 */
import { type Device, type Optimizer, type SwitchCriterion, switchCriterion } from "../../../../mod.ts";
import { required } from "../../../../options/mod.ts";
import type { Lab, LabTrainer } from "../../../run/mod.ts";
import type { Replay } from "./data.ts";
import { second } from "./switch_over.ts";
import { augmentOf, type SwatsTask } from "./tasks.ts";

/** A criterion that fires at a given step, with the estimate of that step. */
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
 * Trains two epochs with the switch forced in the middle of the second and of a chunk, and the same by hand: Adam for so
 * many steps, then SGD.
 */
export async function replay(
  task: SwatsTask,
  { trainer, optimizer, seed, device, lab }: {
    trainer: LabTrainer;
    optimizer: Optimizer;
    seed: number;
    device: Device;
    lab: Lab;
  },
): Promise<Replay> {
  const { name, model, train, batchSize } = task;
  const perEpoch = trainer.stepsPerEpoch;
  const step = perEpoch + Math.ceil(perEpoch / 2);
  const common = { seed, epochs: 2, batchSize, keepState: true } as const;
  await using switching = lab.open({ name, model, train, ...augmentOf(task), device });
  const switched = await switching.train({
    ...common,
    label: "replay, switching",
    optimizer,
    chunk: 7,
    switching: { criterion: forcedAt(step), to: second },
  });
  const Lambda = switched.switching?.learningRate ?? NaN;
  const byHand = { ...common, remainder: "drop" } as const;
  const reached = await trainer.train({ ...byHand, label: "replay, Adam", optimizer, steps: step });
  const then = second(Lambda);
  const begun = await reached.state();
  const after = await trainer.train({
    ...byHand,
    label: "replay, SGD",
    optimizer: then,
    from: { state: { ...begun, optimizer: then.init(begun.params) }, step },
  });
  const [a, b] = [await switched.state(), await after.state()];
  let [elements, different] = [0, 0];
  for (const [parameter, { data }] of Object.entries(a.params)) {
    const other = required(b.params, parameter, "parameter").data;
    data.forEach((v, i) => {
      elements++;
      if (!Object.is(v, other[i])) different++;
    });
  }
  return { task: name, step, steps: 2 * perEpoch, Lambda, elements, different };
}
