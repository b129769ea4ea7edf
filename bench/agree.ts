/**
 * Holds the losses of all subjects to those of the first one, and measures how many steps fill a turn.
 *
 * @module
 */
import type { LeftOut } from "./present.ts";
import type { Opening, Running, Timed } from "./process.ts";
import { CHUNK } from "./subjects.ts";
import { CPU, type Hardware, type Work } from "./work.ts";

/** Steps after which all losses must agree unless a work says otherwise. */
const CHECKED = [2, 10] as const;

/** Rounding differs between runtimes, and training amplifies it. */
const TOLERANCE = 1e-3;

/** The factor on the tolerance if products round to 10 bits, as float16 and TF32 do, instead of 23. */
const SHORTER = 50;

/** The process until it was ready, and its first two runs, in milliseconds, each with the peak memory at its end. */
export interface Stages {
  readonly opening: Opening;
  readonly first: Opening;
  readonly second: Opening;
}

/** The losses of the last steps of the first two runs. */
export type Losses = readonly [first: number, second: number];

/** A subject whose losses are right, with its number of steps in a turn. */
export interface Agreed {
  readonly running: Running;
  readonly steps: number;
  readonly stages: Stages;
  readonly losses: Losses;
}

/** A subject after its first two runs. */
export interface Begun {
  readonly running: Running;
  readonly runs: readonly [first: Timed, second: Timed];
}

/** Trains a started subject for the steps after which losses must agree. @throws {Error} when its process fails. */
export async function begin(running: Running, work: Work): Promise<Begun> {
  const [few, many] = work.checked ?? CHECKED;
  return { running, runs: [await running.run(few), await running.run(many - few)] };
}

/** Returns the subjects that train as the first one does; leaves out the others. */
export async function agree(
  begun: readonly Begun[],
  { turn, work, hardware: { precision, tf32 } = CPU, leave }: {
    turn: number;
    work: Work;
    hardware?: Hardware;
    leave: (left: LeftOut) => void;
  },
): Promise<Agreed[]> {
  const checked = work.checked ?? CHECKED;
  const rounding = precision === "float16" || tf32 ? TOLERANCE * SHORTER : TOLERANCE;
  const tolerances = [rounding, Math.max(rounding, work.amplified ?? 0)];
  const agreed: Agreed[] = [];
  for (const { running, runs } of begun) {
    const { subject, opening } = running;
    const expected = begun[0]!.runs.map((r) => r.loss);
    const losses = runs.map((r) => r.loss) as [number, number];
    const wrong = losses.findIndex((loss, i) => !near(loss, expected[i]!, tolerances[i]!));
    if (!subject.partial && wrong >= 0) {
      const why = `a loss of ${losses[wrong]} after ${checked[wrong]} steps where Descent has ${
        expected[wrong]
      }`;
      leave({ subject: subject.name, why });
      continue;
    }
    const [first, second] = runs.map(({ ms, peakMiB }) => ({ ms, peakMiB })) as [Opening, Opening];
    // The first steps compile and warm up; the next ones measure a step, fewer if steps are long.
    const steps = second.ms > turn ? checked[0] : checked[1];
    const { ms } = await running.run(steps);
    agreed.push({ running, steps: stepsOf(turn / (ms / steps)), stages: { opening, first, second }, losses });
  }
  return agreed;
}

function near(loss: number, expected: number, tolerance: number): boolean {
  return Math.abs(loss - expected) <= tolerance * Math.abs(expected);
}

/** Returns an integer number of steps, at least one; if many, a multiple of the steps in a run of Descent's program. */
export function stepsOf(steps: number): number {
  return steps > CHUNK ? Math.ceil(steps / CHUNK) * CHUNK : Math.max(1, Math.ceil(steps));
}
