/**
 * Rows as lines of JSON, under the names that Weights & Biases gives them.
 *
 * @module
 */
import { fileTracker } from "./files.ts";
import type { TrackedRow, Tracker } from "./tracker.ts";

/** The folder of the files within that of the run. */
export const JSONL = "jsonl";

/** `jsonl/<training>.jsonl`: a line for each row. The same run writes the same bytes. */
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
  // JSON has no word for what is not finite; W&B writes its name as a text.
  const finite = Object.entries(values).map(([k, v]) => [k, Number.isFinite(v) ? v : String(v)]);
  return JSON.stringify({ _step: step, ...settings, ...Object.fromEntries(finite) });
}
