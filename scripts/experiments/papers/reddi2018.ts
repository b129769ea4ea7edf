/**
 * `reddi2018`: problems that Adam does not converge on, and AMSGrad does.
 *
 * @module
 */
import { stringify } from "@std/csv";
import {
  byComparison,
  byTest,
  type Claim,
  type LinePoint,
  lines,
  type Outcome,
  type Plot,
  type ResultTable,
} from "../../report/mod.ts";
import type { Experiment } from "../../run/mod.ts";
import { choiceOption, count, numberOption, ownOptions, SCALE, seedsFrom, seedsText } from "../../cli/mod.ts";
import {
  type ClassifierRun,
  classifierRuns,
  classifierTable,
  prepareClassifiers,
  TASK_NAMES,
} from "./reddi2018_classifiers.ts";
import { type OnlineRun, onlineRuns, PERIODIC, RULES, STOCHASTIC, THEOREM1 } from "./reddi2018_online.ts";
import { allBelow, deviation, leastBy, mean } from "../../statistics/mod.ts";
import { meanText } from "../../lab/mod.ts";

const OPTIONS = {
  scale: SCALE,
  steps: numberOption("N", {
    text:
      "rounds of the online problems, at least 1000; 1,000,000 by default, 5,000,000 at the paper's scale",
    range: { text: "a whole number of at least 1000", test: (v) => count.test(v) && v >= 1000 },
  }),
  task: choiceOption(
    TASK_NAMES,
    "what the classifiers learn: digits, or with --data-dir mnist, by default; CIFARNET on cifar-10",
  ),
  epochs: numberOption("N", {
    text:
      "epochs of the classifiers, at least 1; 40 on digits, 10 on mnist and 4 on cifar-10 by default, 10 at the paper's scale",
    range: count,
  }),
  seeds: numberOption("N", {
    text: "runs of the stochastic problem and of the networks, at least 1; 8 and 3 by default",
    range: count,
  }),
};

/** Adam against AMSGrad. */
export const reddi2018Experiment: Experiment = {
  summary: "Reddi et al. 2018: where Adam does not converge and AMSGrad does, and both on classifiers",
  defaults:
    "1,000,000 rounds, 8 seeds; logistic regression and 100 hidden units on digits, MNIST with --data-dir",
  common: ["seed", "device", "data-dir", "out", "resume"],
  options: OPTIONS,
  async prepare(options) {
    const { scale = "default", seeds, task, epochs, ...own } = ownOptions(OPTIONS, options);
    const steps = own.steps ?? (scale === "paper" ? 5_000_000 : 1_000_000);
    const classifiers = await prepareClassifiers(options, { scale, task, epochs });
    return async ({ progress }) => {
      const online = await onlineRuns({
        steps,
        seeds: seedsFrom(options, seeds ?? 8),
        progress: (done, of, what) => progress(done / of, 1.2, what),
      });
      const trained = await classifierRuns(classifiers, {
        seeds: seedsFrom(options, seeds ?? 3),
        progress: (done, of, what) => progress(1 + 0.2 * done / of, 1.2, what),
      });
      return outcome({ online, trained, steps, data: classifiers.title });
    };
  },
};

interface Found {
  readonly online: readonly OnlineRun[];
  readonly trained: readonly ClassifierRun[];
  readonly steps: number;
  readonly data: string;
}

function outcome({ online, trained, steps, data }: Found): Outcome {
  return {
    runs: online.map(({ play, ...r }) => ({
      ...r,
      x: play.x,
      tailX: play.tailX,
      averageRegret: play.averageRegret,
    })),
    config: { steps, data, rules: Object.keys(RULES) },
    results: { classifiers: trained.map(({ curves: _, ...r }) => r) },
    tables: [onlineTable(online), classifierTable(trained, data)],
    plots: [
      ...[PERIODIC, STOCHASTIC, THEOREM1].flatMap((problem) => problemPlots(problem, online)),
      ...lossPlots(trained, data),
    ],
    claims: [
      adamClaim(online),
      amsgradClaim(online),
      stochasticClaim(online),
      theoremClaim(online),
      memoryClaim(online),
      ...[...new Set(trained.map((r) => r.model))].map((model) => classifierClaim(trained, { model, data })),
    ],
    files: [{
      name: "metrics.csv",
      content: stringify(
        online.flatMap(({ problem, rule, seed, play }) =>
          play.rounds.map((r) => ({ problem, rule, seed, ...r }))
        ),
        { columns: ["problem", "rule", "seed", "t", "x", "averageRegret"] },
      ),
    }, {
      name: "classifiers.csv",
      content: stringify(
        trained.flatMap(({ model, rule, seed, curves }) => curves.map((c) => ({ model, rule, seed, ...c }))),
        { columns: ["model", "rule", "seed", "epoch", "trainLoss", "testLoss", "testAccuracy"] },
      ),
    }],
  };
}

