/**
 * The plots of `reddi2018`.
 *
 * @module
 */
import { type LinePoint, lines, type Plot, seedPoint } from "../../../report/mod.ts";
import { type ClassifierRun, type OnlineRun, RULES, runsOf } from "./data.ts";

/** Returns the plots of an online problem: x and the regret over the rounds. */
export function problemPlots(problem: string, runs: readonly OnlineRun[]): Plot[] {
  const shown = RULES.filter((rule) => runsOf(runs, problem, rule).length > 0);
  const pointsOf = (value: (r: { x: number; averageRegret: number }) => number): LinePoint[] =>
    shown.flatMap((line) => {
      const group = runsOf(runs, problem, line);
      return group[0]!.play.rounds.map(({ t }, i) => {
        const values = group.map((g) => value(g.play.rounds[i]!));
        return { x: t, line, ...seedPoint(values) };
      });
    }).filter((p) => p.x >= 10);
  const common = { x: "round", lines: shown, logX: 10 as const };
  return [
    lines(pointsOf((r) => r.x), {
      ...common,
      name: `${problem}-x`,
      title: `The ${problem} problem: x`,
      caption: "The best x is −1.",
      y: "x",
    }),
    lines(pointsOf((r) => r.averageRegret), {
      ...common,
      name: `${problem}-regret`,
      title: `The ${problem} problem: regret per round`,
      caption: "An algorithm that converges goes to 0.",
      y: "R / t",
      log: true,
    }),
  ];
}

/** Returns the plots of each model: training and test loss over the epochs. */
export function lossPlots(runs: readonly ClassifierRun[], data: string): Plot[] {
  const models = [...new Set(runs.map((r) => r.model))];
  return models.flatMap((model) =>
    (["trainLoss", "testLoss"] as const).map((metric) => {
      const shown = runs.filter((r) => r.model === model);
      const rules = [...new Set(shown.map((r) => r.rule))];
      const what = metric === "trainLoss" ? "training" : "test";
      return lines(
        rules.flatMap((rule) => {
          const group = shown.filter((r) => r.rule === rule);
          return group[0]!.curves.map(({ epoch }, i) => {
            const values = group.map((g) => g.curves[i]?.[metric] ?? NaN);
            return { x: epoch, line: rule, ...seedPoint(values) };
          });
        }),
        {
          name: `${model.replace(" ", "-")}-${what}`,
          title: `${data}, ${model}: ${what} loss`,
          caption: "Each rule at the rate that was best for it.",
          x: "epoch",
          y: "loss",
          log: true,
        },
      );
    })
  );
}
