/**
 * The trainings of a run, one after another, so that the run can be killed at any moment and resumed.
 *
 * @module
 */
import {
  type EpochRecord,
  faultText,
  fit,
  type FitOptions,
  type FitResult,
  type FitState,
  type SaveReason,
  type StepRecord,
} from "../../mod.ts";
import { Checkpoints, INTERVAL } from "./checkpoints.ts";
import { Interrupted, tell } from "../console/mod.ts";
import type { Context } from "./experiment.ts";
import { type GoodPart, METRICS, openMetrics, requireMetrics, type Row } from "../metrics/mod.ts";
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

/** The responses to a fault, for messages. */
const FAULT_DONE = {
  stop: "stopped",
  skip: "skipped",
  reduce: "the rate is halved and the epoch begun again",
};

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
  async train({ name, fit: options, row }: RunTraining): Promise<RunTrained> {
    const {
      folder,
      identity,
      options: { keep = 2, checkpointEvery, onNan = "stop", precision },
      interrupts,
    } = this.#context;
    const checkpoints = new Checkpoints(folder.path, { name, keep, identity });
    // Files of trainings after an unfinished one come from another order of trainings.
    const newest = this.#metrics === undefined
      ? await checkpoints.newest((text) => tell(`warning: ${text}`))
      : await checkpoints.clear();
    if (newest) this.#good = { length: newest.extra.metricsLength, sha256: newest.extra.metricsSha256 };
    const before = newest?.extra.seconds ?? 0;
    if (newest && newest.state.epoch > options.epochs) {
      requireMetrics(`${folder.path}/${METRICS}`, this.#good);
      return { ...await fit({ ...options, resume: newest.state }), seconds: before };
    }
    const metrics = this.#open();
    const started = performance.now();
    const seconds = () => before + (performance.now() - started) / 1000;
    let saved = started;
    // The first row that a rewind removes: at the start of the epoch, or where a state without one was saved.
    const midway = newest !== null && newest.state.batch > 0 && newest.state.epochStart === null;
    let start = midway ? metrics.length : newest?.extra.epochLength ?? metrics.length;
    // The row of an epoch's last step waits for the results of the evaluation after the epoch.
    let held: StepRecord | undefined;
    const flush = (records: readonly StepRecord[], ended?: EpochRecord) => {
      const all = held === undefined ? records : [held, ...records];
      held = undefined;
      metrics.append(all.map((r) => row(r, r.step === ended?.step ? ended : undefined)));
    };
    const save = async (state: FitState, reason: SaveReason) => {
      if (reason === "rewind") held = undefined;
      else flush([]);
      if (reason === "epoch" && performance.now() - saved < 1000 * INTERVAL) return;
      metrics.sync();
      const metricsLength = reason === "rewind" ? start : metrics.length;
      const metricsSha256 = metrics.digest(metricsLength);
      const extra = { metricsLength, metricsSha256, epochLength: start, seconds: seconds() };
      try {
        await checkpoints.save({ state, extra });
      } catch (error) {
        if (reason !== "end") throw error;
        // The result is in memory, and can still be written as a model.
        const why = error instanceof Error ? error.message : String(error);
        tell(`warning: ${why}: resuming the run would train ${name} again`);
      }
      if (reason === "rewind") metrics.truncate(start);
      saved = performance.now();
    };
    const result = await interrupts.guard((signal) =>
      fit({
        ...options,
        ...(newest ? { resume: newest.state } : {}),
        signal,
        nonFinite: onNan,
        ...(precision === undefined ? {} : { precision }),
        checkpoint: { save, ...(checkpointEvery === undefined ? {} : { every: checkpointEvery }) },
        onFault: (fault) => tell(`${faultText(fault)}: ${FAULT_DONE[onNan]}`),
        onChunk(progress) {
          flush(progress.records.slice(0, -1));
          held = progress.records.at(-1);
          options.onChunk?.(progress);
        },
        onEpoch(record) {
          flush([], record);
          start = metrics.length;
          options.onEpoch?.(record);
        },
      })
    ).catch(async (error) => {
      await metrics.finish(error instanceof Interrupted ? "stopped" : "failed");
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