const of = (runs: readonly OnlineRun[], problem: string, rule: string) =>
  runs.filter((r) => r.problem === problem && r.rule === rule);

function onlineTable(runs: readonly OnlineRun[]): ResultTable {
  const groups = [PERIODIC, STOCHASTIC, THEOREM1].flatMap((problem) =>
    Object.keys(RULES).map((rule) => ({ problem, rule, runs: of(runs, problem, rule) }))
  ).filter((g) => g.runs.length > 0);
  return {
    title: "The online problems",
    header: ["problem", "rule", "rounds", "x", "x, last tenth", "regret per round"],
    rows: groups.map((g) => [
      g.problem,
      g.rule,
      String(g.runs[0]!.steps),
      meanText(g.runs.map((r) => r.play.x)),
      meanText(g.runs.map((r) => r.play.tailX)),
      meanText(g.runs.map((r) => r.play.averageRegret)),
    ]),
    note:
      "The best x is -1. Rate 0.5 / sqrt(t), on the stochastic problem 1 / sqrt(t); beta1 0.9 and beta2 0.99 unless said otherwise, for theorem 1 beta1 0 and beta2 1 / (1 + C^2). On the stochastic problem the regret is that of the mean slope.",
  };
}

function problemPlots(problem: string, runs: readonly OnlineRun[]): Plot[] {
  const shown = Object.keys(RULES).filter((rule) => of(runs, problem, rule).length > 0);
  const pointsOf = (value: (r: { x: number; averageRegret: number }) => number): LinePoint[] =>
    shown.flatMap((line) => {
      const group = of(runs, problem, line);
      return group[0]!.play.rounds.map(({ t }, i) => {
        const values = group.map((g) => value(g.play.rounds[i]!));
        const band = values.length < 2 ? {} : { low: Math.min(...values), high: Math.max(...values) };
        return { x: t, y: mean(values), line, ...band };
      });
    }).filter((p) => p.x >= 10);
  const spread = problem === STOCHASTIC ? "The mean over the seeds, and the range. " : "";
  const common = { x: "round", lines: shown, logX: 10 as const };
  return [
    lines(pointsOf((r) => r.x), {
      ...common,
      name: `${problem}-x`,
      title: `The ${problem} problem: x`,
      caption: `${spread}The best x is −1.`,
      y: "x",
    }),
    lines(pointsOf((r) => r.averageRegret), {
      ...common,
      name: `${problem}-regret`,
      title: `The ${problem} problem: regret per round`,
      caption: `${spread}An algorithm that converges goes to 0.`,
      y: "R / t",
      log: true,
    }),
  ];
}

function lossPlots(runs: readonly ClassifierRun[], data: string): Plot[] {
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
            return { x: epoch, y: mean(values), line: rule };
          });
        }),
        {
          name: `${model.replace(" ", "-")}-${what}`,
          title: `${data}, ${model}: ${what} loss`,
          caption: "The mean over the seeds, each at the rate that was best for it.",
          x: "epoch",
          y: "loss",
          log: true,
        },
      );
    })
  );
}

function adamClaim(runs: readonly OnlineRun[]): Claim {
  const { play } = of(runs, PERIODIC, "adam")[0]!;
  return {
    claim:
      "Adam does not converge on the online problem: it goes to the worst point, and its regret per round does not go to 0.",
    verdict: byComparison(play.x > 0.99 && play.averageRegret > 0.19 && play.averageRegret < 0.24),
    evidence: `x = ${play.x.toFixed(4)}, R / t = ${
      play.averageRegret.toFixed(4)
    }, which tends to 20 / 101 = 0.198. Test: x > 0.99 and R / t within 0.19 to 0.24.`,
  };
}

