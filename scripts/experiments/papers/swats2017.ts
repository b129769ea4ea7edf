/**
 * `swats2017`: Adam first, SGD last.
 *
 * @module
 */
import { stringify } from "@std/csv";
import {
  byComparison,
  byTest,
  type Claim,
  lines,
  type Outcome,
  type Plot,
  type ResultTable,
} from "../../report/mod.ts";
import type { Experiment } from "../../run/mod.ts";
import { count, listOption, numberOption, ownOptions, SCALE, seedsFrom, seedsOption } from "../../cli/mod.ts";
import { mean } from "../../statistics/mod.ts";
import { meanDifference, meanText } from "../../lab/mod.ts";
import { type SwatsResult, type SwatsRun, swatsRuns, TOLERANCES } from "./swats2017_runs.ts";
import { swatsTasks, TASK_NAMES } from "./swats2017_tasks.ts";

const OPTIONS = {
  scale: SCALE,
  task: listOption(
    "A,B",
    `what to train, of ${TASK_NAMES.join(", ")}; digits, or with --data-dir the others, by default`,
  ),
  seeds: seedsOption(5),
  epochs: numberOption("N", {
    text: "epochs of each training, at least 1; 40 of digits, 4 of cifar-10, 6 of ptb by default",
    range: count,
  }),
};

/** SWATS against Adam and SGD, when it switches, and what a switch at other times does. */
export const swats2017Experiment: Experiment = {
  summary:
    "Keskar, Socher 2017: SWATS against Adam and SGD, its tolerance, forced switches and clipped rates",
  defaults: "an MLP on digits, 40 epochs, 5 seeds; ResNet-32 and an LSTM, short, with --data-dir",
  common: ["seed", "device", "data-dir", "out", "resume"],
  options: OPTIONS,
  async prepare(options) {
    const { scale = "default", seeds, task: names, ...own } = ownOptions(OPTIONS, options);
    const tasks = await swatsTasks(options, { scale, names, ...own });
    return async ({ progress }) => {
      const results: SwatsResult[] = [];
      for (const [i, task] of tasks.entries()) {
        results.push(
          await swatsRuns(task, {
            seeds: seedsFrom(options, seeds),
            device: options.device,
            progress: (done, of, what) => progress(i + done / of, tasks.length, `${task.name}: ${what}`),
          }),
        );
      }
      return outcome(results, options.seed);
    };
  },
};

function outcome(results: readonly SwatsResult[], seed: number): Outcome {
  const runs = results.flatMap((r) => r.runs);
  return {
    runs: runs.map(({ curves: _, ...r }) => r),
    config: {
      seed,
      tasks: results.map(({ task, rates }) => ({
        name: task.name,
        epochs: task.epochs,
        batchSize: task.batchSize,
        rates,
      })),
    },
    results: {
      tolerances: results.flatMap((r) => r.tolerances),
      replays: results.map((r) => r.replay),
    },
    tables: results.flatMap((r) => [methodTable(r), toleranceTable(r)]),
    plots: results.flatMap(plotsOf),
    claims: results.flatMap((r) => [
      toleranceClaim(r),
      replayClaim(r),
      gapClaim(r, seed),
      forcedClaim(r),
      clipClaim(r, seed),
    ]),
    files: [{
      name: "metrics.csv",
      content: stringify(
        runs.flatMap(({ task, method, seed, curves }) => curves.map((c) => ({ task, method, seed, ...c }))),
        { columns: ["task", "method", "seed", "epoch", "trainLoss", "score"] },
      ),
    }, {
      name: "tolerances.csv",
      content: stringify(results.flatMap((r) => r.tolerances) as unknown as Record<string, unknown>[], {
        columns: ["task", "tolerance", "seed", "switched", "step", "epoch", "Lambda"],
      }),
    }, {
      name: "estimates.csv",
      content: stringify(
        results.flatMap(({ task, estimates }) => estimates.map((e) => ({ task: task.name, ...e }))),
        { columns: ["task", "step", "gamma", "Lambda"] },
      ),
    }],
  };
}

