/**
 * The plots of `swats2017`.
 *
 * @module
 */
import { lines, type Plot, seedPoint } from "../../../report/mod.ts";
import { CLIPPED, forcedName, runsOf, type SwatsResult, type SwatsRun } from "./data.ts";

/** Returns the plots of a task: losses and scores over the epochs, and the estimated rate of SGD over the steps. */
export function plotsOf(result: SwatsResult): Plot[] {
  const { task, estimates } = result;
  const curves = (methods: readonly string[], of1: (c: SwatsRun["curves"][number]) => number) =>
    methods.flatMap((line) => {
      const all = runsOf(result, line);
      return all[0]!.curves.map(({ epoch }, i) => ({
        x: epoch,
        line,
        ...seedPoint(all.map((r) => of1(r.curves[i] ?? r.curves.at(-1)!))),
      }));
    });
  const common = { x: "epoch" };
  const clips = Object.values(CLIPPED);
  return [
    lines(curves(["adam", "sgd", "swats"], (c) => c.trainLoss), {
      ...common,
      name: `${task.name}-train`,
      title: `${task.title}: training loss`,
      y: "loss",
      log: true,
    }),
    lines(curves(["adam", "sgd", "swats"], (c) => c.score), {
      ...common,
      name: `${task.name}-test`,
      title: `${task.title}: ${task.score}`,
      y: task.score,
      log: true,
    }),
    lines(curves(["sgd", "adam", ...task.switches.map(forcedName)], (c) => c.score), {
      ...common,
      name: `${task.name}-forced`,
      title: `${task.title}: a switch to SGD at several epochs`,
      y: task.score,
      log: true,
    }),
    lines(curves(["sgd", "adam", ...clips], (c) => c.score), {
      ...common,
      name: `${task.name}-clip`,
      title: `${task.title}: Adam with its rates clipped`,
      y: task.score,
      log: true,
    }),
    lines(
      estimates.flatMap((e) => [
        { x: e.step, y: e.gamma, line: "estimate of a step" },
        { x: e.step, y: e.Lambda, line: "its corrected average, Lambda" },
      ]),
      {
        name: `${task.name}-estimate`,
        title: `${task.title}: the estimated rate of SGD during Adam`,
        caption: "Of the first seed. Estimates below 0 are left out.",
        x: "step",
        y: "rate",
        series: true,
        log: true,
      },
    ),
  ];
}