function amsgradClaim(runs: readonly OnlineRun[]): Claim {
  const { play } = of(runs, PERIODIC, "amsgrad (paper)")[0]!;
  const steps = play.rounds.at(-1)!.t;
  const before = play.rounds.findLast((r) => r.t <= steps / 4)!;
  return {
    claim: "AMSGrad converges on it: to x = -1, with a regret per round that goes to 0.",
    verdict: byComparison(
      play.x < -0.9 && play.averageRegret < 0.05 && play.averageRegret < before.averageRegret,
    ),
    evidence: `x = ${play.x.toFixed(4)}, R / t = ${
      play.averageRegret.toFixed(4)
    }, after a quarter of the rounds ${
      before.averageRegret.toFixed(4)
    }. Test: x < -0.9, R / t < 0.05 and less than after a quarter.`,
  };
}

function stochasticClaim(runs: readonly OnlineRun[]): Claim {
  const tails = (rule: string) => of(runs, STOCHASTIC, rule).map((r) => r.play.tailX);
  const [adam, amsgrad] = [tails("adam"), tails("amsgrad (paper)")];
  const error = deviation(amsgrad) / Math.sqrt(amsgrad.length);
  return {
    claim:
      "With gradients drawn at random Adam goes to the wrong end as well, and AMSGrad tends to the right one.",
    verdict: byTest(Math.min(...adam) > 0 && mean(amsgrad) + 2 * error < 0 && allBelow(amsgrad, adam)),
    evidence: `x in the last tenth of the rounds, over ${seedsText(adam.length)}: Adam ${
      meanText(adam)
    }, AMSGrad ${
      meanText(amsgrad)
    }. Test: Adam above 0 for every seed, the mean of AMSGrad below 0 by more than two standard errors (${
      error.toFixed(4)
    }), and every seed of AMSGrad below every seed of Adam.`,
  };
}

function theoremClaim(runs: readonly OnlineRun[]): Claim {
  const [adam, amsgrad] = ["adam", "amsgrad (paper)"].map((rule) => of(runs, THEOREM1, rule)[0]!.play);
  return {
    claim: "On the problem of theorem 1 Adam without momentum goes to +1, AMSGrad to -1.",
    verdict: byComparison(adam!.tailX > 0.95 && amsgrad!.tailX < -0.95),
    evidence: `x in the last tenth of the rounds: Adam ${adam!.tailX.toFixed(4)}, AMSGrad ${
      amsgrad!.tailX.toFixed(4)
    }. Test: above 0.95, and below -0.95.`,
  };
}

function memoryClaim(runs: readonly OnlineRun[]): Claim {
  const { play } = of(runs, PERIODIC, "adam, beta2 0.9999")[0]!;
  return {
    claim: "A longer memory of squares mends Adam here: with beta2 = 0.9999 it goes the right way.",
    verdict: byComparison(play.tailX < -0.9),
    evidence: `x in the last tenth of the rounds: ${play.tailX.toFixed(4)}; R / t = ${
      play.averageRegret.toFixed(4)
    }. Test: x < -0.9.`,
  };
}

function classifierClaim(
  runs: readonly ClassifierRun[],
  { model, data }: { model: string; data: string },
): Claim {
  const loss = (g: readonly ClassifierRun[]) => mean(g.map((r) => r.trainLoss));
  const best = (start: string) => {
    const groups = [...new Set(runs.map((r) => r.rule))].filter((r) => r.startsWith(start)).map((rule) =>
      runs.filter((r) => r.model === model && r.rule === rule)
    );
    return leastBy(groups, loss);
  };
  const [adam, amsgrad] = [best("adam"), best("amsgrad")];
  const losses = (g: readonly ClassifierRun[]) => g.map((r) => r.trainLoss);
  const tests = (g: readonly ClassifierRun[]) => g.map((r) => r.testLoss);
  return {
    claim: `On ${data}, ${model}, AMSGrad reaches a lower training loss than Adam.`,
    verdict: byComparison(allBelow(losses(amsgrad), losses(adam))),
    evidence: `Training loss at the end, each with its best rate and beta2, over ${
      seedsText(adam.length)
    }: AMSGrad ${meanText(losses(amsgrad))}, Adam ${meanText(losses(adam))}; test loss ${
      meanText(tests(amsgrad))
    } and ${meanText(tests(adam))}. Test: the highest of AMSGrad is below the lowest of Adam.`,
  };
}
