/**
 * The trainings of `swats2017`: a task by every method.
 *
 * @module
 */
import type { Device } from "../../../../mod.ts";
import { augmentText } from "../../../cli/mod.ts";
import { required } from "../../../../options/mod.ts";
import type { Lab } from "../../../run/mod.ts";
import { type SwatsResult, type TaskData, TOLERANCES } from "./data.ts";
import { first, Methods, momentum, type Progress } from "./methods.ts";
import { replay } from "./replay.ts";
import { augmentOf, type SwatsTask } from "./tasks.ts";
import { estimatesOf, sweepTolerance } from "./tolerance.ts";

/** Trains a task with all methods. */
export async function swatsRuns(
  task: SwatsTask,
  { seeds, device, progress, lab }: {
    seeds: readonly number[];
    device: Device;
    progress: Progress;
    lab: Lab;
  },
): Promise<SwatsResult> {
  await using trainer = lab.open({
    name: task.name,
    model: task.model,
    train: task.train,
    ...augmentOf(task),
    evaluate: { train: task.train, validation: task.validation, test: task.test },
    metrics: ["loss", "accuracy"],
    batchSize: task.batchSize,
    device,
    statistics: ["update-dot-update", "update-dot-gradient"],
  });
  const methods = new Methods(task, { trainer, seeds, progress });
  const adamRate = await methods.tune("Adam", first, task.rates?.adam);
  const sgdRate = await methods.tune("SGD", momentum, task.rates?.sgd);
  const adams = await methods.adamAndSgd({ adamRate, sgdRate });
  const { stepsPerEpoch } = trainer;
  const tolerances = TOLERANCES.flatMap((tolerance) =>
    seeds.map((seed, i) =>
      sweepTolerance(task.name, { tolerance, seed, training: required(adams, i), stepsPerEpoch })
    )
  );
  // The narrowest tolerance at which every seed switches, else the widest.
  const tolerance = TOLERANCES.find((t) => tolerances.every((r) => r.tolerance !== t || r.switched)) ??
    Math.max(...TOLERANCES);
  await methods.swats(tolerances.filter((t) => t.tolerance === tolerance), { adams, adamRate });
  await methods.forced({ adams, sgdRate });
  await methods.clipped({ adamRate, sgdRate });
  const seed = required(seeds, 0, "seed");
  return {
    task: dataOf(task),
    rates: { adam: adamRate, sgd: sgdRate },
    tolerances,
    tolerance,
    runs: methods.runs,
    estimates: estimatesOf(required(adams, 0, "training")),
    replay: await replay(task, { trainer, optimizer: first(adamRate), seed, device, lab }),
  };
}

/** Returns what is plain data of a task. */
function dataOf(
  { name, title, batchSize, epochs, milestones, switches, rates, score, augment }: SwatsTask,
): TaskData {
  const tuned = rates === undefined;
  const augmented = augment === undefined ? {} : { augment: augmentText(augment) };
  return { name, title, batchSize, epochs, milestones, switches, tuned, score: score.name, ...augmented };
}
