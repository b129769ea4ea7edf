/**
 * Reports a sweep: table, JSON document, HTML page.
 *
 * @module
 */
import { stringify } from "@std/csv";
import { replaceFile } from "../../mod.ts";
import { Attempts, json, versions } from "../run/mod.ts";
import { reportFiles, type ResultTable, type RunFile } from "../report/mod.ts";
import { shellLine } from "../console/mod.ts";
import { deviation, plusMinus } from "../statistics/mod.ts";
import type { TrialState } from "./collect.ts";
import { best, meanScore } from "./halving.ts";
import { importanceOf } from "./importance.ts";
import { IMPORTANCE, sweepPlots } from "./plots.ts";
import type { Setting } from "./space.ts";
import { choosesByTest, type Sweep } from "./sweep_file.ts";
import { verdictCounts, verdictTables } from "./verdicts.ts";
import { RUN } from "./trial_call.ts";

/** The largest number of settings in a table. */
const MOST_ROWS = 30;

/** A setting with its result. */
interface Ranked {
  readonly setting: Setting;
  readonly states: readonly TrialState[];
  /** The mean over the seeds; `null` if one of them failed. */
  readonly score: number | null;
  /** The epoch after which its trial was pruned. */
  readonly prunedAfter?: number | undefined;
}

/** A finished sweep. */
export interface SweepResult {
  readonly sweep: Sweep;
  readonly states: readonly TrialState[];
  readonly folder: string;
  readonly command: readonly string[];
  readonly seconds: number;
}

/** Sorts settings from best to worst: larger budgets first, then better scores; after finished settings pruned ones, the longest first, then failed ones. */
function ranked({ sweep, states }: SweepResult): Ranked[] {
  const groups = Map.groupBy(states, (s) => JSON.stringify(s.trial.setting));
  const all = [...groups.values()].map((of) => ({
    setting: of[0]!.trial.setting,
    states: of,
    score: meanScore(of.map((s) => s.score)),
    prunedAfter: of[0]!.prunedAfter,
  }));
  const { search, goal } = sweep;
  // A sweep has either budgets or a pruner.
  const budget = (r: Ranked) => {
    if ("resource" in search) return Number(r.setting[search.resource]);
    return r.prunedAfter ?? (r.score === null ? 0 : Infinity);
  };
  const budgets = [...new Set(all.map(budget))].sort((a, b) => b - a);
  return budgets.flatMap((b) =>
    best(all.filter((r) => budget(r) === b).map((item) => ({ item, score: item.score })), {
      count: all.length,
      goal,
    })
  );
}

/** Returns the document that `--json` prints and `summary.json` holds. */
export function sweepDocument(result: SweepResult): object {
  const { sweep, states, folder, seconds } = result;
  const count = (state: TrialState["state"]) => states.filter((s) => s.state === state).length;
  const importance = importanceOf(sweep, states);
  const claims = verdictCounts(states);
  const [first] = ranked(result).filter((r) => r.prunedAfter === undefined);
  return {
    experiment: "sweep",
    of: sweep.experiment,
    out: folder,
    versions: versions(),
    metric: sweep.metric,
    goal: sweep.goal,
    ...(choosesByTest(sweep) ? { choosesByTest: true } : {}),
    search: sweep.search,
    ...(sweep.pruner === undefined ? {} : { pruner: sweep.pruner }),
    finished: count("finished"),
    ...(sweep.pruner === undefined ? {} : { pruned: count("pruned") }),
    failed: count("failed"),
    best: first === undefined || first.score === null ? null : {
      setting: first.setting,
      score: first.score,
      command: first.states[0]!.trial.args,
      trials: first.states.map((s) => s.trial.id),
    },
    ...(importance === undefined ? {} : { importance }),
    ...(claims.length === 0 ? {} : { claims }),
    trials: states.map(({ trial, state, score, prunedAfter, claims, seconds, error }) => ({
      id: trial.id,
      setting: trial.setting,
      ...(trial.seed === undefined ? {} : { seed: trial.seed }),
      state,
      score,
      ...(prunedAfter === undefined ? {} : { prunedAfter }),
      attempts: claims.last,
      ...(seconds === undefined ? {} : { seconds }),
      ...(state === "failed" && error !== undefined ? { error } : {}),
    })),
    seconds,
  };
}