const of = ({ runs }: SwatsResult, method: string) => runs.filter((r) => r.method === method);
const methodsOf = ({ runs }: SwatsResult) => [...new Set(runs.map((r) => r.method))];
/** Returns the scores; NaN for a run that diverged, whose error may be finite but is meaningless. */
const scores = (runs: readonly SwatsRun[]) =>
  runs.map((r) => (Number.isFinite(r.trainLoss) && Number.isFinite(r.testLoss) ? r.score : NaN));
const forced = (epoch: number) => `switch after epoch ${epoch}`;

function methodTable(result: SwatsResult): ResultTable {
  const { task, rates, tolerance } = result;
  return {
    title: `${task.title}: ${task.epochs} epochs`,
    header: ["method", task.score.name, "training loss", "test loss", "switched at step", "Lambda"],
    rows: methodsOf(result).map((method) => {
      const all = of(result, method);
      // One a seed, or one for all where they are the same.
      const listed = (value: (r: SwatsRun) => string | undefined) => {
        if (all.every((r) => value(r) === undefined)) return "";
        const values = all.map((r) => value(r) ?? "never");
        return values.every((v) => v === values[0]) ? values[0]! : values.join(", ");
      };
      return [
        method,
        meanText(scores(all), 2),
        meanText(all.map((r) => r.trainLoss)),
        meanText(all.map((r) => r.testLoss)),
        listed((r) => r.switchedAtStep?.toString()),
        listed((r) => r.Lambda?.toPrecision(3)),
      ];
    }),
    note: `Mean ± standard deviation over the seeds. Rates, ${
      task.rates === undefined ? "the best powers of 2 by the validation loss" : "the paper's"
    }: Adam ${rates.adam}, SGD with momentum 0.9 ${rates.sgd}, both divided by 10 after epochs ${
      task.milestones.join(", ")
    }. SWATS has the tolerance ${tolerance}; forced switches go to the tuned SGD; the clips are multiples of its rate.`,
  };
}

function toleranceTable({ task, tolerances }: SwatsResult): ResultTable {
  const seeds = [...new Set(tolerances.map((t) => t.seed))];
  return {
    title: `${task.title}: when SWATS switches, over its tolerance`,
    header: ["tolerance", ...seeds.map((s) => `seed ${s}`)],
    rows: TOLERANCES.map((tolerance) => [
      tolerance.toExponential(0),
      ...seeds.map((seed) => {
        const t = tolerances.find((r) => r.tolerance === tolerance && r.seed === seed)!;
        return t.switched
          ? `step ${t.step}, epoch ${t.epoch!.toFixed(2)}, Lambda ${t.Lambda!.toPrecision(3)}`
          : "never";
      }),
    ]),
    note: "The paper's tolerance is 1e-9. Only a positive estimate may fire.",
  };
}

function plotsOf(result: SwatsResult): Plot[] {
  const { task, estimates } = result;
  const curves = (methods: readonly string[], of1: (c: SwatsRun["curves"][number]) => number) =>
    methods.flatMap((line) => {
      const all = of(result, line);
      return all[0]!.curves.map(({ epoch }, i) => ({
        x: epoch,
        y: mean(all.map((r) => of1(r.curves[i] ?? r.curves.at(-1)!))),
        line,
      }));
    });
  const common = { x: "epoch", caption: "The mean over the seeds." };
  const clips = methodsOf(result).filter((m) => m.startsWith("adam-clip"));
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
      title: `${task.title}: ${task.score.name}`,
      y: task.score.name,
      log: true,
    }),
    lines(curves(["sgd", "adam", ...task.switches.map(forced)], (c) => c.score), {
      ...common,
      name: `${task.name}-forced`,
      title: `${task.title}: a switch to SGD at several epochs`,
      y: task.score.name,
      log: true,
    }),
    lines(curves(["sgd", "adam", ...clips], (c) => c.score), {
      ...common,
      name: `${task.name}-clip`,
      title: `${task.title}: Adam with its rates clipped`,
      y: task.score.name,
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
        log: true,
      },
    ),
  ];
}

