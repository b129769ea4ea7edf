/**
 * The interface of trackers, which pass the rows of `metrics.csv` on to other tools.
 *
 * @module
 */
import { systemText } from "../../files/mod.ts";
import { messageOf } from "../../options/mod.ts";
import { fileName, tell } from "../console/mod.ts";
import type { Row } from "../metrics/mod.ts";

/** A metrics row split in two: columns before `step` identify the training, those after it are metrics. */
export interface TrackedRow {
  /** The training's name, valid as a file name: `adam,seed=0`. */
  readonly training: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly step: number;
  /** Metrics by column, the epoch included; some steps have only a part of them. */
  readonly values: Readonly<Record<string, number>>;
}

/** A tracker. Its methods never throw: after an error it warns once and does nothing more. */
export interface Tracker {
  /** Starts over with these rows, and drops those appended before. */
  restart(rows: readonly TrackedRow[]): void;
  /** Appends rows. */
  append(rows: readonly TrackedRow[]): void;
  /** Waits at the end of a training until the rows have arrived. */
  finish(how: TrainingEnd): Promise<void>;
}

/** The end of a training. */
export type TrainingEnd = "finished" | "failed" | "stopped";

/** Splits a row of `metrics.csv`. */
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

/** Warns that a tracker failed. */
export function warn(tracker: string, error: unknown): void {
  tell(`warning: stopped sending this run to ${tracker}: ${systemText(messageOf(error))}`);
}
