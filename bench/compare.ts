/**
 * Compares all subjects on one work with one update rule, in turns.
 *
 * @module
 */
import { encodeModel, type Model, type ProgramOptions, type Tensor, trainingProgram } from "../mod.ts";
import type { Probe } from "./handover.ts";
import { agree, begin, type Losses, type Stages } from "./agree.ts";
import { digits } from "./figures.ts";
import type { LeftOut } from "./present.ts";
import { type Running, start } from "./process.ts";
import { type Times, timesByState } from "./states.ts";
import { type Subject, trains } from "./subjects.ts";
import { optimizerOf } from "./subjects/optimizer.ts";
import { takeTurns } from "./turns.ts";
import { CPU, type Floor, type Hardware, type OptimizerName, type Work, writeTask } from "./work.ts";

/** A row of the table: a subject on a work with an update rule, in one state of two threads. */
export interface Row extends Times {
  readonly work: string;
  readonly optimizer: OptimizerName;
  readonly subject: string;
  /** Turns, in whichever state, that are not counted because the state changed during them. */
  readonly discarded: number;
  /** The share of one processor that the process used while others had their turns. */
  readonly idleShare: number;
  /** The peak memory of the process. */
  readonly peakMiB: number;
  /** The first stages of the process. */
  readonly stages: Stages;
  /** The losses of the last steps of its first two runs, which had to agree. */
  readonly losses: Losses;
  /** The minimum work of a step, if the subject does nothing else. */
  readonly floor?: Floor;
}

/** The effort of a comparison. */
export interface Effort {
  /** Rounds; every subject has one turn in each. */
  readonly rounds: number;
  /** Milliseconds of a turn. */
  readonly turn: number;
  /** Milliseconds of rest before a turn. */
  readonly pause: number;
  /** Threads of every subject. */
  readonly threads: number;
  /** The seed of the order of the subjects in each round. */
  readonly seed: number;
}

/** The share of a processor above which an idle subject disturbs the others. */
const IDLE = 0.05;

/** Milliseconds of a turn of a large work: several steps, since a run of Descent, as of `fit`, has several. */
const LARGE_TURN = 2500;

/** Subjects that compile and train their first steps at the same time, which is not timed. */
const AT_ONCE = 2;

/** Measures the subjects on one work. Leaves out those whose loss after two or ten steps differs from Descent's. */
export async function compare(
  work: Work,
  optimizer: OptimizerName,
  { subjects, effort, hardware = CPU, probe, say, leave }: {
    subjects: readonly Subject[];
    effort: Effort;
    hardware?: Hardware;
    probe?: Probe;
    say: (what: string) => void;
    leave: (left: LeftOut) => void;
  },
): Promise<Row[]> {
  const folder = await Deno.makeTempDir({ prefix: "descent-bench-" });
  const started: Running[] = [];
  const what = `${work.name}, ${optimizer}`;
  const turn = work.large ? Math.max(effort.turn, LARGE_TURN) : effort.turn;
  const told = ({ subject, why }: LeftOut) => leave({ subject, why: `${what}: ${why}` });
  try {
    const task = await write(work, optimizer, { folder, threads: effort.threads, hardware });
    const trained = subjects.filter((s) => trains(s, work, optimizer));
    const begun = await inOrder(trained, { atOnce: work.large ? 1 : AT_ONCE }, async (subject) => {
      say(`${what}: starting ${subject.name}`);
      try {
        const running = await start(subject, task);
        started.push(running);
        return [await begin(running, work)];
      } catch (error) {
        told({ subject: subject.name, why: (error as Error).message });
        return [];
      }
    });
    const agreed = await agree(begun.flat(), { turn, work, hardware, leave: told });
    // Ratios need the reference.
    if (agreed[0]?.running.subject !== subjects[0]) return [];
    const taken = await takeTurns(agreed, {
      ...effort,
      stream: what,
      ...(probe === undefined ? {} : { probe }),
      say: (round) => say(`${what}: ${round}`),
    });
    return agreed.flatMap(({ running: { subject, floor }, stages, losses }, i) => {
      const { turns, discarded, idleShare, peakMiB } = taken[i]!;
      if (idleShare > IDLE) {
        say(`${what}: ${subject.name} used ${digits(idleShare)} of a processor while idle`);
      }
      if (turns.length === 0) {
        told({ subject: subject.name, why: "the state of the threads changed in every turn" });
      }
      return timesByState(turns, taken[0]!.turns).map((times): Row => ({
        work: work.name,
        optimizer,
        subject: subject.name,
        ...times,
        discarded,
        idleShare,
        peakMiB,
        stages,
        losses,
        ...(floor === undefined ? {} : { floor }),
      }));
    });
  } finally {
    for (const r of started) await r[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  }
}

async function write(
  work: Work,
  optimizer: OptimizerName,
  { folder, threads, hardware }: { folder: string; threads: number; hardware: Hardware },
): Promise<string> {
  const model = await work.model();
  const data = work.data();
  const { architecture, batchSize } = work;
  const task = { work: work.name, optimizer, architecture, batchSize, threads, ...hardware };
  // PyTorch builds a large network itself, with the weights that it has exported.
  const params = work.large ? {} : await initialParams(model, { optimizer: optimizerOf(task), data });
  return await writeTask(folder, task, { model: encodeModel(model), params, data });
}

async function initialParams(
  model: Model,
  { optimizer, data }: Pick<ProgramOptions, "optimizer" | "data">,
): Promise<Readonly<Record<string, Tensor>>> {
  await using program = await trainingProgram({ model, optimizer, data });
  const { params, buffers } = program.init();
  return { ...params, ...buffers };
}

/** Returns the results for all items in their order; as many at once as said. */
async function inOrder<T, R>(
  items: readonly T[],
  { atOnce }: { atOnce: number },
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const i = next++;
      results[i] = await work(items[i]!);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