/** Returns the tables to print. */
export function sweepTables(result: SweepResult): ResultTable[] {
  const { sweep, states, folder } = result;
  const all = ranked(result);
  const names = [...new Set(all.flatMap((r) => Object.keys(r.setting)))];
  const importance = importanceOf(sweep, states);
  const failed = states.filter((s) => s.state === "failed");
  const finished = states.filter((s) => s.state === "finished").length;
  const pruned = states.length - failed.length - finished;
  const seeds = Math.max(...all.map((r) => r.states.length));
  return [
    {
      title: `${sweep.experiment}: ${states.length} trials, ${finished} of them finished${
        pruned === 0 ? "" : `, ${pruned} pruned`
      }`,
      header: [
        ...names,
        sweep.metric,
        ...(seeds > 1 ? ["seeds"] : []),
        ...(pruned > 0 ? ["pruned"] : []),
        "trial",
      ],
      rows: all.slice(0, MOST_ROWS).map(({ setting, states: of, score, prunedAfter }) => [
        ...names.map((n) => String(setting[n] ?? "")),
        score === null
          ? prunedAfter === undefined ? "failed" : "not finite"
          : seeds > 1
          ? withDeviation(of.map((s) => s.score!))
          : short(score),
        ...(seeds > 1 ? [String(of.length)] : []),
        ...(pruned > 0 ? [prunedAfter === undefined ? "" : `after epoch ${prunedAfter}`] : []),
        of[0]!.trial.id,
      ]),
      note: [
        ...(all.length > MOST_ROWS ? [`The best ${MOST_ROWS} of ${all.length} settings.`] : []),
        ...(choosesByTest(sweep)
          ? ["Ranked by the test set: the best setting's test result is too good."]
          : []),
        ...(seeds > 1 ? ["Means and standard deviations over the seeds."] : []),
        `Each trial's run is ${folder}/trials/<trial>/${RUN}.`,
      ].join(" "),
    },
    ...(importance === undefined ? [] : [{
      title: "Importance of the options",
      header: ["option", "importance"],
      rows: Object.entries(importance).map(([name, share]) => [name, `${(100 * share).toFixed(1)} %`]),
      note: IMPORTANCE,
    }]),
    ...verdictTables(verdictCounts(states)),
    ...(failed.length === 0 ? [] : [{
      title: "Failed trials",
      header: ["trial", "attempts", "error", "command"],
      rows: failed.slice(0, MOST_ROWS).map(({ trial, claims, error }) => [
        trial.id,
        String(claims.last),
        error ?? "",
        shellLine(trial.args),
      ]),
      ...(failed.some((s) => s.claims.ended?.how === "failed")
        ? { note: "The same command with a larger --retries runs crashed trials again." }
        : {}),
    }]),
  ];
}

/**
 * Writes `summary.json`, `trials.csv`, `report.html` and its plots. If the report fails or does not fit on the disk,
 * only the report is lost.
 *
 * @returns an error for each file that could not be written.
 */
export async function writeSweep(result: SweepResult): Promise<readonly string[]> {
  const attempts = new Attempts();
  const { folder, states } = result;
  await attempts.try(() => write(folder, { name: "trials.csv", content: trialsCsv(states) }));
  await attempts.try(async () => {
    for (const file of await report(result)) await write(folder, file);
  });
  await attempts.try(() => write(folder, { name: "summary.json", content: json(sweepDocument(result)) }));
  return attempts.troubles;
}

/**
 * Writes a file. Several machines may finish together: each writes under its own name, then renames the file; the last
 * one stays.
 */
async function write(folder: string, { name, content }: RunFile): Promise<void> {
  const own = `${folder}/${name}.${crypto.randomUUID()}`;
  await replaceFile(own, [typeof content === "string" ? new TextEncoder().encode(content) : content]);
  await Deno.rename(own, `${folder}/${name}`);
}

function report(result: SweepResult): Promise<RunFile[]> {
  const { sweep, states, command, seconds } = result;
  return reportFiles({
    title: `sweep of ${sweep.experiment}`,
    summary: `${states.length} trials, ranked by ${sweep.metric} (${
      sweep.goal === "max" ? "more" : "less"
    } is better)`,
    claims: [],
    tables: sweepTables(result),
    plots: sweepPlots(result),
    command: shellLine(["deno", "task", "experiment", ...command]),
    made: { ...versions(), seconds: seconds.toFixed(1) },
  });
}

function trialsCsv(states: readonly TrialState[]): string {
  const names = [...new Set(states.flatMap((s) => Object.keys(s.trial.setting)))];
  const pruned = states.some((s) => s.prunedAfter !== undefined);
  const own = [
    "trial",
    "seed",
    "state",
    "score",
    ...(pruned ? ["prunedAfter"] : []),
    "attempts",
    "seconds",
    "error",
  ];
  // An option may have one of these names.
  const column = (name: string) => (own.includes(name) ? `--${name}` : name);
  return stringify(
    states.map(({ trial, state, score, prunedAfter, claims, seconds, error }) => ({
      ...Object.fromEntries(names.map((n) => [column(n), trial.setting[n]])),
      trial: trial.id,
      seed: trial.seed,
      state,
      score,
      prunedAfter,
      attempts: claims.last,
      seconds,
      error: state === "failed" ? error : undefined,
    })),
    { columns: ["trial", ...names.map(column), ...own.slice(1)] },
  );
}

function short(value: number): string {
  return String(Number(value.toPrecision(5)));
}

/** Returns a mean with its deviation: the deviation in two digits, the mean to the same decimal place. */
function withDeviation(values: readonly number[]): string {
  const digits = 1 - Math.floor(Math.log10(deviation(values)));
  return plusMinus(values, digits >= 0 && digits <= 9 ? (v) => v.toFixed(digits) : short);
}
