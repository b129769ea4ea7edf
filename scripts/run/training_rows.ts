/**
 * The rows that one training adds to `metrics.csv`.
 *
 * @module
 */
import type { EpochRecord, SaveReason, StepRecord } from "../../mod.ts";
import type { MetricsFile, Row } from "../metrics/mod.ts";
import type { MetricsPart } from "./checkpoints.ts";

/** The rows of a training. They can be taken back to where its epoch began. */
export class TrainingRows {
  readonly #metrics: MetricsFile;
  readonly #row: (step: StepRecord, ended?: EpochRecord) => Row;
  /** The length of the file where the rows of the epoch begin. */
  #start: number;
  /** The last step so far: its row waits for the results of the evaluation after the epoch. */
  #last: StepRecord | undefined;

  /** @param options.start the length of the file to go back to if the epoch is begun again */
  constructor(
    metrics: MetricsFile,
    { row, start }: { row: (step: StepRecord, ended?: EpochRecord) => Row; start: number },
  ) {
    this.#metrics = metrics;
    this.#row = row;
    this.#start = start;
  }

  /** Adds the steps of a chunk. */
  add(records: readonly StepRecord[]): void {
    this.#write(records.slice(0, -1));
    this.#last = records.at(-1);
  }

  /** Ends the epoch of the last step. @returns the row of that step, if it has not been written before. */
  endEpoch(record: EpochRecord): Row | undefined {
    const [row] = this.#write([], record);
    this.#start = this.#metrics.length;
    return row;
  }

  /** Writes the last row before a state is saved; drops it if the epoch begins again. */
  settle(reason: SaveReason): void {
    if (reason === "rewind") this.#last = undefined;
    else this.#write([]);
  }

  /** Returns what a checkpoint keeps of the file, which it writes to the disk. */
  part(reason: SaveReason): Omit<MetricsPart, "seconds"> {
    this.#metrics.sync();
    const metricsLength = reason === "rewind" ? this.#start : this.#metrics.length;
    return { metricsLength, metricsSha256: this.#metrics.digest(metricsLength), epochLength: this.#start };
  }

  /** Removes the rows of the epoch. */
  rewind(): void {
    this.#metrics.truncate(this.#start);
  }

  #write(records: readonly StepRecord[], ended?: EpochRecord): readonly Row[] {
    const all = this.#last === undefined ? records : [this.#last, ...records];
    this.#last = undefined;
    const rows = all.map((r) => this.#row(r, r.step === ended?.step ? ended : undefined));
    this.#metrics.append(rows);
    return rows;
  }
}
