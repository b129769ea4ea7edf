/**
 * Writes rows as lines of JSON with the field names of Weights & Biases.
 *
 * @module
 */
import { fileTracker } from "./files.ts";
import type { TrackedRow, Tracker } from "./tracker.ts";

/** The folder of the files in the run folder. */
export const JSONL = "jsonl";

/** Returns the tracker that writes `jsonl/<training>.jsonl`, a line for each row. The same run writes the same bytes. */
export function jsonlTracker(run: string): Tracker {
  return fileTracker({
    name: "jsonl",
    folder: `${run}/${JSONL}`,
    path: (training) => `${training}.jsonl`,
    head: () => new Uint8Array(),
    encode: (rows) => new TextEncoder().encode(rows.map((r) => `${line(r)}\n`).join("")),
  });
}

function line({ step, settings, values }: TrackedRow): string {
  // JSON cannot hold NaN and infinities; W&B writes their names as strings.
  const finite = Object.entries(values).map(([k, v]) => [k, Number.isFinite(v) ? v : String(v)]);
  return JSON.stringify({ _step: step, ...settings, ...Object.fromEntries(finite) });
}
