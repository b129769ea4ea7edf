/**
 * The trainings of a run, one after another, so that the run can be killed at any moment and resumed.
 *
 * @module
 */
import type { EpochRecord, FitOptions, FitResult, FitState, SaveReason, StepRecord } from "../../mod.ts";
import { Checkpoints, INTERVAL, type RunCheckpoint } from "./checkpoints.ts";
import { messageOf } from "../../options/mod.ts";
import { Interrupted, tell } from "../console/mod.ts";
import type { Context } from "./experiment_parts.ts";
import { FaultLines } from "./fault_lines.ts";
import { type GoodPart, METRICS, openMetrics, requireMetrics, type Row } from "../metrics/mod.ts";
import { TrainingRows } from "./training_rows.ts";
import { type TrackedMetrics, trackMetrics } from "../trackers/mod.ts";

/** A training of a run. */
export interface RunTraining {
  /** Its name, one to each in a run: that of its folder of checkpoints. */
  readonly name: string;
  /** The options of the training; those for saving, resuming and stopping are added. */
  readonly fit: FitOptions;
  /** The row of `metrics.csv` for a step; `ended` where an epoch ended with it. */
  readonly row: (step: StepRecord, ended?: EpochRecord) => Row;
}

/** The result of a training. */
export interface RunTrained extends FitResult {
  /** Wall-clock seconds, evaluations included; those before an interruption too. */
  readonly seconds: number;
}

/**
 * The trainings of one run. Their rows go to `metrics.csv` as they come. A resumed run passes over the
 * trainings that are finished, and takes up the one under way at its newest checkpoint; what was written to `metrics.csv`
 * after that is cut off, and written again.
 */
export class Trainings implements Disposable {
  readonly #context: Context;
  readonly #columns: readonly string[];
  #metrics: TrackedMetrics | undefined;
  /** The part of `metrics.csv` that the trainings so far have written. */
  #good: GoodPart = { length: 0 };

  constructor(context: Context, columns: readonly string[]) {
    this.#context = context;
    this.#columns = columns;
  }

  /** Trains, or returns the stored result of a training that was finished before. */
  async train(training: RunTraining): Promise<RunTrained> {
    const { name, fit: options } = training;
    const { folder, identity, lab, options: { keep = 2 } } = this.#context;
    const checkpoints = new Checkpoints(folder.path, { name, keep, identity });
    // Files of trainings after an unfinished one come from another order of trainings.
    const newest = this.#metrics === undefined
      ? await checkpoints.newest((text) => tell(`warning: ${text}`))
      : await checkpoints.clear();
    if (newest) this.#good = { length: newest.extra.metricsLength, sha256: newest.extra.metricsSha256 };
    if (newest && newest.state.epoch > options.epochs) {
      requireMetrics(`${folder.path}/${METRICS}`, this.#good);
      return { ...await lab.fit({ ...options, resume: newest.state }), seconds: newest.extra.seconds };
    }
    return await this.#train(training, { newest, checkpoints });
  }

  async #train(
    { name, fit: options, row }: RunTraining,
    { newest, checkpoints }: { newest: RunCheckpoint | null; checkpoints: Checkpoints },
  ): Promise<RunTrained> {
    const { options: { checkpointEvery, onNan = "stop", precision }, interrupts, lab, watchEpoch } = this
      .#context;
    const stopped = new AbortController();
    const metrics = this.#open();
    const started = performance.now();
    const seconds = () => (newest?.extra.seconds ?? 0) + (performance.now() - started) / 1000;
    // The first row that a rewind removes: at the start of the epoch, or where a state without one was saved.
    const midway = newest !== null && newest.state.batch > 0 && newest.state.epochStart === null;
    const start = midway ? metrics.length : newest?.extra.epochLength ?? metrics.length;
    const rows = new TrainingRows(metrics, { row, start });
    let saved = started;
    const save = async (state: FitState, reason: SaveReason) => {
      rows.settle(reason);
      if (reason === "epoch" && performance.now() - saved < 1000 * INTERVAL) return;
      const extra = { ...rows.part(reason), seconds: seconds() };
      try {
        await checkpoints.save({ state, extra });
      } catch (error) {
        if (reason !== "end") throw error;
        // The result is in memory, and can still be written as a model.
        tell(`warning: ${messageOf(error)}: resuming the run would train ${name} again`);
      }
      if (reason === "rewind") rows.rewind();
      saved = performance.now();
    };
    const faults = new FaultLines(name, onNan);
    const result = await interrupts.guard((signal) =>
      lab.fit({
        ...options,
        ...(newest ? { resume: newest.state } : {}),
        signal: AbortSignal.any([signal, stopped.signal]),
        nonFinite: onNan,
        ...(precision === undefined ? {} : { precision }),
        checkpoint: { save, ...(checkpointEvery === undefined ? {} : { every: checkpointEvery }) },
        onFault: (fault) => faults.add(fault),
        onChunk(progress) {
          rows.add(progress.records);
          options.onChunk?.(progress);
        },
        onEpoch(record) {
          const row = rows.endEpoch(record);
          const why = row && watchEpoch?.(row);
          if (why) stopped.abort(why);
          options.onEpoch?.(record);
        },
      })
    ).finally(() => faults.end()).catch(async (error) => {
      await metrics.finish(error instanceof Interrupted || stopped.signal.aborted ? "stopped" : "failed");
      throw error;
    });
    await metrics.finish("finished");
    return { ...result, seconds: seconds() };
  }

  #open(): TrackedMetrics {
    if (this.#metrics !== undefined) return this.#metrics;
    const { folder: { path }, options: { tracker = [] } } = this.#context;
    const columns = this.#columns;
    const file = openMetrics(`${path}/${METRICS}`, { columns, ...this.#good });
    return this.#metrics = trackMetrics(file, { run: path, columns, names: tracker });
  }

  [Symbol.dispose](): void {
    this.#metrics?.[Symbol.dispose]();
  }
}
