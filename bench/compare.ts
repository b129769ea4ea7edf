/**
 * Compares all subjects on one work with one update rule, in turns.
 *
 * @module
 */
import { encodeModel, trainingProgram, type TrainState } from "../mod.ts";
import { type Running, start } from "./process.ts";
import { CHUNK, type Subject, trains } from "./subjects.ts";
import { optimizerOf } from "./subjects/optimizer.ts";
import { type Floor, type OptimizerName, type Work, writeTask } from "./work.ts";

/** A row of the table. */
export interface Row {
  readonly work: string;
  readonly optimizer: OptimizerName;
  readonly subject: string;
  /** Milliseconds per step: the mean of each round, over rounds of many steps. */
  readonly stepMs: { readonly median: number; readonly min: number; readonly max: number };
  /** The median over the rounds of the ratio of the subject's time to Descent's. */
  readonly ratioToDescent: number;
  /** The smallest and the largest of these ratios. */
  readonly ratioRange: { readonly min: number; readonly max: number };
  /** The peak memory of the process. */
  readonly peakMiB: number;
  /** The minimum work of a step, if the subject does nothing else. */
  readonly floor?: Floor;
}

/** The effort of a comparison. */
export interface Effort {
  /** Rounds; every subject has one turn in each. */
  readonly rounds: number;
  /** Milliseconds of a turn. */
  readonly turn: number;
  /** Threads of every subject. */
  readonly threads: number;
}

/** A subject that was left out, with the reason. */
export interface LeftOut {
  readonly subject: string;
  readonly why: string;
}

/** Steps after which all losses must agree: after one update of the weights, and after ten. */
const CHECKED = [2, 10] as const;

/** Rounding differs between runtimes, and training amplifies it. */
const TOLERANCE = 1e-3;

/** Measures the subjects on one work. Leaves out those whose loss after two or ten steps differs from Descent's. */
export async function compare(
  work: Work,
  optimizer: OptimizerName,
  { subjects, effort, say, leave }: {
    subjects: readonly Subject[];
    effort: Effort;
    say: (what: string) => void;
    leave: (left: LeftOut) => void;
  },
): Promise<Row[]> {
  const folder = await Deno.makeTempDir({ prefix: "descent-bench-" });
  const started: Running[] = [];
  try {
    const task = await write(work, optimizer, { folder, threads: effort.threads });
    for (const subject of subjects.filter((s) => trains(s, work, optimizer))) {
      say(`${work.name}, ${optimizer}: starting ${subject.name}`);
      try {
        started.push(await start(subject, task));
      } catch (error) {
        leave({ subject: subject.name, why: (error as Error).message });
      }
    }
    const { running, steps } = await agree(started, {
      ...effort,
      tolerances: [TOLERANCE, work.amplified ?? TOLERANCE],
      leave: ({ subject, why }) => leave({ subject, why: `${work.name}, ${optimizer}: ${why}` }),
    });
    const times = running.map(() => [] as number[]);
    const peaks = running.map(() => 0);
    for (let round = 0; round < effort.rounds; round++) {
      say(`${work.name}, ${optimizer}: round ${round + 1} of ${effort.rounds}`);
      for (const [i, r] of running.entries()) {
        const { ms, peakMiB } = await r.run(steps[i]!);
        times[i]!.push(ms / steps[i]!);
        peaks[i] = peakMiB;
      }
    }
    return running.map((r, i) => {
      const ratios = times[i]!.map((t, k) => t / times[0]![k]!);
      return {
        work: work.name,
        optimizer,
        subject: r.subject.name,
        stepMs: { median: median(times[i]!), ...range(times[i]!) },
        ratioToDescent: median(ratios),
        ratioRange: range(ratios),
        peakMiB: peaks[i]!,
        ...(r.floor === undefined ? {} : { floor: r.floor }),
      };
    });
  } finally {
    for (const r of started) await r[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  }
}

async function write(
  work: Work,
  optimizer: OptimizerName,
  { folder, threads }: { folder: string; threads: number },
): Promise<string> {
  const model = work.model();
  const data = work.data();
  const { architecture, batchSize } = work;
  const task = { work: work.name, optimizer, architecture, batchSize, threads };
  const rule = optimizerOf(task);
  let start: TrainState;
  {
    await using program = await trainingProgram({ model, optimizer: rule, data });
    start = program.init();
  }
  return await writeTask(folder, task, {
    model: encodeModel(model),
    params: { ...start.params, ...start.buffers },
    data,
  });
}

/** Returns the subjects that train as the first does, with the number of steps that each takes in a turn. */
async function agree(
  started: readonly Running[],
  { turn, tolerances, leave }: Effort & {
    tolerances: readonly [number, number];
    leave: (left: LeftOut) => void;
  },
): Promise<{ running: Running[]; steps: number[] }> {
  let expected: readonly number[] | undefined;
  const running: Running[] = [];
  const steps: number[] = [];
  for (const r of started) {
    const [few, many] = CHECKED;
    const losses = [(await r.run(few)).loss, (await r.run(many - few)).loss];
    expected ??= losses;
    const wrong = losses.findIndex((loss, i) => !near(loss, expected![i]!, tolerances[i]!));
    if (!r.subject.partial && wrong >= 0) {
      const why = `a loss of ${losses[wrong]} after ${CHECKED[wrong]} steps where Descent has ${
        expected[wrong]
      }`;
      leave({ subject: r.subject.name, why });
      continue;
    }
    // The first steps compile and warm up; the next ones measure a step.
    const { ms } = await r.run(many);
    running.push(r);
    steps.push(stepsOf(turn / (ms / many)));
  }
  return { running, steps };
}

function near(loss: number, expected: number, tolerance: number): boolean {
  return Math.abs(loss - expected) <= tolerance * Math.abs(expected);
}

/** Returns an integer number of steps, at least one; if many, a multiple of the steps in a run of Descent's program. */
export function stepsOf(steps: number): number {
  return steps > CHUNK ? Math.ceil(steps / CHUNK) * CHUNK : Math.max(1, Math.ceil(steps));
}

/** Returns the median. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

function range(values: readonly number[]): { min: number; max: number } {
  return { min: Math.min(...values), max: Math.max(...values) };
}

/** Returns the subjects that can be started here, and prints which cannot. */
export async function present(
  subjects: readonly Subject[],
  leave: (left: LeftOut) => void,
): Promise<Subject[]> {
  const checks = new Map<string, boolean>();
  const result: Subject[] = [];
  for (const subject of subjects) {
    const { needs } = subject;
    if (needs !== undefined) {
      const key = needs.check.join(" ");
      if (!checks.has(key)) checks.set(key, await succeeds(needs.check));
      if (!checks.get(key)) {
        leave({ subject: subject.name, why: `needs ${needs.what}` });
        continue;
      }
    }
    result.push(subject);
  }
  return result;
}

async function succeeds([command, ...args]: readonly string[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(command!, { args, stdout: "null", stderr: "null" }).output();
    return success;
  } catch {
    return false;
  }
}