function toleranceClaim(result: SwatsResult): Claim {
  const { task, tolerances } = result;
  const share = (tolerance: number) => {
    const all = tolerances.filter((t) => t.tolerance === tolerance);
    return `${all.filter((t) => t.switched).length} of ${all.length}`;
  };
  const fired = tolerances.filter((t) => t.tolerance === 1e-9 && t.switched).length;
  return {
    claim:
      `On ${task.title}, with mini-batches, the paper's tolerance of 1e-9 practically never lets SWATS switch.`,
    // A training that diverged never switches either, but proves nothing.
    verdict: byComparison(fired === 0 && scores(of(result, "adam")).every(Number.isFinite)),
    evidence: `Trainings that switch: ${
      TOLERANCES.map((t) => `${t.toExponential(0)} ${share(t)}`).join(", ")
    }. Test: none at 1e-9.`,
  };
}

function replayClaim({ task, replay }: SwatsResult): Claim {
  return {
    claim:
      `On ${task.title}, SWATS with its switch forced at a step is Adam up to that step and then SGD, bit for bit.`,
    verdict: byComparison(replay.different === 0),
    evidence: `Switch after step ${replay.step} of ${replay.steps}, in the middle of a chunk, Lambda ${
      replay.Lambda.toPrecision(6)
    }: ${replay.different} of ${replay.elements} parameters differ in any bit from a training by hand. Test: none.`,
  };
}

function gapClaim(result: SwatsResult, seed: number): Claim {
  const { task } = result;
  const [adam, sgd, swats] = ["adam", "sgd", "swats"].map((m) => scores(of(result, m))) as [
    number[],
    number[],
    number[],
  ];
  const gap = meanDifference(adam, sgd, { seed });
  const closed = meanDifference(swats, adam, { seed });
  return {
    claim: `On ${task.title}, SWATS closes a gap between Adam and SGD.`,
    verdict: byTest(gap.low > 0 && closed.high < 0),
    evidence: `${task.score.name}: Adam ${meanText(adam, 2)}, SGD ${meanText(sgd, 2)}, SWATS ${
      meanText(swats, 2)
    }. Adam less SGD: ${gap.text}. SWATS less Adam: ${closed.text}. Test: the first interval above 0, the second below.`,
  };
}

function forcedClaim(result: SwatsResult): Claim {
  const { task } = result;
  const value = (method: string) => mean(scores(of(result, method)));
  const [adam, sgd] = [value("adam"), value("sgd")];
  const [early, late] = [value(forced(task.switches[0]!)), value(forced(task.switches.at(-1)!))];
  const nearer = (v: number, to: number, from: number) => Math.abs(v - to) < Math.abs(v - from);
  return {
    claim: `On ${task.title}, a switch to SGD early ends like SGD, and a late one like Adam.`,
    verdict: byComparison(nearer(early, sgd, adam) && nearer(late, adam, sgd)),
    evidence: `${task.score.name}: SGD ${sgd.toFixed(2)}, ${
      task.switches.map((e) => `after epoch ${e} ${value(forced(e)).toFixed(2)}`).join(", ")
    }, Adam ${
      adam.toFixed(2)
    }. Test: the earliest switch is nearer to SGD than to Adam, the latest nearer to Adam.`,
  };
}

function clipClaim(result: SwatsResult, seed: number): Claim {
  const { task } = result;
  const adam = scores(of(result, "adam"));
  const [above, below] = methodsOf(result).filter((m) => m.startsWith("adam-clip")).map((m) =>
    scores(of(result, m))
  ) as [number[], number[]];
  const [helps, other] = [meanDifference(above, adam, { seed }), meanDifference(below, adam, { seed })];
  return {
    claim:
      `On ${task.title}, keeping Adam's rates above that of SGD helps, and keeping them below it does not.`,
    verdict: byTest(helps.high < 0 && other.high >= 0),
    evidence: `${task.score.name}: Adam ${meanText(adam, 2)}, (1, ∞) ${meanText(above, 2)}, (0, 1) ${
      meanText(below, 2)
    }. (1, ∞) less Adam: ${helps.text}. (0, 1) less Adam: ${other.text}. Test: the first interval below 0, the second not.`,
  };
}
