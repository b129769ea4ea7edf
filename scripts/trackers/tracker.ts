/**
 * What the rows of `metrics.csv` are handed on to, for tools that show them.
 *
 * @module
 */
import { fileName, tell } from "../console/mod.ts";
import type { Row } from "../metrics/mod.ts";

/** A row, taken apart: what the columns before `step` hold tells trainings apart, what stands behind it is measured. */
export interface TrackedRow {
  /** The training's name, fit for a file's: `adam,seed=0`. */
  readonly training: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly step: number;
  /** What was measured, by column; the epoch too. Not all of it is known at each step. */
  readonly values: Readonly<Record<string, number>>;
}

/** Takes rows. None of its methods throws: what fails is warned of once, and no longer tried. */
export interface Tracker {
  /** Begins anew, with these rows; those that were appended before are taken back. */
  restart(rows: readonly TrackedRow[]): void;
  /** Takes rows. */
  append(rows: readonly TrackedRow[]): void;
  /** Waits until what was appended is where it belongs, at the end of a training. */
  finish(how: TrainingEnd): Promise<void>;
}

/** How a training ended. */
export type TrainingEnd = "finished" | "failed" | "stopped";

/** Takes a row apart. */
export function trackedRow(row: Row, columns: readonly string[]): TrackedRow {
  const at = columns.indexOf("step");
  const settings = Object.fromEntries(columns.slice(0, at).map((c) => [c, String(row[c])]));
  const values = columns.slice(at + 1)
    .filter((c) => row[c] !== undefined && row[c] !== null && row[c] !== "")
    .map((c) => [c, Number(row[c])] as const);
  return { training: label(settings), settings, step: Number(row.step), values: Object.fromEntries(values) };
}

function label(settings: Readonly<Record<string, string>>): string {
  const parts = Object.entries(settings).map(([k, v]) => (Number.isNaN(Number(v)) ? v : `${k}=${v}`));
  return fileName(parts.join(",") || "training");
}

/** Warns of a tracker that failed. */
export function warn(tracker: string, error: unknown): void {
  const text = (error instanceof Error ? error.message : String(error)).replace(/\s*\(os error.*$/, "");
  tell(`warning: ${tracker} gets no more of this run: ${text}`);
}
